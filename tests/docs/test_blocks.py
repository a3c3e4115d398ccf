from tests.docs.blocks import Block, blocks, commands, same, spans

PAGE = """
Type `tibanping check`:

```console
$ tibanping check x.bpmn
可以部署：…
$ echo done
```

<!-- file: answers.json -->
```json
{"a": 1}
```

1. In a list:

   <!-- not run: it never ends -->
   ```sh
   make test
   ```
"""


def test_the_blocks_of_a_page_are_found_with_their_notes():
    shell, file, listed = blocks(PAGE)

    assert (shell.language, file.language, listed.language) == ("console", "json", "sh")
    assert file.file == "answers.json"
    assert (listed.text, listed.reason) == ("make test", "it never ends")
    assert spans(PAGE) == ["tibanping check"]


def test_a_console_shows_what_its_commands_write():
    assert commands(blocks(PAGE)[0]) == [
        ("tibanping check x.bpmn", "可以部署：…"),
        ("echo done", None),
    ]
    assert commands(Block(1, "sh", "curl -s \\\n  -H x y\n\nls")) == [
        ("curl -s -H x y", None),
        ("ls", None),
    ]


def test_an_ellipsis_stands_for_anything_and_nothing_else_does():
    assert same("可以部署：…\n共 … 件", "可以部署：没有错误\n共 3 件\n")
    assert not same("可以部署", "不能部署")
    assert not same("a.c", "abc")
