"""How do routes and escalations look, and what would come of an incident?"""

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType

from rich.table import Table
from rich.text import Text

from netmon.cli import _tables as tables
from netmon.cli._words import Words
from netmon.decide.desk.explain import Page
from netmon.decide.telling.words import Speaker
from netmon.people import Match, Policy, Roster, Urgency
from netmon.settings.config import Language
from netmon.settings.project import Project

COLOURS: Mapping[Urgency, str] = MappingProxyType(
    {"ring": "bold red", "text": "yellow", "digest": "cyan", "none": "dim"}
)
word = Words(
    {
        "route": "Luật báo",
        "when": "Khi",
        "how": "Cách báo",
        "policy": "Báo ai",
        "ring": "gọi",
        "text": "nhắn",
        "digest": "bản tin",
        "none": "chỉ ghi lại",
        "anything else": "mọi sự cố còn lại",
        "severity": "mức",
        "levels": "cấp",
        "areas": "khu vực",
        "sites": "điểm",
        "carriers": "nhà mạng",
        "alerts": "quy tắc",
        "root": "gốc ở",
        "root is": "gốc là",
        "{count} sites or more": "từ {count} điểm",
        "a priority site": "có điểm ưu tiên",
        "no priority site": "không có điểm ưu tiên",
        "in the hours of {name}": "trong giờ {name}",
        "outside the hours of {name}": "ngoài giờ {name}",
        "alert": "Cảnh báo ngoài",
        "and the routes after it": "và xét tiếp các luật sau",
        "all of it {count} times more, every {time}": "lặp thêm {count} lần, mỗi {time}",
        "else": "không được thì",
        "at once": "cùng lúc",
        "no routes: everything goes to every channel at once": "chưa có luật báo: mọi tin gửi tới tất cả các kênh",
        "everything goes to {who}, until {day}": "CHẠY THỬ: mọi tin chỉ gửi cho {who}, đến hết ngày trước {day}",
        "everything goes to {who}": "CHẠY THỬ: mọi tin chỉ gửi cho {who}",
        "at": "Lúc",
        "who": "Ai",
        "by": "Bằng",
        "why": "Vì sao",
        "in the bulletin": "trong bản tin",
        "nobody is told": "không báo ai",
        "the rest repeats itself": "còn lặp lại như thế",
        "acknowledged by {who}": "{who} đã nhận việc",
        "this netmon is mute, it is not the master": "máy này chưa là máy chính, không báo cho ai",
        "silenced by #{number}": "đang tắt báo theo #{number}",
        "it is over": "đã xong",
        "it is only written down": "chỉ ghi lại",
        "if nobody acknowledges and everything is delivered": "nếu không ai nhận việc và tin nào cũng tới nơi",
    }
)
_REASONS: Sequence[tuple[str, str]] = (
    ("rings for the conference", "gọi vì hội nghị"),
    ("no route matches", "không luật nào khớp"),
    ("nobody of it is there", "không còn ai ở bước này"),
    ("acknowledged by", "người nhận việc:"),
    ("told before", "đã được báo trước đó"),
    ("route ", "luật "),
    ("step ", "bước "),
    ("round ", "vòng "),
    ("bulletin", "bản tin"),
    ("shadow: what would have been sent", "chạy thử: những tin lẽ ra đã gửi"),
    ("shadow:", "chạy thử:"),
)
"""What the desk says of a letter, piece by piece."""


def reason(why: str, language: Language) -> str:
    """Why somebody is told, in this language."""
    for text, said in _REASONS if language == "vi" else ():
        why = why.replace(text, said)
    return why


def routes(project: Project) -> Table:
    """All routes in their order: the first that matches counts."""
    language = project.config.language
    table = tables.plain_table("", *(word(head, language) for head in ("route", "when", "how", "policy")))
    tables.fold(table, 2, 3, 4)
    for n, route in enumerate(project.roster.routes, 1):
        when = asked(route.match, language)
        when += f" ({word('and the routes after it', language)})" if route.further else ""
        how = Text(word(route.urgency, language), COLOURS[route.urgency])
        table.add_row(str(n), route.name, Text(when), how, route.policy)
    return table


def asked(match: Match, language: Language) -> str:
    """What a route asks for, in words."""
    found = [", ".join(word(kind, language) for kind in match.kinds)]
    found.append(word(match.severity, language))
    named = (("levels", match.levels), ("areas", match.areas), ("sites", match.sites), ("carriers", match.carriers))
    found += [f"{word(what, language)} {', '.join(names)}" for what, names in named if names]
    found += [f"{word('alerts', language)} {', '.join(match.alerts)}"] if match.alerts else []
    found += [f"{word('root', language)} {', '.join(match.roots)}"] if match.roots else []
    found += [f"{word('root is', language)} {', '.join(match.root_is)}"] if match.root_is else []
    found += [word("{count} sites or more", language, count=match.affected)] if match.affected else []
    if match.priority is not None:
        found.append(word("a priority site" if match.priority else "no priority site", language))
    if match.hours:
        text = "outside the hours of {name}" if match.hours.startswith("-") else "in the hours of {name}"
        found.append(word(text, language, name=match.hours.removeprefix("-")))
    return "; ".join(one for one in found if one) or word("anything else", language)


def way(policy: Policy, words: Speaker, language: Language) -> str:
    """`ca-truc → 5 phút → binh, lan, hung`, and how often."""
    text = ""
    for n, step in enumerate(policy.steps):
        text += ", ".join(step.tell)
        last = n + 1 == len(policy.steps)
        text += "" if last else f" → {words.duration(step.wait)} → "
    if policy.repeat:
        more = "all of it {count} times more, every {time}"
        text += "; " + word(more, language, count=policy.repeat, time=words.duration(policy.every))
    return text


def policies(project: Project, words: Speaker) -> Iterable[Text]:
    """Whom each policy tells in which order."""
    width = max(map(len, project.roster.policies), default=0)
    for key, policy in project.roster.policies.items():
        yield Text.assemble((f"{key:{width}}  ", "bold"), way(policy, words, project.config.language))


def channels(roster: Roster, language: Language) -> Iterable[Text]:
    """How people are reached, a line for each urgency."""
    for urgency, found in roster.reach.items():
        text = " + ".join(found.by)
        text += f", {word('else', language)} {', '.join(found.otherwise)}" if found.otherwise else ""
        yield Text.assemble((f"{word(urgency, language):8}", COLOURS[urgency]), text)


def pages(project: Project, found: Sequence[Page], words: Speaker, start: float, ahead: float) -> Table:
    """Who would be told when, by what and why; those told together by the same in one line."""
    language = project.config.language
    table = tables.plain_table(*(word(head, language) for head in ("at", "who", "by", "why")))
    tables.fold(table, 1, 2, 3)
    rows: dict[tuple[float, str, str], dict[str, None]] = {}
    for page in found:
        rows.setdefault((page.at, page.who, page.why), {})[page.by] = None
    for (at, who, why), by in rows.items():
        person = project.roster.people.get(who)
        when = words.clock(at + ahead, start + ahead)
        after = f" (+{words.duration(at - start)})" if at > start else ""
        name = who if person is None else person.name
        table.add_row(*map(Text, (when + after, name, ", ".join(by), reason(why, language))))
    return table
