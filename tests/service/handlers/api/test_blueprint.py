from service.register.people import tokens


def test_nobody_and_a_wrong_token_get_nothing(app, call):
    wrong = app.test_client().get("/api/v1/processes", headers={"Authorization": "Bearer tbp_x"})

    assert call(None, "GET", "/processes").status_code == 401
    assert wrong.status_code == 401
    assert wrong.is_json


def test_a_revoked_token_ends(world, app, call):
    assert call("代表甲", "GET", "/processes").status_code == 200
    with world.database.transaction() as session:
        [token] = tokens.of(session, "代表甲")
        tokens.revoke(session, "代表甲", token.id, world.at)

    assert call("代表甲", "GET", "/processes").status_code == 401


def test_the_description_lists_every_route(app, call):
    described = call(None, "GET", "/openapi.json").get_json()
    routes = {
        str(rule).replace("int:", "").replace("<", "{").replace(">", "}")
        for rule in app.url_map.iter_rules()
        if str(rule).startswith("/api/v1/")
    }

    assert routes - {"/api/v1/openapi.json"} <= set(described["paths"])
