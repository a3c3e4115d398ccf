"""A case file is appended to and vouches for itself: whatever is altered afterwards is found."""

import hashlib
import json
from datetime import timedelta

import pytest
from sqlalchemy import delete, insert, text, update

from service import history
from service.errors import NotFound
from service.history import Entry
from service.tables.runtime import (
    DeployedProcess,
    Deployment,
    HistoryEvent,
    ProcessInstance,
    Submission,
)
from tests.conftest import MORNING

STARTED = Entry("startEvent", "lamp", "Start_reported", "路灯已报修", by="wang")
REPAIRED = Entry("userTask", "lamp", "Task_repair", "维修路灯", "t1", "li", {"submitted": ""})
ENDED = Entry("endEvent", "lamp", "End_repaired", "路灯已修复", data={"from": "Task_repair"})


@pytest.fixture
def instance_id(database):
    """An instance with three events and one submission."""
    values = {"结果": "已更换灯泡", "数量": 2, "均价": 12.5}
    with database.transaction() as session:
        deployment = Deployment(content_hash="x", deployed_at=MORNING, deployed_by=None)
        session.add(deployment)
        session.flush()
        process = DeployedProcess(
            deployment_id=deployment.id,
            process_id="lamp",
            version=1,
            name="路灯",
            file="lamp.bpmn",
            calls={},
        )
        session.add(process)
        session.flush()
        instance = ProcessInstance(
            deployed_process_id=process.id,
            process_id="lamp",
            business_key=None,
            status="running",
            state=b"",
            version=1,
            started_at=MORNING,
            started_by="wang",
            history_seq=0,
            history_hash="",
        )
        session.add(instance)
        session.flush()
        session.add(
            Submission(
                task_id="t1",
                instance_id=instance.id,
                element_id="Task_repair",
                name="维修路灯",
                by="li",
                at=MORNING,
                values=values,
            )
        )
        session.flush()
        digest = history.submission_digest("t1", "li", MORNING, values)
        history.append(session, instance.id, [STARTED], MORNING)
        repaired = REPAIRED._replace(data={"submitted": digest})
        history.append(session, instance.id, [repaired, ENDED], MORNING + timedelta(hours=1))
    return instance.id


def verified(database, instance_id):
    with database.reading() as session:
        return history.verify(session, instance_id)


def tampered(database, instance_id, statement):
    with database.transaction() as session:
        session.execute(statement)
    return verified(database, instance_id).faults


def test_events_are_read_back_in_order(database, instance_id):
    with database.reading() as session:
        events = history.of(session, instance_id)

    assert [(event.seq, event.name, event.by) for event in events] == [
        (1, "路灯已报修", "wang"),
        (2, "维修路灯", "li"),
        (3, "路灯已修复", None),
    ]
    assert events[2].at == MORNING + timedelta(hours=1)


def test_an_untouched_file_is_intact(database, instance_id):
    found = verified(database, instance_id)

    assert found.intact
    assert found.events == 3
    assert found.head.seq == 3


def test_a_third_party_can_recompute_the_chain_with_json_and_sha256(database, instance_id):
    with database.reading() as session:
        before = ""
        for event in history.of(session, instance_id):
            moment = event.at.strftime("%Y-%m-%dT%H:%M:%S.%f+00:00")
            fields = [before, instance_id, event.seq, moment, event.kind, event.process_id]
            fields += [event.element_id, event.name, event.task_id, event.by, event.data]
            compact = json.dumps(fields, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
            assert event.hash == hashlib.sha256(compact.encode()).hexdigest()
            before = event.hash


def at_seq(seq):
    return HistoryEvent.seq == seq


@pytest.mark.parametrize(
    "change",
    [
        {"name": "查看路灯"},
        {"by": "zhao"},
        {"kind": "serviceTask"},
        {"element_id": "Task_other"},
        {"process_id": "other"},
        {"task_id": "t2"},
        {"at": MORNING + timedelta(hours=1, microseconds=1)},
        {"data": {"submitted": "0" * 64}},
        {"hash": "0" * 64},
    ],
    ids=lambda change: next(iter(change)),
)
def test_a_changed_event_is_found(database, instance_id, change):
    statement = update(HistoryEvent).where(at_seq(2)).values(**change)

    faults = tampered(database, instance_id, statement)

    assert any("第 2 条记录" in fault for fault in faults)


def test_an_event_removed_from_the_middle_is_found(database, instance_id):
    faults = tampered(database, instance_id, delete(HistoryEvent).where(at_seq(2)))

    assert "第 2 至 2 条记录缺失。" in faults


def test_an_event_removed_from_the_end_is_found(database, instance_id):
    faults = tampered(database, instance_id, delete(HistoryEvent).where(at_seq(3)))

    assert "末尾的记录缺失：应有 3 条，现有 2 条。" in faults


def test_removing_everything_is_found(database, instance_id):
    faults = tampered(database, instance_id, delete(HistoryEvent))

    assert "末尾的记录缺失：应有 3 条，现有 0 条。" in faults


def test_an_event_added_at_the_end_is_found(database, instance_id):
    with database.reading() as session:
        last = history.of(session, instance_id)[-1]
    forged = ENDED._replace(name="路灯已报废")
    row = {"instance_id": instance_id, "seq": 4, "at": MORNING, **forged._asdict()}
    row["hash"] = history.digest(last.hash, instance_id, 4, MORNING, forged)

    faults = tampered(database, instance_id, insert(HistoryEvent).values(row))

    assert faults != ()


def test_two_events_exchanged_are_found(database, instance_id):
    with database.transaction() as session:
        for before, after in ((2, 9), (3, 2), (9, 3)):
            session.execute(update(HistoryEvent).where(at_seq(before)).values(seq=after))

    assert not verified(database, instance_id).intact


def test_an_event_rehashed_by_hand_is_found(database, instance_id):
    with database.reading() as session:
        first, second, _ = history.of(session, instance_id)
    entry = Entry(*(getattr(second, name) for name in Entry._fields))._replace(by="zhao")
    rehashed = history.digest(first.hash, instance_id, 2, second.at, entry)
    statement = update(HistoryEvent).where(at_seq(2)).values(by="zhao", hash=rehashed)

    faults = tampered(database, instance_id, statement)

    assert any("第 3 条记录" in fault for fault in faults)


def test_an_instance_whose_end_of_the_chain_was_changed_is_found(database, instance_id):
    statement = update(ProcessInstance).values(history_hash="0" * 64)

    assert tampered(database, instance_id, statement) == (
        "末条记录与事项登记的校验值不符，可能被改动过。",
    )


@pytest.mark.parametrize(
    "change",
    [{"values": {"结果": "已更换灯泡", "数量": 3, "均价": 12.5}}, {"by": "zhao"}, {"sealed": True}],
    ids=["values", "by", "sealed"],
)
def test_a_changed_submission_is_found(database, instance_id, change):
    faults = tampered(database, instance_id, update(Submission).values(**change))

    assert faults == ("第 2 条记录“维修路灯”所附的填写内容与校验值不符，可能被改动过。",)


def test_a_removed_submission_is_found(database, instance_id):
    faults = tampered(database, instance_id, delete(Submission))

    assert faults == ("第 2 条记录“维修路灯”所附的填写内容缺失。",)


def test_an_added_submission_is_found(database, instance_id):
    row = {"task_id": "t9", "instance_id": instance_id, "element_id": "x", "name": "伪造"}
    row |= {"by": "zhao", "at": MORNING, "values": {}, "sealed": False}

    faults = tampered(database, instance_id, insert(Submission).values(row))

    assert faults == ("填写内容“伪造”没有对应的办理记录，可能是事后添加的。",)


def test_values_put_into_a_sealed_submission_are_found(database, instance_id):
    with database.transaction() as session:
        row = {"task_id": "t9", "instance_id": instance_id, "element_id": "x", "name": "评价"}
        row |= {"by": "wang", "at": MORNING, "values": {}, "sealed": True}
        session.execute(insert(Submission).values(row))
        rated = Entry("userTask", "lamp", "Task_rate", "评价", "t9", "wang", {"sealed": True})
        history.append(session, instance_id, [rated], MORNING)
    assert verified(database, instance_id).intact

    faults = tampered(
        database,
        instance_id,
        text("""UPDATE submissions SET "values" = '{"rating": "good"}' WHERE task_id = 't9'"""),
    )

    assert faults == ("第 4 条记录“评价”所附的填写内容与校验值不符，可能被改动过。",)


def test_an_unknown_instance_has_no_file(database):
    with pytest.raises(NotFound), database.reading() as session:
        history.verify(session, 404)
    with pytest.raises(NotFound), database.transaction() as session:
        history.append(session, 404, [STARTED], MORNING)
