"""The posts a person can hold; with a scope, such as a unit, a post is the group `role:scope`."""

from service.labels import Labelled


class Role(Labelled):
    """What a post is called; lanes, candidates and recipients name it."""

    DEPUTY = "deputy", "人大代表"
    DELEGATION_CLERK = "delegation_clerk", "代表团联络员"
    SESSION_MOTION_GROUP = "session_motion_group", "大会秘书处议案建议组"
    TOWN_PRESIDIUM = "town_presidium", "镇人大主席团"
    DEPUTY_OFFICE = "deputy_office", "人大代表工委"
    WORK_COMMITTEE = "work_committee", "人大工作委员会"
    SC_OFFICE = "sc_office", "人大常委会办公室"
    DIRECTOR_MEETING = "director_meeting", "主任会议"
    DIRECTOR_MEMBER = "director_member", "主任会议成员"
    GOV_OFFICE = "gov_office", "市政府办公室"
    GOV_SUPERVISION = "gov_supervision", "市政府督查室"
    GOV_SUPERVISION_HEAD = "gov_supervision_head", "市政府督查室主任"
    PARTY_SUPERVISION = "party_supervision", "市委督查室"
    PARTY_OFFICE = "party_office", "市委办公室"
    VICE_MAYOR = "vice_mayor", "分管副市长"
    MAYOR_MEETING = "mayor_meeting", "市长专题办公会"
    UNIT_LIAISON = "unit_liaison", "承办单位联络员"
    UNIT_HANDLER = "unit_handler", "承办人"
    UNIT_REVIEWER = "unit_reviewer", "核稿人"
    UNIT_DEPUTY_HEAD = "unit_deputy_head", "单位分管领导"
    UNIT_HEAD = "unit_head", "单位主要负责人"
    SECRECY_REVIEWER = "secrecy_reviewer", "保密审查员"
    PUBLISHER = "publisher", "信息公开员"
    PETITION_BUREAU = "petition_bureau", "信访局"
    ADMIN = "admin", "系统管理员"
    DESIGNER = "designer", "流程设计员"
    AUDITOR = "auditor", "审计员"
    OPERATOR = "operator", "运维人员"

    def of(self, scope: str) -> str:
        """Return the group of those who hold this post in one unit, committee, delegation or town."""
        return f"{self}:{scope}"


def group(name: str) -> str:
    """Return the group that a diagram names; a role may be written by its title."""
    title, colon, scope = name.partition(":")
    role = _BY_TITLE.get(title.strip())
    return f"{role}{colon}{scope}" if role else name


_BY_TITLE = {label: role for role, label in Role.labels().items()}

UNIT_ROLES = (
    Role.UNIT_LIAISON,
    Role.UNIT_HANDLER,
    Role.UNIT_REVIEWER,
    Role.UNIT_DEPUTY_HEAD,
    Role.UNIT_HEAD,
)
