"""A request is read once, at the edge: what no table can keep and no program can count goes no further.

Numbers and names in an address are bounded by the converters of the routes and are not found beyond. Query arguments,
fields of forms and bodies of programs are checked before anybody is asked who they are.
"""

import json
import math
import re
from collections.abc import Iterable
from typing import Any, NoReturn
from urllib.parse import urlsplit

from flask import Flask, request
from flask.json.provider import DefaultJSONProvider
from werkzeug.exceptions import BadRequest
from werkzeug.routing import IntegerConverter, PathConverter, UnicodeConverter, ValidationError
from werkzeug.routing.map import Map

from service.errors import RequestUnreadable

LARGEST_ID = 2**31 - 1
"""The ids of all tables are integers of 32 bits."""
DEEPEST = 32
"""Objects and lists a body may hold in each other."""
LONGEST_NAME = 200
LONGEST_ARGUMENT = 4000
_LARGEST = 2**63 - 1
# PostgreSQL keeps no NUL in a text, and half a surrogate pair is no letter in UTF-8.
_UNKEEPABLE = re.compile("[\x00\ud800-\udfff]")
_READING = frozenset({"GET", "HEAD", "OPTIONS"})
_ADDRESS = "网址不完整或被改动过，请从首页或待办列表重新进入。"
_TEXT = (
    "填写的内容里夹有看不见的控制字符，多半是从别处粘贴时带来的，这次没有保存。"
    "请返回上一页，删去粘贴的部分，手工输入后再提交。"
)
_NUMBER = "请求里有系统不能处理的数：整数须在 64 位以内，不能用 NaN 和 Infinity。请改正后再提交。"
_DEPTH = f"请求的内容嵌套超过 {DEEPEST} 层，请减少层数后再提交。"
_OBJECT = "请求的内容须是一个 JSON 对象，请按接口说明改正后再提交。"


class Number(IntegerConverter):
    """`<int:…>`: a number that may be the id of a row."""

    def __init__(self, map: Map, **options: Any) -> None:
        super().__init__(map, max=LARGEST_ID, **options)

    def to_python(self, value: str) -> int:
        if len(value) > len(str(LARGEST_ID)):
            raise ValidationError
        found: int = super().to_python(value)
        return found


class Name(UnicodeConverter):
    """`<…>`: a name that a table could keep."""

    def to_python(self, value: str) -> str:
        return _kept(value)


class Path(PathConverter):
    """`<path:…>`: the name of a file that could exist."""

    def to_python(self, value: str) -> str:
        return _kept(value)


class Json(DefaultJSONProvider):
    """Reads bodies strictly; what is written is what Flask writes."""

    def loads(self, s: str | bytes, **options: Any) -> Any:
        return strict(s)


def register(app: Flask) -> None:
    """Let this module read whatever comes in; routes are added after it."""
    app.url_map.converters |= {"int": Number, "default": Name, "string": Name, "path": Path}
    app.json = Json(app)
    app.before_request(check)


def check() -> None:
    """Refuse a request with a part that cannot be kept; it leaves no trace but the answer."""
    _check_origin()
    if not all(_is_keepable(text, LONGEST_ARGUMENT) for text in _texts(request.args)):
        raise RequestUnreadable(_ADDRESS)
    if request.method in _READING or request.endpoint is None:
        return
    files = (file.filename or "" for file in request.files.values())
    if not all(map(_is_keepable, [*_texts(request.form), *request.files, *files])):
        raise RequestUnreadable(_TEXT)
    if request.is_json and request.get_data():
        _check_body()


def strict(text: str | bytes) -> Any:
    """Return what a JSON text says, or raise `RequestUnreadable` where other readers would disagree or give up."""
    try:
        value = json.loads(
            text, parse_int=_whole, parse_float=_finite, parse_constant=_refuse_constant
        )
    except RecursionError:
        raise RequestUnreadable(_DEPTH) from None
    _check_value(value)
    return value


def _check_body() -> None:
    """Read the body of a program; whoever asks for it after this gets the same object."""
    try:
        body = request.get_json()
    except BadRequest:
        body = None
    if not isinstance(body, dict):
        raise RequestUnreadable(_OBJECT)


def _kept(value: str) -> str:
    if not _is_keepable(value, LONGEST_NAME):
        raise ValidationError
    return value


def _is_keepable(text: str, longest: int | None = None) -> bool:
    return (longest is None or len(text) <= longest) and not _UNKEEPABLE.search(text)


def _texts(sent: Any) -> Iterable[str]:
    for name, value in sent.items(multi=True):
        yield name
        yield value


def _check_origin() -> None:
    try:
        urlsplit(request.referrer or "")
        urlsplit(request.headers.get("Origin", ""))
    except ValueError:
        raise RequestUnreadable(_ADDRESS) from None


def _check_value(value: Any) -> None:
    """Walk through a value level by level: a body of brackets must not exhaust the stack of its reader."""
    level = [value]
    for _ in range(DEEPEST + 1):
        if not all(_is_keepable(one) for one in level if isinstance(one, str)):
            raise RequestUnreadable(_TEXT)
        objects = [one for one in level if isinstance(one, dict)]
        lists = [one for one in level if isinstance(one, list)]
        if not objects and not lists:
            return
        level = [part for one in objects for pair in one.items() for part in pair]
        level += [part for one in lists for part in one]
    raise RequestUnreadable(_DEPTH)


def _whole(digits: str) -> int:
    number = int(digits) if len(digits) <= len(str(-_LARGEST)) else None
    if number is None or not -_LARGEST <= number <= _LARGEST:
        raise RequestUnreadable(_NUMBER)
    return number


def _finite(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise RequestUnreadable(_NUMBER)
    return number


def _refuse_constant(name: str) -> NoReturn:
    raise RequestUnreadable(_NUMBER)
