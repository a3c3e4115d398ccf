"""What an uploaded file may contain, and what is kept of it."""

import io
import zipfile
from pathlib import Path

import pytest
from PIL import Image
from sqlalchemy.orm import Session

from service.database import Database
from service.errors import UploadRefused
from service.register.common import attachments, contents
from service.register.common.attachments import Store
from service.tables.suggestions import Attachment
from tests.conftest import MORNING


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "files", max_bytes=1024 * 1024)


def add(session: Session, store: Store, name: str, content: bytes, **where: str) -> Attachment:
    return attachments.add(session, store, name, content, "li_ming", MORNING, **where)


def photograph(width: int = 2400, height: int = 1200, format_: str = "JPEG") -> bytes:
    """A picture with a place in its EXIF, lying on its side as phones leave them."""
    picture = Image.effect_noise((width, height), 30).convert("RGB")
    exif = Image.Exif()
    exif[0x0112] = 6  # turn right to see it upright
    exif[0x010F] = "Phone"
    exif.get_ifd(0x8825)[2] = (32.0, 50.0, 0.0)
    target = io.BytesIO()
    picture.save(target, format=format_, exif=exif, quality=60)
    return target.getvalue()


def office(folder: str, *extra: tuple[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr(f"{folder}/document.xml", "<w/>")
        for name, content in extra:
            archive.writestr(name, content)
    return target.getvalue()


def test_a_photograph_is_turned_upright_made_smaller_and_forgets_where_it_was_taken(
    database: Database, store: Store
) -> None:
    with database.transaction() as session:
        attachment = add(session, store, "现场.JPG", photograph())

    assert attachment.media_type == "image/jpeg"
    with Image.open(store.path(attachment.sha256)) as kept:
        assert kept.size == (800, 1600)
        assert not kept.getexif()
        assert "exif" not in kept.info


@pytest.mark.parametrize("format_", ["PNG", "WEBP"])
def test_other_pictures_stay_what_they_are(sqlite: Database, store: Store, format_: str) -> None:
    with sqlite.transaction() as session:
        attachment = add(session, store, f"图.{format_.lower()}", photograph(90, 60, format_))

    with Image.open(store.path(attachment.sha256)) as kept:
        assert kept.format == format_
        assert not kept.getexif()


def test_a_picture_sent_under_another_pictures_extension_is_named_for_what_it_is(
    sqlite: Database, store: Store
) -> None:
    with sqlite.transaction() as session:
        attachment = add(session, store, "截图.png", photograph(90, 60))

    assert (attachment.name, attachment.media_type) == ("截图.jpg", "image/jpeg")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("答复.docx", office("word")),
        ("台账.xlsx", office("xl")),
        ("通知.pdf", b"%PDF-1.7\n%..."),
        ("旧表.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600),
        ("说明.txt", "说明".encode()),
        ("说明.txt", "说明".encode("gb18030")),
    ],
)
def test_documents_are_kept_byte_for_byte(
    sqlite: Database, store: Store, name: str, content: bytes
) -> None:
    with sqlite.transaction() as session:
        attachment = add(session, store, name, content)

    assert store.path(attachment.sha256).read_bytes() == content
    assert (attachment.name, attachment.size) == (name, len(content))


def damaged() -> bytes:
    return photograph(200, 100)[:900]


def huge_picture() -> bytes:
    target = io.BytesIO()
    Image.new("1", (9000, 9000)).save(target, format="PNG")
    return target.getvalue()


def bomb() -> bytes:
    return office("word", ("word/media/a.bin", b"\0" * (201 * 1024 * 1024)))


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("空.pdf", b"", "是空的"),
        ("大.txt", b"x" * (1024 * 1024 + 1), "超过上限 1.0 MB"),
        ("程序.exe", b"MZ", "类型不能上传。可以上传：图片"),
        ("网页.html", b"<script>", "类型不能上传"),
        ("图.svg", b"<svg onload='x'/>", "类型不能上传"),
        ("没有后缀", b"x", "类型不能上传"),
        ("假.jpg", b"<?php system($_GET[0]); ?>", "后缀名不一致"),
        ("假.pdf", b"MZ\x90\0", "后缀名不一致"),
        ("假.docx", office("xl"), "后缀名不一致"),
        ("假.doc", b"{\\rtf1}", "后缀名不一致"),
        ("假.txt", b"\x7fELF" + b"\0" * 100, "后缀名不一致"),
        ("坏.docx", b"PK\x03\x04 broken", "已损坏"),
        ("坏.jpg", damaged, "已损坏"),
        ("宏.docx", office("word", ("word/vbaProject.bin", b"x")), "带有宏"),
        ("海报.png", huge_picture, "9000×9000 像素"),
        ("炸弹.docx", bomb, "解开后有"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_cannot_be_kept_is_refused_by_name_and_reason(
    sqlite: Database, store: Store, name: str, content: object, words: str
) -> None:
    sent = content() if callable(content) else content

    with sqlite.transaction() as session, pytest.raises(UploadRefused, match=words) as refused:
        add(session, store, name, sent)

    assert name in str(refused.value)
    assert not [p for p in store.folder.rglob("*") if p.is_file()]


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("../../etc/passwd.txt", "passwd.txt"),
        ("C:\\Users\\甲\\说明.txt", "说明.txt"),
        ('a"b\r\nc.txt', "abc.txt"),
        (".txt", "txt"),
        ("长" * 300 + ".txt", "长" * 116 + ".txt"),
    ],
)
def test_a_name_is_only_a_name(sent: str, kept: str) -> None:
    assert contents.safe_name(sent) == kept
