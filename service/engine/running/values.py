"""Values of expressions, and values that may become variables."""

from collections.abc import Callable, Mapping
from typing import Any

import orjson

from service.engine.host import is_limit
from service.engine.language.conversions import ConversionFailed, truth
from service.engine.language.expressions import Expression, Template
from service.engine.language.timing import TimeInvalid
from service.engine.running.instances import Token
from service.errors import ExpressionFailed, OperationFailed, ProcessFailed

MOST_BYTES_WRITTEN = 256_000


def evaluated(
    expression: Expression | Template, token: Token, names: Mapping[str, Any] | None = None
) -> Any:
    """Evaluate for a token, with its own variables unless given others, or raise ExpressionFailed naming its element."""
    return _evaluated(expression, token, names, _as_it_is)


def holds(expression: Expression, token: Token, names: Mapping[str, Any] | None = None) -> bool:
    """Say whether a condition decides for, or raise ExpressionFailed naming its element."""
    return bool(_evaluated(expression, token, names, truth))


def _evaluated(
    expression: Expression | Template,
    token: Token,
    names: Mapping[str, Any] | None,
    read: Callable[[Any], Any],
) -> Any:
    top = token.workflow.top_workflow
    try:
        return read(expression.evaluate(token.data if names is None else names, top.functions))
    except top.passing:
        raise
    except Exception as error:
        text = "、".join(part.text for part in expression.expressions)
        element = token.task_spec.bpmn_id or ""
        raise ExpressionFailed(
            f"环节“{token.task_spec.bpmn_name or element}”的表达式 {text} {_why(error)}。"
            "请核对流程图中的变量名，或补齐这一事项的数据后重试。",
            element=element,
            cause=repr(error),
            names=[error.name or ""] if isinstance(error, NameError) else names_of(expression),
        ) from error


def names_of(expression: Expression | Template | None) -> frozenset[str]:
    """Return the variables an expression or a text with expressions reads."""
    parts = expression.expressions if expression is not None else ()
    return frozenset(name for part in parts for name in part.names)


def _as_it_is(value: Any) -> Any:
    return value


def _why(error: Exception) -> str:
    """Say what kept an expression from being computed."""
    if isinstance(error, NameError):
        return f"无法计算：变量“{error.name}”还没有值"
    if isinstance(error, ConversionFailed | TimeInvalid):
        return f"无法计算：{str(error).rstrip('。')}"
    return "无法计算"


def plain(values: Mapping[str, Any], element: str = "") -> dict[str, Any]:
    """Return what the variables will be after the next load: a copy in JSON's terms, a limit as its moment."""
    if not values:
        return {}
    try:
        document = orjson.dumps({key: _moment(value) for key, value in values.items()})
    except TypeError as error:
        raise OperationFailed(
            "写入流程的变量只能是文字、数字、日期、是否和它们的列表，请联系运维人员。",
            element=element,
            cause=repr(error),
        ) from error
    if len(document) > MOST_BYTES_WRITTEN:
        raise ProcessFailed(
            f"一次写入流程的变量超过 {MOST_BYTES_WRITTEN // 1000} kB；流程变量只放选路用的短内容，"
            "长的内容请存入登记的资料，再重试。",
            element=element,
            cause=f"{len(document)} bytes of variables",
        )
    copied: dict[str, Any] = orjson.loads(document)
    return copied


def _moment(value: Any) -> Any:
    return value.moment if is_limit(value) else value
