"""What an uploaded file may contain: its kind is read from its content, never from what its sender called it.

Pictures are decoded and written anew, which removes the place and camera a phone puts into them; Office files that
would unpack to something huge are refused.
"""

import io
import zipfile

import filetype
from PIL import Image, ImageOps

from service.errors import UploadRefused

ALLOWED = {
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "png": "image/png",
    "webp": "image/webp",
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "doc": "application/msword",
    "xls": "application/vnd.ms-excel",
    "txt": "text/plain",
}
"""Extension of the name → media type under which the file is served."""

WORDS = "图片（jpg、png、webp）、PDF、Word（docx、doc）、Excel（xlsx、xls）和文本（txt）"
LONGEST_SIDE = 1600
MOST_PIXELS = 50_000_000  # a phone's largest photograph; more is an attack
MOST_UNPACKED = 200 * 1024 * 1024
MOST_PARTS = 5000
_LONGEST_NAME = 120
_PICTURES = {"jpg": "JPEG", "png": "PNG", "webp": "WEBP"}
_OFFICE_PARTS = {"docx": "word/", "xlsx": "xl/"}
# What old Office files are inside: an OLE compound file, whatever its extension says.
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def checked(name: str, content: bytes, max_bytes: int) -> tuple[str, bytes]:
    """Return the file's kind and what to keep of it, or raise `UploadRefused` with a sentence that names the reason."""
    if not content:
        raise UploadRefused(f"文件“{name}”是空的，请检查后重新选择。")
    if len(content) > max_bytes:
        raise UploadRefused(
            f"文件“{name}”有 {size_in_words(len(content))}，超过上限 {size_in_words(max_bytes)}，"
            "请压缩或拆分后再上传。"
        )
    extension = name.rpartition(".")[2].lower() if "." in name else ""
    if extension not in ALLOWED:
        raise UploadRefused(f"文件“{name}”的类型不能上传。可以上传：{WORDS}。")
    kind = "jpg" if extension == "jpeg" else extension
    if kind in _PICTURES:
        return _picture(name, content)
    if kind in _OFFICE_PARTS:
        _office(name, kind, content)
    elif kind in {"doc", "xls"}:
        _must(content.startswith(_OLE), name)
    elif kind == "pdf":
        _must(_guessed(content) == "pdf", name)
    else:
        _text(name, content)
    return kind, content


def safe_name(name: str) -> str:
    """The last part of a path, without what a file system, a header or a reader would trip over."""
    last = name.replace("\\", "/").rpartition("/")[2]
    clean = "".join(c for c in last if c.isprintable() and c not in '<>:"|?*').strip(" .")
    stem, dot, extension = clean.rpartition(".")
    if not dot:
        return (clean or "未命名")[:_LONGEST_NAME]
    return f"{stem[: _LONGEST_NAME - len(extension) - 1] or '未命名'}.{extension[:10]}"


def with_extension(name: str, kind: str) -> str:
    """A picture's name says what it was written as, not what its sender called it."""
    stem, _, extension = name.rpartition(".")
    same = {"jpg": {"jpg", "jpeg"}}.get(kind, {kind})
    return name if extension.lower() in same else f"{stem}.{kind}"


def size_in_words(size: int) -> str:
    """Return a size as a person reads it."""
    if size < 1024:
        return f"{size} 字节"
    return f"{size / 1024:.0f} KB" if size < 1024 * 1024 else f"{size / 1024 / 1024:.1f} MB"


def _picture(name: str, content: bytes) -> tuple[str, bytes]:
    """Decode and write anew: upright, at most 1600 pixels a side, without anything but the picture."""
    guess = _guessed(content)
    _must(guess in _PICTURES, name)
    try:
        with Image.open(io.BytesIO(content), formats=[_PICTURES[guess]]) as opened:
            if opened.width * opened.height > MOST_PIXELS:
                raise UploadRefused(
                    f"图片“{name}”有 {opened.width}×{opened.height} 像素，太大了，请缩小后再上传。"
                )
            upright = ImageOps.exif_transpose(opened)
            upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
            picture = upright.convert("RGB" if guess == "jpg" else _mode(upright))
            picture.info.clear()
            target = io.BytesIO()
            picture.save(target, format=_PICTURES[guess], quality=85, optimize=True)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise UploadRefused(f"图片“{name}”已损坏，打不开，请重新拍照或另存后再上传。") from error
    return guess, target.getvalue()


def _mode(picture: Image.Image) -> str:
    return "RGBA" if "A" in picture.getbands() or "transparency" in picture.info else "RGB"


def _office(name: str, kind: str, content: bytes) -> None:
    """Look at the list of parts only; nothing is unpacked."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise UploadRefused(_damaged(name)) from error
    _must(any(part.filename.startswith(_OFFICE_PARTS[kind]) for part in parts), name)
    unpacked = sum(part.file_size for part in parts)
    if unpacked > MOST_UNPACKED or len(parts) > MOST_PARTS:
        raise UploadRefused(
            f"文件“{name}”解开后有 {size_in_words(unpacked)}，超过上限 "
            f"{size_in_words(MOST_UNPACKED)}，可能已损坏，请重新另存后再上传。"
        )
    if any("vbaproject" in part.filename.lower() for part in parts):
        raise UploadRefused(f"文件“{name}”带有宏，不能上传，请另存为不带宏的文件后再上传。")


def _text(name: str, content: bytes) -> None:
    if _guessed(content) or b"\x00" in content[:4096].replace(b"\xff\xfe", b""):
        raise UploadRefused(_mismatch(name))
    for encoding in ("utf-8", "gb18030"):
        try:
            content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return
    raise UploadRefused(_mismatch(name))


def _guessed(content: bytes) -> str:
    guess = filetype.guess(content[:8192])
    return str(guess.extension) if guess else ""


def _must(is_so: bool, name: str) -> None:
    if not is_so:
        raise UploadRefused(_mismatch(name))


def _mismatch(name: str) -> str:
    return f"文件“{name}”的内容和它的后缀名不一致，请检查后重新选择。"


def _damaged(name: str) -> str:
    return f"文件“{name}”已损坏，打不开，请重新另存后再上传。"
