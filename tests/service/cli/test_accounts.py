def test_an_account_is_opened_given_a_password_and_a_token(run):
    added = run(
        "user",
        "add",
        "wang",
        "--name",
        "王芳",
        "--post",
        "deputy_office",
        "--password",
        "长一点的密码一二三",
    )
    changed = run("user", "password", "wang", "--password", "另一个长一点的密码")
    issued = run("user", "token", "wang")

    assert "已建立账号 wang" in added.output
    assert "已重设" in changed.output
    assert issued.output.startswith("tbp_")
    assert run("user", "token", "nobody").exit_code == 1
