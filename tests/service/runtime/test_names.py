"""What a diagram may name: what this release brings along, and what is in the database."""

from service.runtime import names


def test_names_a_diagram_may_use_come_from_what_exists(lamps):
    with lamps.reading() as session:
        known = names.known(session)

    assert "open_lamp" in known.operations
    assert "sign" in known.deadlines
    assert known.titles["unit_handler"] == "承办人"
    assert known.titles["sign"]
    assert "deputy_office" in known.roles
    assert "longtext" in known.field_types
    assert known.processes == {"lamp"}
    assert names.released().deadlines <= known.deadlines
