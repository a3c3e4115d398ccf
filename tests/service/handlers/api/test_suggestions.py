from tests.processes.test_handling import ANSWERS
from tests.replied_case import SATISFIED


def test_a_person_lists_and_opens_their_suggestions_only(world, call):
    case = world.submit(by="代表甲")

    own = call("代表甲", "GET", "/suggestions").get_json()["suggestions"]
    shown = call("代表甲", "GET", f"/suggestions/{case.suggestion}").get_json()

    assert [one["id"] for one in own] == [case.suggestion]
    assert shown["hands"][0]["step"] == "审查建议"
    assert call("代表丙", "GET", "/suggestions").get_json()["suggestions"] == []
    assert call("代表丙", "GET", f"/suggestions/{case.suggestion}").status_code == 404
    assert call("代表丙", "GET", f"/process-instances/{case.instance}").status_code == 404
    assert call("代工委甲", "GET", "/statistics").get_json()["total"] == 1


def test_a_rating_is_in_no_answer_before_the_seal(world, call):
    case = world.register(by="代表甲")
    world.dispatch("JT")
    world.sign()
    world.carry_on("收悉审核", ANSWERS)
    world.do("收悉审核", by="代工委甲", reply_check="qualified")
    paths = [
        "/suggestions",
        f"/suggestions/{case.suggestion}",
        "/statistics",
        "/user-tasks",
        "/process-instances",
        f"/process-instances/{case.instance}",
        f"/process-instances/{case.instance}/user-tasks",
        f"/process-instances/{case.instance}/timer-jobs",
        f"/process-instances/{case.instance}/history",
        f"/process-instances/{case.instance}/incidents",
    ]
    readers = ("交通局联络员", "运维", "管理员", "设计员")
    before = [[call(login, "GET", path).get_data() for path in paths] for login in readers]
    [rating] = [one for one in world.waiting() if one.name == "填写评价"]
    assert call("运维", "GET", f"/user-tasks/{rating.id}").status_code == 403

    world.do("填写评价", by="代表甲", **SATISFIED)

    after = [[call(login, "GET", path).get_data() for path in paths] for login in readers]
    assert after == before
