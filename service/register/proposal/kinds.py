"""What kinds of suggestion there are: whose, when they came, how public."""

from service.labels import Labelled


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
