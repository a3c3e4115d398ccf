"""The words of a message: which case, which step, and a link to the form. A link carries no rights: it asks to sign in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from service.deadlines.explain import format_day
from service.deadlines.workdays import local_day
from service.delivery.channels import Name
from service.delivery.work import Section, Task

MOST = {Name.MAIL: 30, Name.SMS: 3}
"""Lines of one heading; the rest is counted and found after signing in. A short message costs by its length."""

FOOT = "链接打开后需要登录，只显示您有权办理的内容。本消息由系统自动发出，请不要回复。"


@dataclass(frozen=True)
class Line:
    """One line of a message and where it leads."""

    text: str
    link: str


@dataclass(frozen=True)
class Text:
    """What a person reads."""

    subject: str
    body: str


def of_the_day(
    channel: Name,
    name: str,
    tasks: Sequence[Task],
    notices: Sequence[Line],
    base: str,
    at: datetime,
) -> Text:
    """Return the one message of a day: what is late, what is due, what is new, each with its link."""
    counted = {section: sum(task.section is section for task in tasks) for section in Section}
    parts = [f"{words} {counted[one]} 件" for one, words in _COUNTED.items() if counted[one]]
    if notices:
        parts.append(f"新通知 {len(notices)} 条")
    blocks = [
        _block(one.value, [Line(t.text, t.link) for t in tasks if t.section is one], channel, base)
        for one in Section
        if counted[one]
    ]
    if notices:
        blocks.append(_block("新的通知", notices, channel, base))
    subject = f"提办评 {format_day(local_day(at))}：{'，'.join(parts)}"
    return Text(subject, _letter(name, blocks, base))


def at_once(channel: Name, name: str, about: str, notices: Sequence[Line], base: str) -> Text:
    """Return a message that does not wait for the day's; its subject says what kind of thing, and of whom nothing."""
    subject = f"提办评：{about}（{len(notices)} 条）"
    return Text(subject, _letter(name, [_block("", notices, channel, base)], base))


def trial(channel: Name, name: str, base: str, at: datetime) -> Text:
    """Return a message that only shows that the channel works."""
    line = Line(f"这是一条测试消息。收到它，说明{channel.label}可以正常发送。", "/m/messages")
    return Text("提办评：测试消息", _letter(name, [_block("", [line], channel, base)], base))


_COUNTED = {
    Section.LATE: "逾期",
    Section.TODAY: "今天到期",
    Section.SOON: "近日到期",
    Section.NEW: "新到",
}


def _letter(name: str, blocks: Sequence[str], base: str) -> str:
    return "\n\n".join([f"{name}：", *blocks, f"全部待办：{base}/", FOOT]) + "\n"


def _block(heading: str, lines: Sequence[Line], channel: Name, base: str) -> str:
    shown = lines[: MOST[channel]]
    written = [f"{heading}（{len(lines)}）"] if heading else []
    written += [f"· {line.text}\n  {base}{line.link}" for line in shown]
    if len(lines) > len(shown):
        written.append(f"· 另有 {len(lines) - len(shown)} 件，请登录后查看。")
    return "\n".join(written)
