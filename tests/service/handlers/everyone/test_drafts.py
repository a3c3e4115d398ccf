"""What was typed is kept as it is and brought back; what is secret is not kept."""

from sqlalchemy import func, select
from werkzeug.datastructures import MultiDict

from service.database import Database
from service.handlers.everyone import drafts
from service.register.people import directory as people
from service.runtime import drafts as kept
from service.tables.runtime import Draft
from tests.service.handlers.conftest import Browser, Visit
from tests.service.handlers.everyone.visits import rating
from tests.world import World


def test_a_draft_is_kept_as_typed_and_brought_back(
    clerk: Browser, visit: Visit, colleague: Browser
) -> None:
    answer = clerk.post(f"{visit.path}/draft", {"reason": "写到一半", "people_met": "几"})
    assert (answer.status_code, answer.location) == (303, visit.path)

    clerk.get(visit.path)
    assert "写到一半</textarea>" in clerk.page
    assert 'value="几"' in clerk.page
    colleague.get(visit.path)
    assert "写到一半" not in colleague.page


def test_the_pages_script_gets_a_line_for_its_corner(clerk: Browser, visit: Visit) -> None:
    answer = clerk.post(
        f"{visit.path}/draft", {"reason": "写到一半"}, headers={"HX-Request": "true"}
    )

    assert answer.get_data(as_text=True).strip() == "草稿已自动保存，09:00。"


def test_a_sealed_task_keeps_no_draft(
    clerk: Browser, deputy: Browser, visit: Visit, office: Database
) -> None:
    path = rating(clerk, deputy, visit)

    answer = deputy.post(f"{path}/draft", {"rating": "dissatisfied"})

    assert answer.status_code == 403
    deputy.get(path)
    assert "不保存草稿" in deputy.page
    assert "hx-post" not in deputy.page
    with office.reading() as session:
        assert session.scalar(select(func.count()).select_from(Draft)) == 0


def test_what_was_typed_into_a_form_with_lists_outlives_the_session(sqlite: Database) -> None:
    world = World(sqlite)
    world.register(by="代表甲")
    world.dispatch("JT")
    world.sign()
    [task] = world.waiting(world.case)
    with sqlite.transaction() as session:
        liaison = people.actor(session, "交通局联络员")

        drafts.carry_over(
            session, f"/tasks/{task.id}", MultiDict({"section": "养护股"}), liaison, world.at
        )

        assert (kept.of(session, task.id, liaison) or {})["section"] == "养护股"
