"""A suggestion from a deputy's phone to the archive, told at everybody's desk in a real browser.

The old quarter's drains: the housing bureau leads, two bureaus assist, one of them is late and gets a card; the deputy
is only half content, a meeting does not help, the bureau answers once more, and then it is good.
"""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser as Chromium

from service.register.people import directory as people
from tests.browser.stage import PHONE, Answers, City, Person
from tests.world import moment

pytestmark = pytest.mark.browser

TITLE = "关于老城区背街雨污合流管网分段改造的建议"
DEPUTY, FELLOW = "d001", "d002"
OFFICE, GOVERNMENT = "dgw_ganshi", "zfb_guzhang"
HOUSING, CITY_MANAGEMENT, ENVIRONMENT = (
    "清沅市住房和城乡建设局",
    "清沅市城市管理局",
    "清沅市生态环境分局",
)
INSPECTOR, SUPERVISION_HEAD = "dc_ganshi", "dc_zhuren"

SUGGESTION: Answers = {
    "标题": TITLE,
    "类别": "城建环资",
    "一、情况与问题": "老城区四条背街至今雨污合流，汛期倒灌，十九户居民家中进水，群众反映强烈。",
    "二、原因分析": "管网建于九十年代，管径偏小，多处塌陷，一直没有分段改造的资金。",
    "三、具体建议": [
        {"具体建议": "分段改造四条背街的雨污合流管网。"},
        {"具体建议": "汛期前清掏淤堵的检查井。"},
    ],
    "提出前做过哪些功课": ["听：听取群众意见", "研：实地调研"],
    "调研方式": ["走访座谈"],
    "希望由哪些单位承办": [HOUSING],
    "希望的沟通方式": "面商",
    "以上内容由我本人提出，确认签名": "是",
}
OPINION: Answers = {
    "办理情况": "我局已经排查四条背街的临时占道情况，改造期间全力配合围挡和交通疏导。",
    "联系人": "市容股股长",
    "联系电话": "0915-3200002",
}
CONTACT: Answers = {
    "沟通方式": "面商",
    "地点": "云溪镇政府",
    "单位参加人（姓名、职务）": "副局长、市政股股长",
    "代表意见要点": "希望汛期前先清淤，今年至少改造两条。",
    "单位回应": "一周内现场踏勘。",
    "是否达成一致": "是",
}
REPLY: Answers = {
    "标题": "关于老城区背街雨污合流管网分段改造的建议的答复函",
    "办理情况": "收到建议后，我局会同城管局现场踏勘四次，编制了分段改造方案，先行清掏检查井六十二座。",
    "逐条回应": [
        {"回应": "两条背街已经开工，其余两条列入明年计划。", "状态": "正在解决"},
        {"回应": "六十二座检查井已经全部清掏。", "状态": "已解决"},
    ],
    "协办单位办理情况说明": "城管局配合围挡和交通疏导；生态环境分局没有按期提出协办意见。",
    "答复类别": "A类（已解决或采纳）",
    "分类理由": "一条已经解决，一条正在解决。",
    "联系人": "市政股股长",
    "联系电话": "0915-3200001",
}
REPLY_AGAIN: Answers = {
    "标题": "关于老城区背街雨污合流管网分段改造的建议的再次答复函",
    "办理情况": "资金已经落实，其余两条背街已经开工，预计十月底全部完成，移动泵已经装好。",
    "逐条回应": [
        {"回应": "四条背街全部开工。", "状态": "正在解决"},
        {"回应": "移动泵已经装好。", "状态": "已解决"},
    ],
    "答复类别": "A类（已解决或采纳）",
    "分类理由": "两条建议都已经落实。",
    "联系人": "市政股股长",
    "联系电话": "0915-3200001",
}
CHECK = "收到了答复，见过面"
HALF_CONTENT: Answers = {
    "答复和沟通情况": CHECK,
    "办理态度": "满意",
    "办理结果": "基本满意",
    "具体意见": "还有两条背街没有动静，拖不起",
    "文字可以转给承办单位": "否",
}
SATISFIED: Answers = {"答复和沟通情况": CHECK, "办理态度": "满意", "办理结果": "满意"}
SECRETS = ("基本满意", "拖不起", "研判排会", "填写评价", "知情议政会")
BLIND = ("zj_lianluo", "zj_zhuyao", "cg_lianluo")
PAGES = ("/", "/done", "/notices", "/suggestions", "/suggestions/1", "/suggestions/1/flow")


@pytest.fixture(scope="module")
def city(chromium: Chromium, tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    city = City(tmp_path_factory.mktemp("city"), chromium, moment("2026-03-02"))
    city.open()
    yield city
    city.close()


def test_a_suggestion_from_the_deputy_s_phone_to_the_archive(city: City) -> None:
    tell(city)

    deputy = city.person(DEPUTY, PHONE)
    assert "已办结" in deputy.reads("/suggestions/1")
    assert "没有待办环节" in deputy.reads()
    assert "已办结归档" in deputy.reads("/notices")
    assert city.incidents() == []


# The story, chapter by chapter


def tell(city: City) -> None:
    """Tell what was not told yet; a chapter that fails is not begun a second time."""
    for chapter in CHAPTERS:
        if chapter.__name__ not in city.told:
            city.told.append(chapter.__name__)
            chapter(city)


def propose(city: City) -> None:
    """A deputy hands it in, and a fellow deputy signs on the phone."""
    deputy = city.person(DEPUTY)
    city.shot(deputy.visit("/"), "代表首页")
    fellow = name_of(city, FELLOW)
    deputy.start("提出建议", "代表建议办理", SUGGESTION | {"联名代表": [fellow]}, "提出建议")
    assert TITLE in deputy.reads("/suggestions")
    assert f"{fellow}（待确认）" in deputy.reads("/suggestions/1")

    city.person(FELLOW, PHONE).do("确认联名", {"是否联名": "同意联名"}, "确认联名")


def register_and_dispatch(city: City) -> None:
    """The congress office reviews, registers, plans and dispatches; the government office passes it on."""
    office = city.person(OFFICE)
    city.shot(office.visit("/"), "代工委待办")
    checked = ["一事一议", "要素齐全", "有具体建议", "代表本人提出并签名"]
    office.do("审查建议", {"形式审查": checked, "审查结论": "立案登记"}, "审查建议")
    plan: Answers = {
        "办理方式": "主办和协办",
        "主办（独办）单位": HOUSING,
        "协办单位": [CITY_MANAGEMENT, ENVIRONMENT],
        "代表希望的承办单位是否采纳": "采纳",
        "先征求承办单位意见（预交办）": "否",
    }
    office.do("拟定承办方案", plan, "拟定承办方案")
    office.do("正式交办", {}, "正式交办")
    city.person(GOVERNMENT).do("二次分办", {}, "二次分办")
    for unit in ("zj", "cg", "st"):
        city.person(f"{unit}_lianluo").do("签收任务", {"签收意见": "接受"}, "签收任务")
    assert "办理中" in city.person(DEPUTY).reads("/suggestions/1")


def work_with_the_deputy(city: City) -> None:
    """The lead unit goes to see the deputy, who says on the phone that it is true; then it plans and works."""
    later = city.workday(20).isoformat()
    city.person("zj_lianluo").do("分派科室", {"承办科室": "市政股"}, "分派科室")
    handler = city.person("zj_chengban")
    handler.do("办前沟通", CONTACT | {"沟通日期": city.today}, "办前沟通")
    city.person(DEPUTY, PHONE).do("确认沟通", {"沟通是否属实": "属实"}, "确认沟通")
    plan: Answers = {
        "责任领导": "副局长",
        "责任科室": "市政股",
        "承办人": "市政股股长",
        "联系电话": "0915-3200001",
        "定措施": [{"措施": "分四段改造，先易后难。"}, {"措施": "汛期前清掏完毕。"}],
        "定时限": [{"完成什么": "完成两条背街改造", "完成日期": later}],
        "承诺事项": [
            {
                "承诺内容": "汛期前清掏六十二座检查井",
                "可核验标准": "逐座验收",
                "完成日期": later,
                "责任人": "市政股股长",
            }
        ],
    }
    handler.do("制定三定方案", plan, "制定三定方案")
    city.person("zj_fenguan").do("审定方案", {"审定意见": "同意"}, "审定方案")
    handler.do("推进办理", {"办理进展": "两条背街已经开工。", "下一步": "具备答复条件"}, "推进办理")


def assist(city: City) -> None:
    """One assisting unit promises and gives its opinion; the other keeps silent and is left behind."""
    city.pass_workdays(2)
    promise: Answers = {
        "承办科室": "市容股",
        "协办承诺": [
            {
                "承诺内容": "改造期间配合围挡和交通疏导",
                "可核验标准": "每处专人值守",
                "完成日期": city.workday(20).isoformat(),
                "责任人": "市容股股长",
            }
        ],
    }
    city.person("cg_lianluo").do("承诺协办任务", promise, "承诺协办任务")
    city.person("cg_chengban").do("起草协办意见", OPINION, "起草协办意见")
    city.person("cg_fenguan").do("审签协办意见", {"审签意见": "同意"}, "审签协办意见")
    lead = city.person("zj_chengban")
    lead.do("评判协办意见", {"评判": "采纳"}, "评判协办意见")

    city.until("协办期限届满")

    assert "生态环境分局" in city.person(INSPECTOR).reads("/notices")
    city.shot(city.person(INSPECTOR).page, "督查室通知")
    late = {"决定": "缺席继续", "理由": "两次催办都没有回音，不能再等。"}
    lead.do("决定是否等待", late, "决定是否等待")
    assert "缺席" in lead.reads("/suggestions/1")


def supervise(city: City) -> None:
    """The supervision office examines the late unit; the head issues a card, the unit makes good, the card is cleared."""
    inspector = city.person(INSPECTOR)
    city.shot(inspector.visit("/s"), "督查看板")
    inspector.page.get_by_role("link", name="发起督查：生态环境分局").click()
    city.shot(inspector.page, "发起督查")
    inspector.fill(
        {
            "检查要点": ["协办意见"],
            "督查组组长": "督查室主任",
            "批准人": "市长",
        }
    )
    inspector.press("提交")
    inspector.expect("已提交：督查闭环。")
    found: Answers = {
        "检查方式": ["调阅资料"],
        "逐项检查结果": [{"结果": "有问题", "情况说明": "没有提出协办意见"}],
        "检查情况": "到单位查阅台账，没有承诺，也没有协办意见。",
        "是否发现问题": "是",
        "发现的问题": [
            {
                "要点": "协办逾期",
                "问题事实": "协办意见逾期，主办单位缺席办理。",
                "证据": "单位台账",
                "性质": "一般",
                "责任层级": "水环境股",
            }
        ],
    }
    inspector.do("检查核实", found, "检查核实")
    conclusion: Answers = {
        "结论": "生态环境分局没有按期提出协办意见。",
        "逐项整改要求": [{"整改要求": "补报协办意见，建立台账。"}],
        "建议措施": "黄牌",
        "建议理由": "协办逾期，影响主办单位答复。",
        "已写明申请复核的权利": "是",
    }
    inspector.do("出具督查结论", conclusion, "出具督查结论")
    liaison = city.person("st_lianluo")
    liaison.do("签收督查结论", {"签收人（姓名、职务）": "联络员"}, "签收督查结论")
    card: Answers = {
        "确定的措施": "黄牌",
        "理由": "协办缺席，依规则亮黄牌。",
        "要求": "五个工作日内补报协办意见。",
    }
    city.person(SUPERVISION_HEAD).do("确定颜色", card, "确定颜色")
    talk: Answers = {
        "约谈日期": city.today,
        "约谈人和被约谈人": "督查室约谈分局副局长",
        "约谈纪要": "指出问题，提出要求，对方承诺一周内补报。",
    }
    inspector.do("约谈单位负责人", talk, "约谈单位负责人")
    sign: Answers = {"签收人（姓名、职务）": "联络员", "是否申诉": "否"}
    liaison.do("签收通知单", sign, "签收通知单")
    liaison.do(
        "制定整改方案",
        {
            "审定方案的单位负责人": "分局局长",
            "总体安排": "当周补报协办意见，建立协办台账。",
            "逐项措施": [
                {
                    "措施": "补报意见",
                    "责任人": "水环境股股长",
                    "完成日": city.workday(3).isoformat(),
                }
            ],
        },
        "制定整改方案",
    )
    liaison.do(
        "提交整改报告",
        {
            "逐项完成情况": [
                {
                    "措施": "补报意见",
                    "完成日": city.today,
                    "完成情况": "协办意见已经补报。",
                }
            ],
            "整改报告": "协办意见已经补报主办单位，台账已经建立。",
        },
        "提交整改报告",
    )
    inspector.do(
        "回头看",
        {
            "核查方式": ["调阅资料"],
            "逐项核查": [{"结论": "到位"}],
            "总的结论": "到位，建议销号",
            "核查意见": "已经补报，台账齐全。",
        },
        "回头看",
    )
    city.shot(liaison.visit("/s/1"), "督查件")
    city.person(SUPERVISION_HEAD).do("批准销号", {"批准意见": "同意销号。"}, "批准销号")
    assert "销号" in inspector.reads("/s/1")


def answer(city: City) -> None:
    """The lead unit drafts item by item, proofs, endorses, issues, delivers and asks once more; the office checks."""
    reply(city, REPLY, "第一次答复")
    office = city.person(OFFICE)
    checked = ["逐条回应", "已与代表面商", "分类合理", "逐人送达"]
    office.do("收悉审核", {"核对情况": checked, "审核意见": "合格，送代表评价"}, "收悉审核")


def rate_in_secret(city: City) -> None:
    """The deputy rates, only half content; nobody at the units can tell, not even that it was done."""
    blind = [city.person(login) for login in BLIND]
    before = {person.login: seen(person) for person in blind}

    city.person(DEPUTY, PHONE).do("填写评价", HALF_CONTENT, "填写评价")

    assert {person.login: seen(person) for person in blind} == before
    city.until("统一封口时刻")
    for person in blind:
        assert [word for word in SECRETS if word in seen(person)] == []
    assert "基本满意" in city.person(OFFICE).reads("/suggestions/1/exchange")


def meet(city: City) -> None:
    """The meeting is called, prepared and held; the deputy is still not satisfied."""
    office = city.person(OFFICE)
    held_on = city.workday(10)
    notice: Answers = {
        "会议主题": "背街管网改造",
        "会议日期": held_on.isoformat(),
        "地点": "常委会三楼会议室",
        "主持人": "李主任",
        "会议重点": "其余两条背街什么时候改、资金从哪里来。",
    }
    office.do("研判排会", notice, "研判排会")
    statement: Answers = {
        "书面说明": "其余两条背街已经完成设计，资金缺口一百二十万元，正在争取专项资金。",
        "参会负责人（姓名和职务）": "副局长",
    }
    city.person("zj_lianluo").do("提交会前说明", statement, "提交会前说明")
    city.until(moment(held_on.isoformat(), "12:00"))
    minutes: Answers = {
        "到会人员": "代表、住建局副局长、市政股股长",
        "单位说明": "资金正在争取，设计已经完成。",
        "代表提问、询问和单位回应": [
            {"提问或询问": "今年汛期怎么办？", "单位回应": "先装移动泵。", "回应人": "副局长"}
        ],
        "议定事项": [{"议定事项": "汛期前装好移动泵", "责任单位": "住建局"}],
        "代表现场表态": "没有表态",
    }
    office.do("记录会议纪要", minutes, "记录会议纪要")
    wish: Answers = {
        "您的意见": "仍不满意，要求继续办理",
        "还要办什么": "其余两条背街今年必须开工，不能再等一年。",
        "上面的文字可以转给承办单位": "是",
    }
    city.person(DEPUTY, PHONE).do("会后确认", wish, "会后确认")


def answer_again(city: City) -> None:
    """It is given out a second time to the housing bureau alone; the second answer is good."""
    order: Answers = {
        "代表的新要求": "其余两条背街今年必须开工。",
        "办理方式": "独办",
        "办理要求": "一个月内答复代表。",
    }
    city.person(OFFICE).do("填写二次交办单", order, "填写二次交办单")
    later = city.workday(10).isoformat()
    handler = city.person("zj_chengban")
    city.person("zj_lianluo").do("分派科室", {"承办科室": "市政股"})
    handler.do("办前沟通", CONTACT | {"沟通日期": city.today})
    city.person(DEPUTY, PHONE).do("确认沟通", {"沟通是否属实": "属实"})
    plan: Answers = {
        "责任领导": "副局长",
        "责任科室": "市政股",
        "承办人": "市政股股长",
        "联系电话": "0915-3200001",
        "定措施": [{"措施": "六月开工。"}, {"措施": "装好移动泵。"}],
        "定时限": [{"完成什么": "两条背街开工", "完成日期": later}],
    }
    handler.do("制定三定方案", plan, "第二次三定方案")
    city.person("zj_fenguan").do("审定方案", {"审定意见": "同意"})
    handler.do("推进办理", {"办理进展": "资金已经落实，施工队已经进场。", "下一步": "具备答复条件"})
    reply(city, REPLY_AGAIN, "第二次答复")
    office = city.person(OFFICE)
    office.do("收悉审核", {"审核意见": "合格，送代表评价"})


def close(city: City) -> None:
    """Now the deputy is satisfied; it is sealed, filed and closed."""
    city.person(DEPUTY, PHONE).do("填写评价", SATISFIED)
    city.until("统一封口时刻")
    filed = ["建议原文", "交办单", "办理方案", "沟通记录", "答复和送达记录", "评价情况"]
    city.person(OFFICE).do("归档销号", {"案卷材料": filed}, "归档销号")
    for login in (DEPUTY, "zj_lianluo", OFFICE):
        person = city.person(login)
        for path, name in (("/suggestions/1", "案件"), ("/suggestions", "清单"), ("/done", "已办")):
            city.shot(person.visit(path), f"{login}{name}")
    city.shot(city.person(OFFICE).visit("/suggestions/1/flow"), "流程图")


CHAPTERS: tuple[Callable[[City], None], ...] = (
    propose,
    register_and_dispatch,
    work_with_the_deputy,
    assist,
    supervise,
    answer,
    rate_in_secret,
    meet,
    answer_again,
    close,
)


def reply(city: City, text: Answers, shot: str) -> None:
    """Draft, proof, endorse, issue, deliver and ask once more, each at their own desk."""
    handler, liaison = city.person("zj_chengban"), city.person("zj_lianluo")
    handler.do("起草答复", text, f"{shot}起草")
    passed: Answers = {"核对内容": ["格式文字规范", "逐条回应"], "核稿意见": "通过"}
    city.person("zj_hegao").do("核稿", passed, f"{shot}核稿")
    city.person("zj_fenguan").do("审签答复", {"审签意见": "同意"}, f"{shot}审签")
    city.person("zj_zhuyao").do("签发答复", {"签发意见": "签发"}, f"{shot}签发")
    sent = {"送达方式": "当面", "送达日期": city.today, "签收情况": "本人签收"}
    with_fellow = len(liaison_rows(liaison))
    liaison.do("登记送达", {"逐人送达": [sent] * with_fellow}, f"{shot}送达")
    handler.do("办后反馈", CONTACT | {"沟通日期": city.today}, f"{shot}办后反馈")


def liaison_rows(liaison: Person) -> list[str]:
    """Return the deputies to whom the reply goes, as the form names them."""
    page = liaison.visit("/")
    page.get_by_role("link", name=re.compile("^登记送达")).click()
    table = page.get_by_role("group", name="逐人送达")
    return table.get_by_label(re.compile("^第 .* 行送达方式$")).all_inner_texts()


def seen(person: Person) -> str:
    """Return every word that somebody can read about the case."""
    return "\n".join(person.reads(path) for path in PAGES)


def name_of(city: City, login: str) -> str:
    with city.reading() as session:
        return people.names(session, [login])[login]
