"""What kinds of suggestion there are: whose, when they came, what about, how public."""

from collections.abc import Mapping

from service.register.common.labels import Labelled


class Level(Labelled):
    """Whose congress a suggestion is put to."""

    CITY = "city", "市级"
    TOWN = "town", "镇级"


class Kind(Labelled):
    """When and how it came."""

    IN_SESSION = "in_session", "会议期间提出"
    IN_RECESS = "in_recess", "闭会期间提出"
    MOTION_CONVERTED = "motion_converted", "议案转为建议"


class Publicity(Labelled):
    """How much of it the deputy agrees to publish."""

    FULL = "full", "公开全文"
    SUMMARY = "summary", "只公开摘要"
    WITHHELD = "withheld", "不公开"


class Category(Labelled):
    """What it is about."""

    FINANCE = "finance", "财经"
    AGRICULTURE = "agriculture", "农业农村"
    CONSTRUCTION = "construction", "城建环资"
    EDUCATION = "education", "教科文卫"
    JUSTICE = "justice", "监察司法"
    SOCIETY = "society", "社会建设"
    TRANSPORT = "transport", "交通水利"
    CULTURE = "culture", "文旅"
    OTHER = "other", "其他"


OVERSIGHT: Mapping[str, str] = {
    Category.FINANCE: "CJ",
    Category.AGRICULTURE: "NW",
    Category.CONSTRUCTION: "HW",
    Category.EDUCATION: "JK",
    Category.JUSTICE: "JS",
    Category.SOCIETY: "SW",
    Category.TRANSPORT: "HW",
    Category.CULTURE: "JK",
    Category.OTHER: "CJ",
}
"""Which committee of the standing committee follows which category (对口督办), by its unit code."""
