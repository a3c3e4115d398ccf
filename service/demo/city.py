"""清沅市: units, towns, deputies and staff. Nothing here is anybody's real name, and no such city exists."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import count
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.deadlines import policies
from service.register.people.passwords import STRONG, PasswordCost, hash_password
from service.tables.people import Deputy, Person, Post, Term, Unit

CITY = "清沅市"
PASSWORD = "tibanping"  # noqa: S105  shown at start-up; a demo has nothing to hide

LARGE, MIDDLE, SMALL = "large", "middle", "small"


class Office(NamedTuple):
    """A unit; its size says how many people share the five posts."""

    code: str
    name: str
    short_name: str
    system: str
    size: str = MIDDLE
    head: str = "局长"


class Town(NamedTuple):
    """A town, its delegation in the city's congress and how many deputies it sends."""

    code: str
    name: str  # 云溪: the delegation is called so
    village: str
    deputies: int = 4


class Sitting(NamedTuple):
    """A session of the city's congress, or of the towns'."""

    level: str
    term: int
    session: int
    opens_on: date
    closes_on: date


class Staff(NamedTuple):
    """Somebody in the congress, the government office or the supervision offices."""

    login: str
    title: str
    groups: tuple[str, ...]


@dataclass(frozen=True)
class Account:
    """An account shown at start-up."""

    login: str
    who: str


UNITS = (
    Office("JT", "交通运输局", "交通局", "government", LARGE),
    Office("ZJ", "住房和城乡建设局", "住建局", "government", LARGE),
    Office("CG", "城市管理局", "城管局", "government", LARGE),
    Office("SL", "水利局", "水利局", "government"),
    Office("NY", "农业农村局", "农业农村局", "government", LARGE),
    Office("JY", "教育体育局", "教体局", "government", LARGE),
    Office("WJ", "卫生健康局", "卫健局", "government", LARGE),
    Office("MZ", "民政局", "民政局", "government"),
    Office("RS", "人力资源和社会保障局", "人社局", "government"),
    Office("WL", "文化和旅游局", "文旅局", "government"),
    Office("ZR", "自然资源局", "自然资源局", "government"),
    Office("ST", "生态环境分局", "生态环境分局", "government"),
    Office("GX", "工业和信息化局", "工信局", "government"),
    Office("CZ", "财政局", "财政局", "government"),
    Office("SJ", "市场监督管理局", "市监局", "government"),
    Office("YB", "医疗保障局", "医保局", "government", SMALL),
    Office("GA", "公安局", "公安局", "government"),
    Office("YJ", "应急管理局", "应急局", "government", SMALL),
    Office("LY", "林业局", "林业局", "government", SMALL),
    Office("FG", "发展和改革局", "发改局", "government"),
    Office("SF", "司法局", "司法局", "government", SMALL),
    Office("DS", "大数据中心", "大数据中心", "government", SMALL, "主任"),
    Office("SD", "供电公司", "供电公司", "enterprise", SMALL, "总经理"),
    Office("ZS", "供水公司", "供水公司", "enterprise", SMALL, "总经理"),
    Office("FY", "人民法院", "法院", "court", MIDDLE, "院长"),
    Office("JC", "人民检察院", "检察院", "procuratorate", MIDDLE, "检察长"),
    Office("JW", "监察委员会", "监委", "supervision", SMALL, "主任"),
    Office("XC", "委宣传部", "宣传部", "party", SMALL, "部长"),
)
COMMITTEES = (
    ("CJ", "财政经济工作委员会", "财经工委"),
    ("JK", "教科文卫工作委员会", "教科文卫工委"),
    ("NW", "农业农村工作委员会", "农业农村工委"),
    ("HW", "城建环资工作委员会", "城建环资工委"),
    ("JS", "监察司法工作委员会", "监察司法工委"),
    ("SW", "社会建设工作委员会", "社会建设工委"),
)
TOWNS = (
    Town("YX", "云溪", "云溪村", 5),
    Town("BY", "白崖", "白崖村", 5),
    Town("SM", "石门", "石门村", 5),
    Town("LP", "柳坪", "桥头村", 5),
    Town("HF", "禾丰", "禾丰社区"),
    Town("SH", "双河", "河口村"),
    Town("TY", "桃园", "桃花沟村"),
    Town("GQ", "高桥", "高桥村"),
    Town("MC", "麻池", "麻池村"),
    Town("PL", "盘龙", "龙脊村"),
    Town("YH", "月河", "月河村"),
    Town("ZY", "竹园", "竹园社区"),
    Town("JP", "金坪", "金坪村"),
    Town("HY", "红岩", "红岩村"),
)
TOWN_DEPUTIES = 2  # of each town's own congress

# Three or four people do the work of an office: whoever needs two posts has two.
STAFF = (
    Staff("rd_zhuren", "市人大常委会主任", ("director_meeting", "director_member")),
    Staff("rd_fuzhuren1", "市人大常委会副主任", ("director_meeting", "director_member")),
    Staff("rd_fuzhuren2", "市人大常委会副主任", ("director_meeting", "director_member")),
    Staff("rd_bangong", "市人大常委会办公室主任", ("sc_office", "secrecy_reviewer")),
    Staff("dgw_zhuren", "市人大代表工委主任", ("deputy_office", "session_motion_group")),
    Staff("dgw_fuzhuren", "市人大代表工委副主任", ("deputy_office", "session_motion_group")),
    Staff(
        "dgw_ganshi", "市人大代表工委干事", ("deputy_office", "session_motion_group", "publisher")
    ),
    Staff("gw_caijing", "财经工委主任", ("work_committee:CJ", "work_committee:NW")),
    Staff("gw_jiaowei", "教科文卫工委主任", ("work_committee:JK", "work_committee:SW")),
    Staff("gw_chengjian", "城建环资工委主任", ("work_committee:HW",)),
    Staff("gw_jiansi", "监察司法工委主任", ("work_committee:JS", "secrecy_reviewer")),
    Staff("zfb_guzhang", "市政府办建议提案股股长", ("gov_office", "publisher", "mayor_meeting")),
    Staff("zfb_ganshi", "市政府办建议提案股干事", ("gov_office", "publisher")),
    Staff("fsz_cheng", "分管城建交通副市长", ("vice_mayor",)),
    Staff("fsz_nong", "分管农业农村副市长", ("vice_mayor",)),
    Staff("fsz_jiao", "分管教育卫生副市长", ("vice_mayor",)),
    Staff("dc_zhuren", "市政府督查室主任", ("gov_supervision", "gov_supervision_head")),
    Staff("dc_ganshi", "市政府督查室干事", ("gov_supervision",)),
    Staff("swdc_ganshi", "市委督查室干事", ("party_supervision", "party_office")),
    Staff("xinfang", "市信访局干事", ("petition_bureau",)),
    Staff("guanli", "系统管理员", ("admin", "operator")),
    Staff("sheji", "流程设计员", ("designer",)),
    Staff("shenji", "审计员", ("auditor",)),
)
SITTINGS = (
    Sitting("city", 7, 4, date(2025, 1, 7), date(2025, 1, 10)),
    Sitting("city", 7, 5, date(2026, 1, 20), date(2026, 1, 23)),
    Sitting("town", 7, 8, date(2025, 1, 2), date(2025, 1, 3)),
    Sitting("town", 7, 10, date(2026, 1, 8), date(2026, 1, 9)),
)
ACCOUNTS = (
    Account("d001", "市人大代表（云溪代表团）"),
    Account("t001", "云溪镇人大代表"),
    Account("yx_renda", "云溪镇人大主席、代表团联络员"),
    Account("dgw_ganshi", "市人大代表工委干事"),
    Account("dgw_zhuren", "市人大代表工委主任"),
    Account("rd_fuzhuren1", "主任会议成员"),
    Account("zfb_guzhang", "市政府办建议提案股股长"),
    Account("jt_lianluo", "交通局联络员"),
    Account("jt_chengban", "交通局承办人"),
    Account("jt_hegao", "交通局核稿人"),
    Account("jt_fenguan", "交通局分管领导"),
    Account("jt_zhuyao", "交通局主要负责人"),
    Account("cg_lianluo", "城管局联络员（协办）"),
    Account("cg_chengban", "城管局承办人（协办）"),
    Account("cg_fenguan", "城管局分管领导（协办）"),
    Account("ga_lianluo", "公安局联络员（协办）"),
    Account("ga_chengban", "公安局承办人（协办）"),
    Account("ga_fenguan", "公安局分管领导（协办）"),
    Account("dc_zhuren", "市政府督查室主任"),
    Account("fsz_cheng", "分管城建交通副市长"),
    Account("sheji", "流程设计员"),
    Account("guanli", "系统管理员、运维人员"),
    Account("shenji", "审计员"),
)
OTHER_ACCOUNTS = (
    "其他单位的账号由单位代码和岗位组成，如 sl_lianluo 是水利局联络员。岗位：lianluo 联络员、chengban 承办人、"
    "hegao 核稿人、fenguan 分管领导、zhuyao 主要负责人；小单位由联络员、主要负责人兼任。单位代码："
    + "、".join(f"{office.code.lower()} {office.short_name}" for office in UNITS)
    + "。"
)

_POSTS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    LARGE: {
        "lianluo": ("unit_liaison",),
        "chengban": ("unit_handler",),
        "hegao": ("unit_reviewer",),
        "fenguan": ("unit_deputy_head",),
        "zhuyao": ("unit_head",),
    },
    MIDDLE: {
        "lianluo": ("unit_liaison", "unit_reviewer"),
        "chengban": ("unit_handler",),
        "fenguan": ("unit_deputy_head",),
        "zhuyao": ("unit_head",),
    },
    SMALL: {
        "lianluo": ("unit_liaison", "unit_handler", "unit_reviewer"),
        "zhuyao": ("unit_deputy_head", "unit_head"),
    },
}
_TITLES = {
    "lianluo": "联络员",
    "chengban": "业务股股长",
    "hegao": "办公室主任",
    "fenguan": "副{head}",
    "zhuyao": "{head}",
}
_EMPLOYERS = (
    "{town}镇{village}村民委员会",
    "{town}镇中心小学",
    "{town}镇卫生院",
    "{town}种养殖专业合作社",
    "清沅市{town}运输有限公司",
)
_SURNAMES = "陈林黄周吴徐孙胡朱高何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁"
# Two characters each.
_GIVEN = (
    "建平秀兰志强丽华国庆晓燕永康春梅文博雅琴立新玉珍海涛静怡宏伟桂芳俊杰慧敏振华红霞"
    "德明巧云子轩淑芬金山晓峰月娥长青思远凤英学文佳宁正阳银花少华若兰根生美玲一鸣素珍"
    "大勇小满光荣彩霞世杰紫薇万里冬梅广平翠英家栋雪梅天佑秋菊有福嘉怡山河盼盼守信清扬"
    "安民"
)


def load(session: Session, at: datetime, cost: PasswordCost = STRONG) -> int:
    """Bring the city to life, or what of it is missing; returns how many accounts were added."""
    policies.seed(session, at)
    known_units = set(session.scalars(select(Unit.code)))
    session.add_all(unit for unit in _units() if unit.code not in known_units)
    known_terms = {
        tuple(row) for row in session.execute(select(Term.level, Term.term, Term.session))
    }
    session.add_all(
        Term(**sitting._asdict()) for sitting in SITTINGS if sitting[:3] not in known_terms
    )
    known_logins = set(session.scalars(select(Person.login)))
    fresh = [citizen for citizen in citizens() if citizen.login not in known_logins]
    if fresh:
        # One hash for all: four hundred of them would take half a minute and protect nothing.
        secret = hash_password(PASSWORD, cost)
        session.add_all(
            Person(
                login=one.login,
                name=one.name,
                phone=one.phone,
                email=f"{one.login}@qingyuan.example",  # a domain that never gets mail
                password_hash=secret,
            )
            for one in fresh
        )
        session.flush()
        session.add_all(
            Post(login=one.login, role=role, scope=scope or None, title=one.title)
            for one in fresh
            for role, _, scope in (group.partition(":") for group in one.groups)
        )
        session.add_all(one.deputy for one in fresh if one.deputy is not None)
    session.flush()
    return len(fresh)


@dataclass(frozen=True)
class Citizen:
    """One account of the city, with everything it holds."""

    login: str
    name: str
    phone: str
    title: str
    groups: tuple[str, ...]
    deputy: Deputy | None = None


def citizens() -> Iterator[Citizen]:
    """Give everybody a name and a number, always the same ones."""
    numbers = count(1)
    for login, title, groups, deputy in _cast():
        number = next(numbers)
        yield Citizen(login, _name(number), f"1380000{number:04d}", title, groups, deputy)


def _cast() -> Iterator[tuple[str, str, tuple[str, ...], Deputy | None]]:
    yield from _deputies()
    for staff in STAFF:
        yield (staff.login, staff.title, staff.groups, None)
    for office in UNITS:
        yield from _unit_staff(office.code, office.short_name, office.size, office.head)
    for town in TOWNS:
        code = town.code.lower()
        groups = (f"town_presidium:{town.code}", f"delegation_clerk:{town.name}")
        yield (f"{code}_renda", f"{town.name}镇人大主席", groups, None)
        yield from _unit_staff(town.code, f"{town.name}镇", SMALL, "镇长")


def _unit_staff(
    code: str, short_name: str, size: str, head: str
) -> Iterator[tuple[str, str, tuple[str, ...], None]]:
    for post, roles in _POSTS[size].items():
        title = short_name + _TITLES[post].format(head=head)
        yield f"{code.lower()}_{post}", title, tuple(f"{role}:{code}" for role in roles), None


def _deputies() -> Iterator[tuple[str, str, tuple[str, ...], Deputy]]:
    city, towns = count(1), count(1)
    for town in TOWNS:
        for _ in range(town.deputies):
            yield _deputy(next(city), town, "city")
    for town in TOWNS:
        for _ in range(TOWN_DEPUTIES):
            yield _deputy(next(towns), town, "town")


def _deputy(number: int, town: Town, level: str) -> tuple[str, str, tuple[str, ...], Deputy]:
    login = f"{'d' if level == 'city' else 't'}{number:03d}"
    employer = _EMPLOYERS[number % len(_EMPLOYERS)]
    return (
        login,
        "市人大代表" if level == "city" else f"{town.name}镇人大代表",
        ("deputy",),
        Deputy(
            login=login,
            card_no=f"{'市' if level == 'city' else '镇'}7-{number:03d}",
            level=level,
            delegation=town.name,
            town=town.code,
            employer=employer.format(town=town.name, village=town.village),
            address=f"{CITY}{town.name}镇{town.village}",
        ),
    )


def _units() -> Iterator[Unit]:
    for office in UNITS:
        yield Unit(
            code=office.code,
            name=CITY + office.name if office.system != "party" else "中共" + CITY + office.name,
            short_name=office.short_name,
            system=office.system,
            level="city",
            small=office.size == SMALL,
        )
    for code, name, short_name in COMMITTEES:
        yield Unit(
            code=code,
            name=f"{CITY}人大常委会{name}",
            short_name=short_name,
            system="congress",
            level="city",
        )
    for town in TOWNS:
        yield Unit(
            code=town.code,
            name=f"{CITY}{town.name}镇人民政府",
            short_name=f"{town.name}镇",
            system="government",
            level="town",
            small=True,
        )


def _name(number: int) -> str:
    """Surnames repeat every forty people; given names walk on by seven, so that no full name comes twice."""
    turn, surname = divmod(number, len(_SURNAMES))
    given = (number * 7 + turn) * 2 % len(_GIVEN)
    return _SURNAMES[surname] + _GIVEN[given : given + 2]
