"""Whoever deploys reads which versions there are now and what new cases run on."""

from service.runtime import outcomes, publishing
from tests.conftest import MORNING
from tests.service.runtime.errands import calling, plain, rewritten
from tests.service.runtime.lamps import deployed


def said(database, files, with_callers=False):
    with database.transaction() as session:
        done = publishing.deploy(session, files, "sheji", MORNING, with_callers=with_callers)
    return outcomes.sentences(done)


def test_a_new_process_is_said_with_its_version(database):
    deployed(database, {})

    assert said(database, {"a.bpmn": plain("a")}) == [
        "已部署：“跑腿”第 1 版。新的事项从现在起使用新版，在办的事项继续使用原来的流程图。",
        "新发起的“跑腿”从现在起用第 1 版。",
    ]


def test_who_is_left_on_the_old_version_is_said_with_what_to_do(database):
    deployed(database, {"a.bpmn": plain("a"), "b.bpmn": calling("b", "a")})

    sentences = said(database, {"a.bpmn": plain("a", task="送信")})

    assert sentences[1:] == [
        "新发起的“上级流程”（第 1 版）仍使用“跑腿”第 1 版，不使用新版。",
        "还在调用旧版的流程：“上级流程”第 1 版。"
        "要让它们使用新版，请再部署一次同样的文件，并选“把调用它的流程一起换”。",
    ]


def test_callers_taken_along_are_said_with_what_new_cases_use(database):
    deployed(database, {"a.bpmn": plain("a"), "b.bpmn": calling("b", "a")})

    sentences = said(database, {"a.bpmn": plain("a", task="送信")}, with_callers=True)

    assert sentences[1:] == [
        "一起换成使用新版（内容不变）：“上级流程”第 2 版。",
        "新发起的“上级流程”（第 2 版）从现在起使用“跑腿”第 2 版。",
    ]


def test_what_was_there_before_is_said_whether_in_force_or_again_in_force(database):
    deployed(database, {"a.bpmn": plain("a")})
    assert said(database, {"a.bpmn": plain("a")}) == ["内容没有变化，仍是：“跑腿”第 1 版。"]
    assert said(database, {"a.bpmn": rewritten(plain("a"))}) == [
        "内容没有变化，仍是：“跑腿”第 1 版。",
        "a.bpmn 只动了图形：内容和版本不变，图形已换成新的。",
    ]
    deployed(database, {"a.bpmn": plain("a", task="送信")})

    sentences = said(database, {"a.bpmn": plain("a")})

    assert "“跑腿”第 3 版的内容与第 1 版相同，从现在起又用它。" in sentences


def test_programs_are_told_the_same_in_parts(database):
    deployed(database, {"a.bpmn": plain("a"), "b.bpmn": calling("b", "a")})
    with database.transaction() as session:
        files = {"a.bpmn": plain("a", task="送信")}
        done = publishing.deploy(session, files, "sheji", MORNING)

    document = outcomes.document(done)

    assert (document["new"], document["with_callers"]) == (["a"], [])
    assert [one["process_id"] for one in document["still_bound_to_older"]] == ["b"]
    [use] = document["uses"]
    assert (use["process"]["process_id"], use["uses"][0]["version"]) == ("b", 1)
