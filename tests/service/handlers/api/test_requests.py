import pytest


def test_a_body_with_an_unknown_part_is_refused_and_names_it(call):
    answer = call("运维", "POST", "/process-instances", {"process_id": "leave", "case": 1})

    assert answer.status_code == 422
    assert [one["field"] for one in answer.get_json()["errors"]] == ["case"]


@pytest.mark.parametrize("limit", ["0", "201", "many"])
def test_a_list_is_never_longer_than_two_hundred(call, limit):
    assert call("运维", "GET", f"/incidents?limit={limit}").status_code == 422
