"""The highest colour that a rule hits is proposed, and every rule of that colour says why."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from service.database import Database
from service.engine.deciding import dmn
from service.engine.deciding.decisions import Decision
from service.engine.deciding.logic import Table
from service.errors import DiagramInvalid, ExpressionFailed, ProcessFailed
from service.register.supervision import colors, proposals
from service.register.supervision.colors import TABLE, Fact, Proposal, propose
from service.runtime import baseline, publishing
from tests.service.register.supervision.undone import NOW, assignment, suggestion
from tests.supervised import FILES, deploy_rules
from tests.world import PROCESSES

RULES_FILE = f"{TABLE.name}.dmn"
TEXT = (PROCESSES / RULES_FILE).read_text(encoding="utf-8")
RULES = dmn.read(RULES_FILE, TEXT.encode()).decisions[TABLE.name]


@pytest.mark.parametrize(
    ("facts", "color"),
    [
        ({}, "none"),
        ({"reply_overdue": 1}, "white"),
        ({"reply_overdue": 10}, "white"),
        ({"reply_overdue": 11}, "yellow"),
        ({"reply_overdue": 30}, "yellow"),
        ({"reply_overdue": 31}, "red"),
        ({"unsigned": 1, "no_plan": 1}, "white"),
        ({"assist_overdue": 10}, "white"),
        ({"assist_overdue": 11}, "yellow"),
        ({"commitment_overdue": 20}, "white"),
        ({"commitment_overdue": 21}, "yellow"),
        ({"redo_overdue": 1}, "yellow"),
        ({"white_expired": 1}, "yellow"),
        ({"yellow_expired": 1}, "red"),
        ({"look_backs_failed": 1}, "yellow"),
        ({"look_backs_failed": 2}, "red"),
        ({"reply_overdue": 2, "past_legal_limit": 1}, "red"),
        ({"no_contact": 1, "false_dealing": 1}, "red"),
    ],
)
def test_the_highest_colour_that_is_hit_wins(facts: dict[str, int], color: str) -> None:
    assert propose(RULES, facts).color == color


def test_a_proposal_says_why_with_the_numbers() -> None:
    assert propose(RULES, {"reply_overdue": 12, "no_contact": 1}) == Proposal(
        "yellow", ("答复逾期 12 个工作日，超过 10 个工作日。",)
    )
    assert propose(RULES, {"unsigned": 1, "no_plan": 1}).reasons == (
        "交办后逾期未签收。",
        "逾期未制定办理方案。",
    )


def test_the_third_white_of_a_year_is_yellow() -> None:
    assert propose(RULES, {"unsigned": 1}, whites_before=1).color == "white"
    assert propose(RULES, {"unsigned": 1}, whites_before=2) == Proposal(
        "yellow", ("本年第 3 次应亮白牌。",)
    )
    assert propose(RULES, {}, whites_before=5).color == "none"


def test_every_rule_speaks_of_a_known_fact_and_colour() -> None:
    assert isinstance(RULES.logic, Table)
    given = {one.value.expression.text for one in RULES.logic.inputs}

    assert given == set(Fact)
    assert RULES.logic.outputs[0].values == ("red", "yellow", "white")


def test_the_rules_are_a_table_that_officials_may_change(session: Session) -> None:
    own = suggestion(session)
    assignment(session, own, due_at=NOW - timedelta(days=2))
    assert [each.proposal.color for each in proposals.candidates(session, NOW)] == ["white"]

    deploy_rules(session, ("[1..10]", "[6..10]"))

    assert proposals.candidates(session, NOW) == []


def test_what_officials_changed_stays_at_an_update_and_when_all_diagrams_are_deployed(
    session: Session,
) -> None:
    publishing.bring_along(session, packaged(), NOW)
    deploy_rules(session, ("[1..10]", "[6..10]"))
    newer = packaged(("[11..30]", "[12..30]"))

    for files in (packaged(), newer, newer):
        publishing.bring_along(session, files, NOW)
    publishing.deploy(session, packaged(), "设计员", NOW)

    assert propose(colors.rules(session), {Fact.REPLY_OVERDUE: 5}).color == "none"
    assert [row.name for row in baseline.offers(session)] == [RULES_FILE]


def test_the_product_s_rules_deployed_alone_are_in_force_again(session: Session) -> None:
    deploy_rules(session, ("[1..10]", "[6..10]"))

    deploy_rules(session)

    assert propose(colors.rules(session), {Fact.REPLY_OVERDUE: 5}).color == "white"


def test_a_threshold_and_its_sentence_are_changed_together(session: Session) -> None:
    own = suggestion(session)
    assignment(session, own, due_at=datetime(2026, 9, 8, 10, 0, tzinfo=UTC))
    [before] = proposals.candidates(session, NOW)
    assert before.proposal.color == "white"

    deploy_rules(
        session,
        ("[1..10]", "[1..5]"),
        ("[11..30]", "[6..30]"),
        ("{reply_overdue} 个工作日，超过 10 个工作日", "{reply_overdue} 个工作日，超过 5 个工作日"),
    )

    [after] = proposals.candidates(session, NOW)
    assert after.proposal == Proposal("yellow", ("答复逾期 10 个工作日，超过 5 个工作日。",))


def test_rules_may_ask_for_several_facts_at_once() -> None:
    table = changed(
        (
            '<text>"逾期未做办前沟通。"</text>',
            '<text>"没有沟通，答复又逾期 {reply_overdue} 天。"</text>',
        ),
        (
            cell("no_contact_white", "reply_overdue"),
            cell("no_contact_white", "reply_overdue", "&gt;= 3"),
        ),
    )

    assert propose(table, {Fact.NO_CONTACT: 1}).color == "none"
    assert propose(table, {Fact.NO_CONTACT: 1, Fact.REPLY_OVERDUE: 4}).reasons == (
        "答复逾期 4 个工作日。",
        "没有沟通，答复又逾期 4 天。",
    )


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (('name="reason"', 'name="why"'), "决策“三色规则”的结果看不懂"),
        (('"交办后逾期未签收。"', ""), "决策“三色规则”的结果看不懂"),
        (("<text>unsigned</text>", "<text>unread</text>"), "unread"),
    ],
)
def test_a_table_that_says_something_else_is_refused_with_its_name(
    change: tuple[str, str], why: str
) -> None:
    with pytest.raises(ExpressionFailed, match=why):
        propose(changed(change), {Fact.UNSIGNED: 1})


@pytest.mark.parametrize(
    "change",
    [
        ('name="color"', 'name="colour"'),
        ("<text>unsigned</text>", "<text>unread</text>"),
        ('"交办后逾期未签收。"', ""),
    ],
)
def test_a_slip_in_the_table_is_found_before_it_is_deployed(
    session: Session, change: tuple[str, str]
) -> None:
    with pytest.raises(DiagramInvalid):
        deploy_rules(session, change)

    assert propose(colors.rules(session), {Fact.UNSIGNED: 1}).color == "white"


def test_without_a_table_nothing_is_guessed(sqlite: Database) -> None:
    with (
        sqlite.transaction() as session,
        pytest.raises(ProcessFailed, match="部署决策表 control_color"),
    ):
        colors.rules(session)


def packaged(*changes: tuple[str, str]) -> dict[str, bytes]:
    """The diagrams of supervision and their table as a release brings them along, some cells written anew."""
    files = {name: (PROCESSES / name).read_bytes() for name in FILES}
    return {**files, RULES_FILE: written(*changes).encode()}


def changed(*changes: tuple[str, str]) -> Decision:
    """The table of the product, with some cells written anew."""
    return dmn.read(RULES_FILE, written(*changes).encode()).decisions[TABLE.name]


def written(*changes: tuple[str, str]) -> str:
    content = TEXT
    for before, after in changes:
        assert before in content, before
        content = content.replace(before, after)
    return content


def cell(rule: str, fact: str, text: str = "") -> str:
    return f"""<inputEntry id="Input_{rule}_{fact}">
          <text>{text}</text>"""
