"""Whatever encoding a modeller or an office computer writes is read; a file that lies about its own is told so."""

import codecs

import pytest

from service.engine.drawn import encoding
from service.engine.drawn.encoding import EncodingWrong

WORDS = '<a name="代表建议办理：审查、交办"/>'


def declared(encoding: str, written: str = "", mark: bytes = b"") -> bytes:
    text = f'<?xml version="1.0" encoding="{encoding}"?>\n{WORDS}'
    return mark + text.encode(written or encoding)


@pytest.mark.parametrize(
    "content",
    [
        WORDS.encode(),
        codecs.BOM_UTF8 + WORDS.encode(),
        declared("UTF-8"),
        declared("UTF-8", mark=codecs.BOM_UTF8),
        declared("GB18030"),
        declared("GBK"),
        declared("gb2312", "gbk"),
        declared("UTF-16"),
        declared("UTF-16", "utf-16-le", codecs.BOM_UTF16_LE),
        declared("UTF-16", "utf-16-be", codecs.BOM_UTF16_BE),
        declared("UTF-16", "utf-16-le"),
        declared("UTF-16BE", "utf-16-be"),
        WORDS.encode("utf-16"),
        WORDS.encode("utf-16-be"),
    ],
)
def test_the_same_words_come_out_of_every_encoding(content: bytes) -> None:
    assert encoding.text(content).strip() == WORDS


def test_western_letters_are_read() -> None:
    content = '<?xml version="1.0" encoding="ISO-8859-1"?><a name="Prüfung"/>'.encode("latin-1")

    assert encoding.text(content) == '<a name="Prüfung"/>'


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (declared("UTF-8", "gbk"), "看起来是 GB18030"),
        (WORDS.encode("gbk"), "没有声明编码"),
        (declared("GBK", "utf-8"), "实际却是 UTF-8"),
        (declared("ISO-8859-1", "utf-8"), "实际却是 UTF-8"),
        (declared("UTF-8", "utf-16"), "实际却是 UTF-16"),
        (declared("UTF-16", "utf-8", codecs.BOM_UTF8), "实际却是 UTF-8"),
        (declared("GBK", "utf-8", codecs.BOM_UTF8), "实际却是 UTF-8"),
        (declared("UTF-16", "utf-8"), "声明的编码是 UTF-16"),
        (declared("UTF-7", "utf-8"), "不能读取"),
        (declared("zlib", "utf-8"), "不能读取"),
        (declared("US-ASCII", "utf-8"), "看起来是 UTF-8"),
    ],
)
def test_a_wrong_declaration_is_said_with_what_it_seems_to_be(content: bytes, words: str) -> None:
    with pytest.raises(EncodingWrong, match=words) as wrong:
        encoding.text(content)

    assert "另存为 UTF-8" in str(wrong.value)


def test_a_few_letters_of_gbk_are_not_mistaken_for_utf8() -> None:
    content = '<?xml version="1.0" encoding="GBK"?><a name="联通"/>'.encode("gbk")

    assert "联通" in encoding.text(content)


def test_lines_keep_their_numbers_behind_a_long_declaration() -> None:
    content = b'<?xml version="1.0"\nencoding="UTF-8"?>\n<a/>'

    assert encoding.text(content) == "\n\n<a/>"


def test_only_what_begins_with_a_tag_is_markup() -> None:
    assert encoding.is_markup(WORDS.encode("utf-16"))
    assert not encoding.is_markup(b"\x89PNG\r\n")


def test_a_browser_gets_every_file_in_utf8_and_a_broken_one_as_it_is() -> None:
    assert encoding.in_utf8(declared("GBK")).decode().strip() == WORDS
    assert encoding.in_utf8(b"\xff") == b"\xff"
