"""The bytes of an XML file become text, in whatever encoding XML allows; the encoding a file declares must be the one it has."""

import codecs
import re

_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_DECLARATION = re.compile(r"\A<\?xml\b[^>]{0,200}\?>")
_DECLARED = re.compile(r"""\bencoding\s*=\s*["']([A-Za-z0-9._:\-]{1,40})["']""")
# What a file may declare, and what reads it. GB18030 contains GBK and GB2312, which are often written for each other.
_READERS = {
    **dict.fromkeys(("utf-8", "utf8"), "utf-8"),
    **dict.fromkeys(("us-ascii", "ascii"), "ascii"),
    **dict.fromkeys(("utf-16", "utf-16le", "utf-16be", "iso-10646-ucs-2"), "utf-16"),
    **dict.fromkeys(("gb18030", "gbk", "gb2312", "gb_2312-80", "cp936", "euc-cn"), "gb18030"),
    **dict.fromkeys(("big5", "big5-hkscs", "cp950"), "big5hkscs"),
    **dict.fromkeys(("iso-8859-1", "latin1"), "latin-1"),
    **dict.fromkeys(("windows-1252", "cp1252"), "cp1252"),
    "iso-8859-15": "iso-8859-15",
}
_ADVICE = '请在建模工具或文本编辑器里另存为 UTF-8，并让第一行写 encoding="UTF-8"。'


class EncodingWrong(ValueError):
    """The bytes are not in the encoding the file declares; the sentence says what they look like."""


def text(content: bytes) -> str:
    """Return the text of a file without mark and XML declaration, its lines counted as before."""
    marked = next((reader for mark, reader in _MARKS if content.startswith(mark)), "")
    wide = marked or _wide(content)
    declared = _declared(content, wide)
    reader = _READERS.get(declared.lower(), "") if declared else wide or "utf-8"
    if not reader:
        raise EncodingWrong(f"文件声明的编码“{declared}”不能读取。{_ADVICE}")
    if declared and wide and _family(reader) != _family(wide):
        raise EncodingWrong(
            f"文件声明的编码是 {declared}，实际却是 {_family(wide).upper()}。{_ADVICE}"
        )
    if reader not in {"utf-8", "ascii"} and not wide and _looks_like_utf8(content):
        raise EncodingWrong(f"文件声明的编码是 {declared}，实际却是 UTF-8。{_ADVICE}")
    return _DECLARATION.sub(_only_lines, _decoded(content, wide or reader, declared))


def in_utf8(content: bytes) -> bytes:
    """Return a file in the one encoding a browser's script reads; what cannot be read stays as it is."""
    try:
        return text(content).encode()
    except EncodingWrong:
        return content


def is_markup(content: bytes) -> bool:
    """Say whether the first letter is the < of XML, whatever the encoding; a picture or a letter begins otherwise."""
    for mark, _ in _MARKS:
        content = content.removeprefix(mark)
    return content.lstrip(b" \t\r\n\0")[:1] == b"<"


def _wide(content: bytes) -> str:
    """Recognise UTF-16 without a mark by the zero beside the first letter, which is < or a blank."""
    if content[:1] and content[1:2] == b"\0" and content[:1] != b"\0":
        return "utf-16-le"
    return "utf-16-be" if content[:1] == b"\0" and content[1:2] not in {b"\0", b""} else ""


def _declared(content: bytes, wide: str) -> str:
    head = content[:1000].decode(wide or "latin-1", "replace")
    declaration = _DECLARATION.search(head)
    found = _DECLARED.search(declaration.group()) if declaration else None
    return found[1] if found else ""


def _family(reader: str) -> str:
    return next((name for name in ("utf-16", "utf-32", "utf-8") if reader.startswith(name)), reader)


def _looks_like_utf8(content: bytes) -> bool:
    """Say whether the bytes make Chinese in UTF-8; a few GBK letters in a row may be valid UTF-8 by accident."""
    try:
        letters = [ord(letter) for letter in content.decode("utf-8") if letter > "\x7f"]
    except UnicodeDecodeError:
        return False
    return sum(letter > 0x7FF for letter in letters) > len(letters) / 2


def _decoded(content: bytes, reader: str, declared: str) -> str:
    try:
        return content.decode(reader)
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        seems = f"，看起来是 {seen}" if (seen := _seems(content, reader)) else ""
        declaration = (
            f"文件声明的编码是 {declared}" if declared else "文件没有声明编码，应当是 UTF-8"
        )
        raise EncodingWrong(f"{declaration}，但第 {line} 行的内容不是{seems}。{_ADVICE}") from error


def _seems(content: bytes, reader: str) -> str:
    for other in ("utf-8", "gb18030"):
        if other == reader:
            continue
        try:
            content.decode(other)
        except UnicodeDecodeError:
            continue
        return other.upper()
    return ""


def _only_lines(declaration: re.Match[str]) -> str:
    return "\n" * declaration.group().count("\n")
