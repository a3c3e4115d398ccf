"""What a new installation starts with: every limit by name, and the calendar years known so far.

The list is flat on purpose: one limit, one line. Add yours where it belongs and name its basis; 设 marks a value that no
law or regulation gives. Administrators change the numbers afterwards, on the page and not here.
"""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import NamedTuple

import holidays

from service.deadlines.ladder import Recipient
from service.deadlines.workdays import Day, Unit

CM, CD, WD, WH, CH = Unit.MONTHS, Unit.DAYS, Unit.WORKDAYS, Unit.WORK_HOURS, Unit.CLOCK_HOURS
ON, TIMES = Unit.YEARLY, Unit.TIMES


class Before(NamedTuple):
    """How long before the due moment to remind whom; 0 is the due day's morning, below zero is after it."""

    amount: int
    unit: Unit = WD
    tell: tuple[str, ...] = ()  # values of `Recipient`; none is the holder of the task


class Policy(NamedTuple):
    """A limit as it is put in force on a day."""

    key: str
    name: str
    amount: int
    unit: Unit
    start_event: str  # the variable `<start_event>_at` holds its moment
    warnings: tuple[Before, ...] = ()
    overdue_action: str = ""
    basis: str = "设"
    capped_by_batch: bool = False
    level: str = ""
    effective_from: date = date(2000, 1, 1)
    counted_on: str = "city"  # whose calendar: the city's, or that of the unit that has the case

    @property
    def legal(self) -> bool:
        """Whether a law of the country sets this limit, whatever its amount is now."""
        return self.key in LEGAL


LAW_REPLY = "代表法第五十一条"
LAW_REVIEW = "政府督查工作条例第十七条"
LAW_REPORT = "监督法第十五条"
D1, D2, D3, D5 = (Before(1),), (Before(2),), (Before(3),), (Before(5),)
HOLDER, HEAD = Recipient.HOLDER.value, Recipient.UNIT_HEAD.value
REPLY = (
    Before(30, CD),
    Before(10, WD, (HOLDER, Recipient.UNIT_LIAISON.value)),
    Before(3, WD, (HOLDER, Recipient.UNIT_DEPUTY_HEAD.value)),
    Before(0, WD, (HOLDER, HEAD)),
    Before(-1, WD, (HOLDER, HEAD)),
    Before(-5, WD, (Recipient.SUPERVISION.value, Recipient.CONGRESS.value)),
)

BY_UNIT = "unit"
"""The value of `counted_on` of a limit that the unit's own calendar and office hours decide."""

# fmt: off
_LISTED: tuple[Policy, ...] = (
    # 提：提出与联名
    Policy("cosign.confirm", "联名代表确认", 5, WD, "submitted", D1, "未确认的不计入联名"),
    Policy("delegation.check", "代表团初核", 1, WD, "submitted", (), "提醒代表团联络员"),
    Policy("supplement.by_deputy", "代表补充修改", 5, WD, "returned_for_edit", D2, "转人工联系代表"),
    # 审查登记
    Policy("review.recess", "闭会件审查登记", 3, WD, "submitted", D1, "提醒代工委主任"),
    Policy("review.session", "会期件审查登记（最迟闭幕后）", 5, WD, "session_closed", (), "提醒代工委"),
    Policy("plan.propose", "拟定承办方案", 3, WD, "registered", D1, "提醒代工委"),
    Policy("pre_dispatch.opinion", "预交办征求意见", 3, WD, "pre_dispatched", D1, "视为无异议", "各地做法（天数为设）"),
    # 交办
    Policy("dispatch.recess", "闭会件交办", 5, WD, "submitted", D1, "提醒代工委", "青岛市条例"),
    Policy("dispatch.session", "会期件集中交办", 1, CM, "session_closed", D5, "提醒代工委和常委会办公室", "上海市规定"),
    Policy("gov_sub_dispatch", "政府办二次分办", 3, WD, "dispatched", D1, "提醒市政府办公室"),
    Policy("sign", "签收", 3, WD, "dispatched_to_unit", D1, "催签，计入督查"),
    # 申请调整承办单位
    Policy("return.request", "申请调整承办单位", 5, WD, "dispatched_to_unit", D1, "关闭申请通道，视为接受", "青岛市条例、玉林市和陈仓区做法"),
    Policy("return.decide", "裁定并重新交办", 5, WD, "return_requested", D1, "升级市政府领导", "河南省、重庆市条例（10 个工作日），默认更紧"),
    Policy("return.final", "终裁", 5, WD, "return_escalated", D1, "提醒裁定领导"),
    Policy("return.object", "对初裁提出异议", 3, WD, "return_decided", D1, "视为接受裁定"),
    # 单位内部办理
    Policy("assign.section", "分派科室", 1, WD, "signed", (), "提醒单位联络员"),
    Policy("contact.before", "办前沟通", 15, WD, "signed", D5, "记“未联系代表”督查项", "崇义县做法（重庆市 20 个工作日）"),
    Policy("contact.confirm", "代表确认沟通记录", 5, WD, "contact_recorded", D2, "记“代表未确认”"),
    Policy("contact.verify", "代工委核实沟通记录", 3, WD, "contact_unconfirmed", D1, "提醒代工委"),
    Policy("contact.again", "重新沟通", 5, WD, "contact_refused", D1, "提醒承办人"),
    Policy("plan", "制定办理方案（三定）", 10, WD, "signed", D3, "提醒承办单位"),
    Policy("plan.approve", "审定办理方案", 3, WD, "plan_submitted", D1, "提醒审定人"),
    Policy("plan.leader", "领办领导审定方案", 10, WD, "plan_agreed", D2, "提醒领办领导"),
    Policy("reply.advance", "推进办理", -15, WD, "reply_end", D3, "提醒承办人"),
    Policy("reply.draft", "起草答复", -10, WD, "reply_end", D3, "提醒承办人"),
    Policy("reply.proof", "核稿", -7, WD, "reply_end", D1, "提醒核稿人"),
    Policy("reply.endorse", "分管领导审签", -5, WD, "reply_end", D1, "提醒分管领导"),
    Policy("reply.leader", "领办领导审定答复", -4, WD, "reply_end", D1, "提醒领办领导"),
    Policy("reply.issue", "主要负责人签发", -3, WD, "reply_end", D1, "提醒主要负责人"),
    Policy("reply.deliver", "送达登记", -1, WD, "reply_end", D1, "提醒单位联络员"),
    Policy("contact.after", "办后反馈沟通", 10, WD, "reply_delivered", D3, "记“未办后沟通”督查项"),
    # 协办
    Policy("assist.commit", "协办任务承诺", 5, WD, "signed", D1, "提醒协办单位"),
    Policy("co_opinion", "协办意见", 1, CM, "dispatched_to_unit", D5, "记协办失责", "青岛市、山东省、上海市规定"),
    Policy("co_opinion.draft", "起草协办意见", -3, WD, "co_opinion_end", D1, "提醒承办人"),
    Policy("co_opinion.endorse", "协办意见审签", -1, WD, "co_opinion_end", D1, "提醒审签人"),
    Policy("co_opinion.assess", "主办评判协办意见", 3, WD, "co_opinion_submitted", D1, "提醒主办单位"),
    Policy("co_opinion.redo", "协办意见退改", 5, WD, "co_opinion_rejected", D1, "记协办失责", "重庆市条例"),
    Policy("co_opinion.absence", "决定是否缺席继续", 2, WD, "assist_defaulted", D1, "提醒主办单位"),
    Policy("co_opinion.wait", "再次等待协办意见", 5, WD, "waiting_started", (), "再问主办单位"),
    Policy("coordinate", "协调办理分歧", 5, WD, "coordination_requested", D1, "提醒协调单位"),
    # 答复
    Policy("reply.normal", "答复（一般件）", 3, CM, "dispatched", REPLY, "标记逾期，进入督查候选", LAW_REPLY, True),
    Policy("reply.hard", "答复（难件）", 6, CM, "dispatched", REPLY, "红牌候选", LAW_REPLY, True),
    Policy("reply.check", "答复收悉审核", 3, WD, "reply_delivered", D1, "提醒代工委"),
    Policy("reply.return", "退回后重新答复", 5, WD, "reply_returned", D2, "提醒承办单位"),
    Policy("extension.apply", "延期申请最迟时间", -10, WD, "reply_due", D3, "关闭申请通道"),
    Policy("extension.apply.small", "小微急延期申请最迟时间（小）", -1, WD, "reply_due", (), "关闭申请通道"),
    Policy("extension.apply.micro", "小微急延期申请最迟时间（微）", -1, WD, "reply_due", (), "关闭申请通道"),
    Policy("extension.apply.urgent", "小微急延期申请最迟时间（急）", -1, WD, "reply_due", (), "关闭申请通道"),
    Policy("extension.cosign", "延期会签", 2, WD, "ext_requested", D1, "提醒政府办"),
    Policy("extension.decide", "延期审批", 3, WD, "ext_requested", D1, "提醒代工委"),
    # 评：评价、议政会、二次交办
    Policy("evaluate", "代表评价", 15, WD, "evaluation_opened", (Before(5), Before(0), Before(-5)), "记“未反馈”，不计入分母", "北京市、重庆市条例"),
    Policy("evaluate.seal", "评价封口（最后一次催办后 5 个工作日）", 25, WD, "evaluation_opened", (), "评价通道关闭，记“未反馈”"),
    Policy("evaluate.amend", "修改已提交的评价", 24, CH, "rated", (), "不能再修改"),
    Policy("evaluate.supplement", "补正答复或联系", 5, WD, "supplement_asked", D1, "提醒承办单位，计入督查"),
    Policy("evaluate.proxy", "复核代录评价", 2, WD, "proxy_entered", D1, "提醒复核人"),
    Policy("meeting.convene", "召开知情议政会", 20, WD, "evaluation_sealed", D5, "提醒代工委"),
    Policy("meeting.notice", "发出议政会通知", 5, WD, "evaluation_sealed", D1, "提醒代工委"),
    Policy("meeting.statement", "会前书面说明（会前）", -5, WD, "meeting", D1, "提醒承办单位"),
    Policy("meeting.minutes", "整理会议纪要", 3, WD, "meeting", D1, "提醒代工委"),
    Policy("meeting.confirm", "代表会后确认", 3, WD, "meeting_held", D1, "提醒代表"),
    Policy("reassign", "二次交办", 3, WD, "meeting_confirmed", D1, "提醒代工委"),
    Policy("redo", "二次交办答复", 1, CM, "reassigned", (Before(10), Before(5), Before(1)), "黄牌候选", "浙江省、山东省、河南省、上海市规定"),
    Policy("redo.co_opinion", "二次交办协办意见", 10, WD, "dispatched_to_unit", D2, "记协办失责"),
    Policy("redo.max_rounds", "二次交办最多轮次", 2, TIMES, "", (), "提请主任会议"),
    Policy("director.decide", "主任会议处置", 20, WD, "rounds_exhausted", D5, "提醒代工委"),
    Policy("archive", "归档销号", 5, WD, "evaluation_sealed", D1, "提醒代工委"),
    # 公开
    Policy("publish", "公开", 20, WD, "reply_delivered", D5, "提醒市政府办公室", "政府信息公开条例第二十六条"),
    Policy("publish.secrecy", "保密审查", 3, WD, "publication_proposed", D1, "提醒保密审查员"),
    Policy("publish.consent", "代表对公开的意见", 3, WD, "publication_proposed", D1, "视为同意提交时的选项"),
    # 督查、整改、回头看、复核
    Policy("inspect", "督查检查", 10, WD, "inspection_started", D3, "提醒督查室"),
    Policy("self_check", "单位自查报告", 5, WD, "self_check_requested", D1, "提醒承办单位"),
    Policy("conclusion.draft", "形成督查结论", 5, WD, "inspected", D1, "提醒督查室"),
    Policy("conclusion.sign", "签收督查结论", 2, WD, "conclusion_issued", D1, "视为送达"),
    Policy("review_appeal", "申请复核督查结论", 30, CD, "conclusion_delivered", (Before(5, CD),), "关闭申请通道", LAW_REVIEW),
    Policy("review_appeal.accept", "受理复核申请", 3, WD, "appeal_filed", D1, "提醒受理人"),
    Policy("review_appeal.decide", "作出复核决定", 30, CD, "appeal_filed", (Before(5, CD),), "提醒督查室", LAW_REVIEW),
    Policy("color.issue", "签发颜色通知", 3, WD, "color_proposed", D1, "提醒督查室主任"),
    Policy("interview", "约谈承办单位", 3, WD, "card_issued", D1, "提醒约谈领导"),
    Policy("card.sign", "签收通知单或提出申诉", 3, WD, "card_issued", D1, "视为签收"),
    Policy("card.appeal", "处理通知单申诉", 3, WD, "card_appealed", D1, "提醒签发人"),
    Policy("rectify.plan", "报送整改方案", 3, WD, "color_issued", D1, "提醒承办单位"),
    Policy("rectify.letter", "函告事项整改", 10, WD, "color_issued", D2, "提请主任会议听取"),
    Policy("rectify.white", "白牌整改", 5, WD, "color_issued", D2, "升一级颜色"),
    Policy("rectify.yellow", "黄牌整改", 10, WD, "color_issued", D2, "升一级颜色"),
    Policy("rectify.red", "红牌整改", 15, WD, "color_issued", D2, "分管副市长约谈"),
    Policy("lookback", "回头看", 20, WD, "rectify_submitted", D5, "提醒督查室"),
    Policy("clear", "销号", 3, WD, "lookback_passed", D1, "提醒督查室"),
    Policy("bulletin", "印发督查通报", 5, WD, "round_summarised", D1, "提醒督查室"),
    # 承诺与年度工作
    Policy("commitment.report", "承诺进展报告（每季度）", 3, CM, "commitment_reported", (Before(10, CD),), "台账记黄点", "设（重庆市每年第四季度一次）"),
    Policy("unit_report", "单位年度办理总结", 831, ON, "year_started", (Before(20, CD),), "提醒承办单位", "河南省办法"),
    Policy("report.consult", "专项报告征求意见（会前）", -20, CD, "sc_meeting_date", (Before(5, CD),), "提醒报告机关", LAW_REPORT),
    Policy("report.submit", "专项报告送交常委会（会前）", -10, CD, "sc_meeting_date", (Before(5, CD),), "提醒报告机关", LAW_REPORT),
    Policy("report.distribute", "专项报告发组成人员（会前）", -7, CD, "sc_meeting_date", (Before(2, CD),), "提醒常委会办公室", LAW_REPORT),
    # 小微急
    Policy("ft.accept.small", "小微急受理（小）", 1, WD, "submitted"),
    Policy("ft.accept.micro", "小微急受理（微）", 1, WD, "submitted"),
    Policy("ft.accept.urgent", "小微急受理（急）", 2, WH, "submitted", (Before(1, WH),)),
    Policy("ft.dispatch.small", "小微急交办（小）", 1, WD, "accepted"),
    Policy("ft.dispatch.micro", "小微急交办（微）", 1, WD, "accepted"),
    Policy("ft.dispatch.urgent", "小微急交办（急）", 2, WH, "accepted", (Before(1, WH),)),
    Policy("ft.sign.small", "小微急签收或退回（小）", 1, WD, "dispatched_to_unit"),
    Policy("ft.sign.micro", "小微急签收或退回（微）", 1, WD, "dispatched_to_unit"),
    Policy("ft.sign.urgent", "小微急签收或退回（急）", 2, WH, "dispatched_to_unit", (Before(1, WH),)),
    Policy("ft.contact.small", "小微急联系代表（小）", 2, WD, "signed", D1),
    Policy("ft.contact.micro", "小微急联系代表（微）", 2, WD, "signed", D1),
    Policy("ft.contact.urgent", "小微急联系代表（急）", 4, WH, "signed", (Before(1, WH),)),
    Policy("ft.first_response.urgent", "小微急先期处置（急）", 24, CH, "dispatched_to_unit", (Before(6, CH),)),
    Policy("ft.handle.small", "小微急办理并答复（小）", 7, WD, "dispatched_to_unit", D2, "推送分管领导和代工委"),
    Policy("ft.handle.micro", "小微急办理并答复（微）", 10, WD, "dispatched_to_unit", D2, "推送分管领导和代工委"),
    Policy("ft.handle.urgent", "小微急办理并答复（急）", 3, WD, "dispatched_to_unit", D1, "推送分管领导和代工委"),
    Policy("ft.extend.small", "小微急延期（小）", 5, WD, "ft_due", D1),
    Policy("ft.extend.micro", "小微急延期（微）", 5, WD, "ft_due", D1),
    Policy("ft.extend.urgent", "小微急延期（急）", 3, WD, "ft_due", D1),
    Policy("ft.evaluate.small", "小微急代表评价（小）", 5, WD, "reply_delivered", D2, "记“未反馈”"),
    Policy("ft.evaluate.micro", "小微急代表评价（微）", 5, WD, "reply_delivered", D2, "记“未反馈”"),
    Policy("ft.evaluate.urgent", "小微急代表评价（急）", 5, WD, "reply_delivered", D2, "记“未反馈”"),
    Policy("ft.redo.small", "小微急重新办理（小）", 5, WD, "reassigned", D2),
    Policy("ft.redo.micro", "小微急重新办理（微）", 5, WD, "reassigned", D2),
    Policy("ft.redo.urgent", "小微急重新办理（急）", 3, WD, "reassigned", D1),
    Policy("ft.cap.small", "小微急全程封顶（小）", 20, WD, "submitted", D3, "转一般建议，保留原时间"),
    Policy("ft.cap.micro", "小微急全程封顶（微）", 20, WD, "submitted", D3, "转一般建议，保留原时间"),
    Policy("ft.cap.urgent", "小微急全程封顶（急）", 10, WD, "submitted", D3, "转一般建议，保留原时间"),
)
# fmt: on

OF_UNITS = frozenset(
    [
        "sign",
        "return.request",
        "assign.section",
        "contact.before",
        "contact.again",
        "plan",
        "plan.approve",
        "reply.advance",
        "reply.draft",
        "reply.proof",
        "reply.endorse",
        "reply.issue",
        "reply.deliver",
        "contact.after",
        "assist.commit",
        "co_opinion",
        "co_opinion.draft",
        "co_opinion.endorse",
        "co_opinion.assess",
        "co_opinion.redo",
        "co_opinion.absence",
        "co_opinion.wait",
        "reply.normal",
        "reply.hard",
        "reply.return",
        "extension.apply",
        "extension.apply.small",
        "extension.apply.micro",
        "extension.apply.urgent",
        "evaluate.supplement",
        "meeting.statement",
        "redo",
        "redo.co_opinion",
        "self_check",
        "conclusion.sign",
        "review_appeal",
        "card.sign",
        "rectify.plan",
        "rectify.letter",
        "rectify.white",
        "rectify.yellow",
        "rectify.red",
        "commitment.report",
        "unit_report",
        "ft.sign.small",
        "ft.sign.micro",
        "ft.sign.urgent",
        "ft.contact.small",
        "ft.contact.micro",
        "ft.contact.urgent",
        "ft.first_response.urgent",
        "ft.handle.small",
        "ft.handle.micro",
        "ft.handle.urgent",
        "ft.redo.small",
        "ft.redo.micro",
        "ft.redo.urgent",
    ]
)
"""Whose limits are the handling unit's: days on which it is closed do not count. All others are counted in the city."""

POLICIES = tuple(
    policy._replace(counted_on=BY_UNIT) if policy.key in OF_UNITS else policy for policy in _LISTED
)

EXTENDED = frozenset(
    ["reply.normal", "reply.hard", "ft.handle.small", "ft.handle.micro", "ft.handle.urgent"]
)
"""The limits that an extension of a case moves."""

LEGAL = {
    policy.key: policy for policy in POLICIES if policy.basis in {LAW_REPLY, LAW_REVIEW, LAW_REPORT}
}
"""The limits that a law of the country sets, as it sets them."""

# What a person reads for a start event: 从 3月18日 交办 起算.
EVENTS = {
    "accepted": "受理",
    "appeal_filed": "收到复核申请",
    "assist_defaulted": "协办意见逾期",
    "card_appealed": "收到申诉",
    "card_issued": "下达通知单",
    "co_opinion_end": "协办意见期限",
    "co_opinion_rejected": "协办意见退改",
    "co_opinion_submitted": "协办意见提交",
    "color_issued": "下达整改通知",
    "color_proposed": "提出颜色建议",
    "commitment_reported": "上次报告进展",
    "conclusion_delivered": "督查结论送达",
    "conclusion_issued": "督查结论作出",
    "contact_recorded": "登记沟通记录",
    "contact_refused": "代表不认可沟通记录",
    "contact_unconfirmed": "代表未确认沟通记录",
    "coordination_requested": "提请协调",
    "dispatched": "交办",
    "dispatched_to_unit": "交办到单位",
    "evaluation_opened": "请代表评价",
    "evaluation_sealed": "评价封口",
    "ext_requested": "提出延期申请",
    "ft_due": "原定到期",
    "inspected": "检查完成",
    "inspection_started": "开始检查",
    "lookback_passed": "回头看通过",
    "meeting": "议政会召开",
    "meeting_confirmed": "代表会后确认",
    "meeting_held": "议政会开完",
    "plan_agreed": "单位审定办理方案",
    "plan_submitted": "报送办理方案",
    "pre_dispatched": "预交办",
    "proxy_entered": "代录评价",
    "publication_proposed": "提出公开意见",
    "rated": "提交评价",
    "reassigned": "二次交办",
    "rectify_submitted": "报送整改情况",
    "registered": "立案登记",
    "reply_delivered": "答复送达",
    "reply_due": "答复到期",
    "reply_end": "答复期限",
    "reply_returned": "答复被退回",
    "return_decided": "作出初裁",
    "return_escalated": "报请终裁",
    "return_requested": "申请调整承办单位",
    "returned_for_edit": "退请代表修改",
    "round_summarised": "督查情况汇总",
    "rounds_exhausted": "达到最多轮次",
    "sc_meeting_date": "常委会会议召开",
    "self_check_requested": "通知自查",
    "session_closed": "大会闭幕",
    "signed": "签收",
    "submitted": "提交",
    "supplement_asked": "代表反映",
    "waiting_started": "决定再等",
    "year_started": "本年度开始",
}

INSIDE: dict[str, str] = {"reply_end": "reply", "co_opinion_end": "co_opinion"}
"""Where a limit is counted back from the end of another, by its start event: the family of the other."""

# One name in a diagram, several limits: `ft.accept` becomes `ft.accept.urgent` where the variable says urgent.
VARIANTS: dict[str, dict[object, str]] = {
    "fast_track_kind": {"small": "small", "micro": "micro", "urgent": "urgent"},
    "control_color": {"letter": "letter", "white": "white", "yellow": "yellow", "red": "red"},
    "is_hard": {False: "normal", True: "hard"},
    "in_session": {False: "recess", True: "session"},
}

# A second assignment has limits of its own: the legal one for a reply has been spent on the first.
AFTER_REASSIGNMENT: dict[str, str] = {"reply": "redo", "co_opinion": "redo.co_opinion"}

ON_REPEAT: dict[str, str] = {"co_opinion": "co_opinion.redo"}
"""An opinion that came back has a limit of its own, from the second `opinion_round` on."""


class Break(NamedTuple):
    """A holiday from its first to its last day off, and the weekend days worked for it."""

    name: str
    first: date
    last: date
    made_up: tuple[date, ...] = ()


CONFIRMED: dict[int, tuple[Break, ...]] = {
    2025: (
        Break("元旦", date(2025, 1, 1), date(2025, 1, 1)),
        Break("春节", date(2025, 1, 28), date(2025, 2, 4), (date(2025, 1, 26), date(2025, 2, 8))),
        Break("清明节", date(2025, 4, 4), date(2025, 4, 6)),
        Break("劳动节", date(2025, 5, 1), date(2025, 5, 5), (date(2025, 4, 27),)),
        Break("端午节", date(2025, 5, 31), date(2025, 6, 2)),
        Break(
            "国庆节、中秋节",
            date(2025, 10, 1),
            date(2025, 10, 8),
            (date(2025, 9, 28), date(2025, 10, 11)),
        ),
    ),
    2026: (
        Break("元旦", date(2026, 1, 1), date(2026, 1, 3), (date(2026, 1, 4),)),
        Break("春节", date(2026, 2, 15), date(2026, 2, 23), (date(2026, 2, 14), date(2026, 2, 28))),
        Break("清明节", date(2026, 4, 4), date(2026, 4, 6)),
        Break("劳动节", date(2026, 5, 1), date(2026, 5, 5), (date(2026, 5, 9),)),
        Break("端午节", date(2026, 6, 19), date(2026, 6, 21)),
        Break("中秋节", date(2026, 9, 25), date(2026, 9, 27)),
        Break(
            "国庆节",
            date(2026, 10, 1),
            date(2026, 10, 7),
            (date(2026, 9, 20), date(2026, 10, 10)),
        ),
    ),
}
PROVISIONAL = (2027,)
NOTICE = "国务院办公厅放假安排通知"
GUESS = "按法定节假日推算，未含调休，待国务院办公厅通知"


def days(breaks: Iterable[Break]) -> list[Day]:
    """Return every day off and every made-up workday of these breaks, in date order."""
    off = [
        Day(one.first + timedelta(days=n), "holiday", one.name)
        for one in breaks
        for n in range((one.last - one.first).days + 1)
    ]
    worked = [Day(day, "workday", f"{one.name}调休上班") for one in breaks for day in one.made_up]
    return sorted(off + worked)


def provisional(year: int) -> list[Day]:
    """Return what the law alone says about a year whose notice is not out: days off, but no made-up workday."""
    known = holidays.country_holidays("CN", years=year, language="zh_CN")
    return [Day(day, "holiday", name) for day, name in sorted(known.items()) if day.year == year]
