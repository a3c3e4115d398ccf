"""What is wrong with a cell is told by its place."""

from service.engine.drawn.findings import Finding
from tests.service.engine.deciding.written import ONE, read
from tests.service.engine.tables import decision, rule, table


def test_a_cell_is_told_by_table_rule_and_column() -> None:
    [finding] = read(decision("d", table(ONE, rule("> ，", '"a"')))).findings

    assert finding == Finding(
        "d.dmn",
        "d",
        "cell",
        "error",
        "决策“表 d”第 2 条规则的“大小”列：这里有中文标点 ， ，请改用英文标点。",
    )
