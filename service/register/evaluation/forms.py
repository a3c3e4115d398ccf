"""What people hand in while deputies evaluate: a rating, what a unit made good, a rating read from paper."""

from datetime import date

from pydantic import Field

from service.labels import Labelled
from service.operations import Flag, Form
from service.register.evaluation.ratings import ContactCheck, Mark, Rating


class HandlingRating(Form):
    """填写评价"""

    contact_check: ContactCheck = Field(description="答复和沟通情况")
    attitude_rating: Mark | None = Field(description="办理态度")
    result_rating: Mark | None = Field(description="办理结果")
    reason: str | None = Field(description="具体意见")
    remark: str | None = Field(description="想说的话")
    wants_meeting: Flag = Field(description="是否要求参加知情议政会")
    meeting_wish: str | None = Field(description="方便参加的时间")
    reply_class_agreed: bool | None = Field(description="是否认可答复函上的办理类别")
    text_may_be_shared: Flag = Field(description="文字可以转给承办单位")
    text_may_be_published: Flag = Field(description="文字可以公开")

    def rating(self) -> Rating:
        """Return the rating, which is asked unless something has to be made good first."""
        return Rating(
            attitude=self.needed("attitude_rating", self.attitude_rating),
            result=self.needed("result_rating", self.result_rating),
            contact_check=self.contact_check,
            text=self.reason or self.remark or "",
            text_may_be_shared=self.text_may_be_shared,
            text_may_be_published=self.text_may_be_published,
            reply_class_agreed=self.reply_class_agreed,
            wants_meeting=self.wants_meeting,
            meeting_wish=self.meeting_wish or "",
        )


class Method(Labelled):
    """How a unit made good what the deputy had missed."""

    FACE_TO_FACE = "face_to_face", "当面送达或当面沟通"
    PHONE = "phone", "电话沟通"
    MAIL = "mail", "邮寄或平台送达"


class Supplement(Form):
    """补正答复或联系"""

    method: Method = Field(description="怎样补正的")
    made_good_on: date = Field(description="补正日期")
    account: str = Field(description="补正情况")
    attachments: tuple[int, ...] = Field(description="签收单、照片等")


class PaperReceived(Form):
    """收到纸质评价表"""

    evaluation: str = Field(description="哪一份评价")
    scans: tuple[int, ...] = Field(description="代表签名的评价表扫描件")


class PaperRating(Form):
    """录入评价"""

    attitude_rating: Mark = Field(description="办理态度")
    result_rating: Mark = Field(description="办理结果")
    reason: str | None = Field(description="具体意见")
    text_may_be_shared: Flag = Field(description="表上同意文字转给承办单位")

    def rating(self) -> Rating:
        """Return what stands on the paper."""
        return Rating(
            self.attitude_rating,
            self.result_rating,
            text=self.reason or "",
            text_may_be_shared=self.text_may_be_shared,
        )


class PaperCheck(Form):
    """复核录入"""

    attitude_rating: Mark = Field(description="办理态度")
    result_rating: Mark = Field(description="办理结果")
