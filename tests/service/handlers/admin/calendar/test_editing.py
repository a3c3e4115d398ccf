"""An administrator fills a year by hand, from the published notice or from a file, and reads it again before anything."""

import io
import re

import pytest
from flask import Flask

from service.database import Database
from service.deadlines import policies, seed
from service.deadlines.years import files
from tests.service.deadlines.years.test_files import HEAD
from tests.service.handlers.conftest import Browser, _signed_in

EDIT = "/m/calendar/2027/edit"
SAMPLE = """（样例，非正式文件）
国务院办公厅关于2027年部分节假日安排的通知
一、元旦：1月1日（周五）至3日（周日）放假，共3天。
二、春节：2月5日（农历除夕、周五）至12日（农历正月初七、周五）放假调休，共8天。1月31日（周日）、2月20日（周六）上班。
三、清明节：4月3日（周六）至5日（周一）放假，共3天。
四、劳动节：5月1日（周六）至5日（周三）放假调休，共5天。4月25日（周日）、5月8日（周六）上班。
五、端午节：6月9日（周三）放假1天，不调休。
六、中秋节：9月15日（周三）放假1天，不调休。
七、国庆节：10月1日（周五）至7日（周四）放假调休，共7天。9月26日（周日）、10月9日（周六）上班。
"""


@pytest.fixture
def root(app: Flask) -> Browser:
    return _signed_in(app, "root")


def values(page: str, name: str) -> list[str]:
    return re.findall(rf'name="{name}" value="([^"]*)"', page)


def shown(page: str) -> list[tuple[str, ...]]:
    """Return the rows of the table that are filled in."""
    columns = [values(page, name) for name in ("name", "first", "last", "made_up")]
    return [row for row in zip(*columns, strict=True) if any(row)]


def rows(*filled: tuple[str, str, str, str], **more: str) -> list[tuple[str, str]]:
    fields = [
        pair
        for row in filled
        for pair in zip(("name", "first", "last", "made_up"), row, strict=True)
    ]
    return [*fields, *({"confirmed": "yes", "reason": "国办通知"} | more).items()]


NEW_YEAR = ("元旦", "2027-01-01", "2027-01-03", "")
SPRING = ("春节", "2027-02-05", "2027-02-12", "1月31日、2月20日")


def test_the_table_is_filled_with_what_is_in_force(root: Browser) -> None:
    root.get("/m/calendar/2026/edit")

    assert shown(root.page)[0] == ("元旦", "2026-01-01", "2026-01-03", "1月4日")
    assert len(shown(root.page)) == 7
    assert len(values(root.page, "name")) == 9
    assert 'value="yes" checked' in root.page


def test_an_estimated_year_is_not_taken_for_a_published_one(root: Browser) -> None:
    root.get(EDIT)

    assert 'value="no" checked' in root.page


def test_the_package_fills_the_table_and_says_what_it_does_not_know(root: Browser) -> None:
    root.get("/m/calendar/2024/edit?from=holidays")
    known = root.page
    root.get("/m/calendar/2028/edit?from=holidays")

    assert ("劳动节", "2024-05-01", "2024-05-05", "4月28日、5月11日") in shown(known)
    assert "已从随系统安装的节假日资料读入" in known
    assert "只有 2028 年的法定节日，没有调休上班日" in root.page
    assert 'value="no" checked' in root.page


def test_the_published_notice_fills_the_table_and_changes_nothing(
    root: Browser, office: Database
) -> None:
    with office.reading() as session:
        before = policies.in_force(session).stamp
    root.get(EDIT)

    answer = root.post("/m/calendar/2027/paste", {"text": SAMPLE})

    assert answer.status_code == 200
    assert "从通知读出 7 行，还没有生效" in root.page
    assert shown(root.page)[1] == SPRING
    assert "没有读入或前后不一致" not in root.page
    with office.reading() as session:
        assert policies.in_force(session).stamp == before


def test_what_was_not_read_of_a_notice_is_said(root: Browser) -> None:
    root.get(EDIT)

    root.post(
        "/m/calendar/2027/paste",
        {"text": SAMPLE.replace("2027年", "2026年").replace("3日（周日）放", "3日（周六）放")},
    )

    assert "通知里有 2 处没有读入或前后不一致" in root.page
    assert "这份通知说的是 2026 年，现在编辑的是 2027 年" in root.page
    assert "2027年1月3日是周日，不是周六" in root.page


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "请先把通知的正文粘贴到这里。"),
        ("  \n", "请先把通知的正文粘贴到这里。"),
        ("今天天气很好。", "没有从粘贴的内容里读出任何节日"),
        ("一" * 8001, "粘贴的内容超过 8000 字"),
    ],
)
def test_a_text_that_is_no_notice_is_refused_and_kept(
    root: Browser, text: str, sentence: str
) -> None:
    root.get(EDIT)

    answer = root.post("/m/calendar/2027/paste", {"text": text})

    assert answer.status_code == 422
    assert sentence in root.page
    assert 'id="text-error"' in root.page
    assert text.strip() in root.page
    assert ("元旦", "2027-01-01", "2027-01-01", "") in shown(root.page)


def send(root: Browser, content: bytes, name: str = "安排.csv") -> int:
    root.get(EDIT)
    data = {"csrf_token": root.token, "file": (io.BytesIO(content), name)}
    answer = root.client.post("/m/calendar/2027/import", data=data)
    root._seen(answer)
    return answer.status_code


def test_a_notice_that_works_on_a_weekday_is_refused_where_it_is_pasted(root: Browser) -> None:
    """It names the line; the rows in force stay in the table."""
    text = (
        "一、元旦：1月1日（周五）至3日（周日）放假，共3天。\n"
        "\n"
        "二、春节：2月5日（周五）至11日（周四）放假，共7天。2月3日（周三）上班。"
    )
    root.get("/m/calendar/2027/edit")

    answer = root.post("/m/calendar/2027/paste", {"text": text})

    assert answer.status_code == 422
    assert "第 3 行“春节”：2月3日（周三）本来就上班，不是调休上班日，请核对日期。" in root.page
    assert "什么也没有导入" in root.page
    assert "从通知读出" not in root.page


@pytest.mark.parametrize("format", files.FORMATS)
def test_a_file_fills_the_table_and_changes_nothing(root: Browser, format: str) -> None:
    arranged = tuple(seed.Break(one.name, *(day.replace(year=2027) for day in (one.first, one.last))) for one in seed.CONFIRMED[2026])  # fmt: skip

    assert send(root, files.written(2027, arranged, format)) == 200

    assert "从文件读出 7 行，还没有生效" in root.page
    assert shown(root.page)[0] == NEW_YEAR
    assert root.get("/m/calendar/2027").status_code == 200
    assert "放假安排是暂定的" in root.page


def test_one_wrong_line_is_named_and_nothing_is_imported(root: Browser) -> None:
    content = f"{HEAD}元旦,2027-01-01,2027-01-03,\n春节,2027-02-12,2027-02-05,2月22日\n".encode(
        "gb18030"
    )

    assert send(root, content) == 422

    assert "第 3 行：最后一天2月5日（周五）早于第一天2月12日（周五）" in root.page
    assert "第 3 行：2月22日（周一）本来就上班" in root.page
    assert "什么也没有导入。" in root.page
    assert ("春节", "2027-02-12", "2027-02-05", "2月22日") not in shown(root.page)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"PK\x03\x04", "这是 Excel 工作簿"),
        (b"{", "不符合 JSON 的写法"),
        (b"x" * 300_000, "文件超过 256 KB"),
        (HEAD.encode(), "2027 年一个节假日也没有"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(root: Browser, content: bytes, sentence: str) -> None:
    assert send(root, content) == 422
    assert sentence in root.page
    assert 'id="file-error"' in root.page


def test_no_file_is_said(root: Browser) -> None:
    root.get(EDIT)

    assert root.post("/m/calendar/2027/import", {}).status_code == 422
    assert "请先选择文件。" in root.page


def test_rows_that_are_right_wait_for_their_effect_to_be_confirmed(root: Browser) -> None:
    root.get(EDIT)

    answer = root.post(EDIT, rows(NEW_YEAR, SPRING, ("", "", "", "")))

    assert (answer.status_code, answer.location) == (303, "/m/calendar/2027/effect")
    root.get(EDIT)
    assert shown(root.page) == [NEW_YEAR, SPRING]
    assert 'value="国办通知"' in root.page


def test_what_is_wrong_is_said_at_its_row_and_what_was_typed_is_kept(root: Browser) -> None:
    root.get(EDIT)
    typed = [NEW_YEAR, ("春节", "2027-02-12", "2027-02-05", "2月22日")]

    answer = root.post(EDIT, rows(*typed, reason=""))

    assert answer.status_code == 422
    assert shown(root.page) == typed
    assert '<a href="#row-1-last">第 2 行放假最后一天：最后一天2月5日（周五）早于' in root.page
    assert 'id="row-1-made_up-error"' in root.page
    assert '<a href="#reason">请写明依据或理由' in root.page
    assert root.get("/m/calendar/2027/effect").status_code == 303


def test_a_year_without_a_holiday_is_refused(root: Browser) -> None:
    root.get(EDIT)

    assert root.post(EDIT, rows(("", "", "", ""))).status_code == 422
    assert "2027 年一个节假日也没有，不能这样生效" in root.page


def test_a_reason_has_its_length(root: Browser) -> None:
    root.get(EDIT)

    assert root.post(EDIT, rows(NEW_YEAR, reason="长" * 201)).status_code == 422
    assert "最多 200 个字" in root.page


def test_a_row_more_is_a_row_more_and_no_complaint(root: Browser) -> None:
    root.get(EDIT)
    before = len(values(root.page, "name"))

    answer = root.post(EDIT, [*rows(*[NEW_YEAR] * before), ("_add_row", "1")])

    assert answer.status_code == 200
    assert len(values(root.page, "name")) == before + 3
    assert "错误：" not in root.page


def test_nobody_else_edits_it(clerk: Browser) -> None:
    assert clerk.get(EDIT).status_code == 403
    assert clerk.post(EDIT, rows(NEW_YEAR)).status_code == 403
    assert clerk.post("/m/calendar/2027/paste", {"text": SAMPLE}).status_code == 403
