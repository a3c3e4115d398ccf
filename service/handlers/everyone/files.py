"""Files go out as attachments, never to be shown as a page, to those who may see their case."""

from urllib.parse import quote

from flask import Blueprint, Response, send_file

from service.authority import reading
from service.errors import NotFound
from service.handlers import web
from service.register.common import attachments
from service.tables.suggestions import Attachment

blueprint = Blueprint("files", __name__)


@web.route(blueprint, "/files/<int:attachment_id>", policy=web.signed_in)
def download(attachment_id: int) -> Response:
    actor = web.actor()
    with web.database().reading() as session:
        attachment = attachments.get(session, attachment_id)
        is_own = attachment.uploaded_by == actor.login
        if not is_own and not reading.may_see(session, actor, attachment.business_key):
            # The same answer as for a file that is not there: a number tells a stranger nothing.
            raise NotFound("没有找到这个附件，它可能已被删除。")
    return sent(attachment)


def sent(attachment: Attachment) -> Response:
    """Return a file of whoever may see it, as an attachment that no page shows."""
    path = web.store().path(attachment.sha256)
    if not path.is_file():
        raise NotFound("这个附件的文件不在了，请联系运维人员从备份中恢复。")
    response = send_file(path, mimetype=attachment.media_type, etag=attachment.sha256)
    response.headers["Content-Disposition"] = (
        f"attachment; filename=\"file\"; filename*=UTF-8''{quote(attachment.name)}"
    )
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["Cache-Control"] = "private, no-cache"
    return response
