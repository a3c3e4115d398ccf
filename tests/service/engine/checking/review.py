"""A diagram that follows the card, and what the check says of it once something in it is changed."""

from service.engine.checking import lint
from service.engine.checking.lint import Finding, Known
from tests.service.engine.diagrams import (
    extensions,
    laid_out,
    path,
    process,
    start,
    user,
)

KNOWN = Known(
    operations=frozenset({"register_suggestion", "notify_deputy"}),
    deadlines=frozenset({"sign", "reply"}),
    roles=frozenset({"deputy_office", "unit_liaison"}),
    field_types=frozenset({"string", "enum", "person", "table"}),
    sources=frozenset({"people"}),
    titles={
        "deputy_office": "人大代表工委",
        "unit_liaison": "承办单位联络员",
        "register_suggestion": "登记建议",
    },
)
DOC = "<bpmn:documentation>按条例办理。</bpmn:documentation>"


def property_(**values: str) -> str:
    items = "".join(f'<camunda:property name="{k}" value="{v}"/>' for k, v in values.items())
    return f"<camunda:properties>{items}</camunda:properties>"


def good_task(*extension: str, key: str = "Task_review", **attributes: str) -> str:
    given = {"name": "审查建议", "camunda__candidateGroups": "deputy_office", **attributes}
    return user(key, DOC, extensions(*extension) if extension else "", **given)


def good(
    *extension: str, task: str | None = None, name: str = "建议审查", **attributes: str
) -> str:
    return process(
        "review",
        *(
            DOC,
            start("Start_submitted", name="建议已提交"),
            task or good_task(*extension, **attributes),
        ),
        *('<bpmn:endEvent id="End_registered" name="建议已立案"/>',),
        path("Start_submitted", "Task_review", "End_registered"),
        name=name,
    )


def check(*parts: str, file: str = "review.bpmn") -> list[Finding]:
    return lint.check({file: laid_out(*parts)}, KNOWN)


def said(*parts: str, file: str = "review.bpmn") -> set[tuple[str, str, str]]:
    findings = check(*parts, file=file)
    assert all(finding.message.endswith("。") for finding in findings)
    return {(f.severity, f.code, f.element) for f in findings}


def field(id: str, kind: str, *inner: str) -> str:
    return f'<camunda:formField id="{id}" label="字段" type="{kind}">{"".join(inner)}</camunda:formField>'


def form(*fields: str) -> str:
    return f"<camunda:formData>{''.join(fields)}</camunda:formData>"
