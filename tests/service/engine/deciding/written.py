"""Files of decisions as tests write them, read."""

from service.engine.deciding import dmn
from service.engine.deciding.dmn import DecisionFile
from tests.service.engine.tables import file, rule

ONE = rule("> 0", '"a"')


def read(*decisions: str, more: str = "") -> DecisionFile:
    return dmn.read("d.dmn", file(*decisions, more=more))


def errors(*decisions: str, more: str = "") -> list[tuple[str, str]]:
    found = read(*decisions, more=more)
    assert not found.decisions
    return [(f.code, f.element) for f in found.findings if f.severity == "error"]


def warnings(found: DecisionFile) -> list[str]:
    assert found.decisions
    return [finding.code for finding in found.findings]
