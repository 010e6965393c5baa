"""What does a letter come to as planned work, whom does that concern, and how is it written down?"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.text import Text

from netmon.cli import _tables as tables
from netmon.cli._words import Words
from netmon.clock import rfc3339
from netmon.decide import coverage, graph
from netmon.decide.desk.scope import known
from netmon.decide.telling.messages import speaker
from netmon.decide.telling.words import Speaker
from netmon.errors import InputError, Problem
from netmon.model import Announcement, Inventory, Link, Maintenance
from netmon.settings.config import Language
from netmon.settings.held import held_during, named_sites
from netmon.settings.insert import appended
from netmon.settings.maintenance import COVERED, FILE
from netmon.settings.notices_of_work import Letter
from netmon.settings.power_cuts import without_power
from netmon.settings.project import Project, load
from netmon.settings.times_of_work import ONE_DAY, SEVERAL
from netmon.settings.whole import write_whole
from netmon.settings.written import flow

OVER = "it is over already"
NAMED = 8
"""Sites that are named before the rest is counted."""
word = Words(
    {
        "letter": "công văn",
        " of {day}": " ngày {day}",
        " from {sender}": " của {sender}",
        "{since} until {until} ({lasts})": "{since} đến {until} ({lasts})",
        "{said} is no line of this project": "{said} không phải kênh nào ở đây",
        ": did you mean {meant}?": ": có phải {meant}?",
        "; goes on by {lines}": "; chạy tiếp qua {lines}",
        "; is cut off": "; không còn đường nào khác",
        "without any line meanwhile: {sites}": "mất hẳn trong lúc đó: {sites}",
        "{count} sites": "{count} điểm",
        " and {count} more": " và {count} điểm khác",
        "conference there: {name}, {time}": "ở đó có hội nghị: {name}, {time}",
        "doubtful: {text}": "chưa chắc: {text}",
        ONE_DAY: "chỉ có một ngày cho cả đêm: hiểu là ngày bắt đầu",
        SEVERAL: "có vẻ nói tới nhiều ngày, mới lấy một ngày",
        OVER: "đã qua rồi",
        "Plan this?": "Ghi vào lịch?",
        "written to {file}; the service plans with it once it is reloaded: systemctl reload netmon": (
            "đã ghi vào {file}; có hiệu lực khi dịch vụ đọc lại: systemctl reload netmon"
        ),
        "from": "Từ",
        "until": "Đến",
        "what": "Phạm vi",
        "why": "Nội dung",
        "who": "Người ghi",
        "notice": "Công văn",
        "power cut": "cắt điện",
        "nothing is planned": "chưa có việc nào trong lịch",
    }
)


def plannable(inventory: Inventory) -> list[str]:
    """The ids on which work can be planned."""
    return [key for key, of in known(inventory).items() if of in COVERED]


def works(letter: Letter, also: Sequence[str], why: str, who: str) -> list[Maintenance]:
    """One piece of work for each time in the letter; none if it does not say when, or on what."""
    what = tuple(dict.fromkeys((*letter.links, *also)))
    notice = Announcement(number=letter.number, day=letter.day, sender=letter.sender)
    if not what and not letter.customers:
        return []
    return [
        Maintenance(
            what=what or letter.customers,
            since=span.since.timestamp(),
            until=span.until.timestamp(),
            why=why,
            who=who,
            power=not what,
            notice=notice if notice != Announcement() else None,
            listed=letter.circuits,
        )
        for span in letter.spans
    ]


def covered_by(inventory: Inventory, work: Maintenance) -> frozenset[str]:
    """Ids of all that this work takes away while it lasts."""
    return coverage.covered(graph.build(inventory), inventory, _ids(inventory, work))


def _ids(inventory: Inventory, work: Maintenance) -> tuple[str, ...]:
    return without_power(inventory, work.what, ()) if work.power else work.what


def preview(loaded: Project, letter: Letter, those: Sequence[Maintenance], out: Console) -> None:
    """What was read, and what becomes of each line and of whatever hangs on it."""
    inventory = loaded.inventory
    language = loaded.config.language
    words = speaker(loaded.messages, inventory, language)
    _read(letter, words, language, out)
    if not those:
        return
    covered = covered_by(inventory, those[0])
    for name in _ids(inventory, those[0]):
        site = inventory.links[name].site if name in inventory.links else name
        left = ", ".join(words.line_label(line) for line in _left(inventory, name, covered))
        fate = word("; goes on by {lines}", language, lines=left) if left else word("; is cut off", language)
        fate = fate if name in inventory.links else ""
        label = f"{words.name(name)} ({name})" if site == name else f"{words.name(name)} ({name}), {words.name(site)}"
        out.print(Text(f"  {label}{fate}"))
    lost = [words.name(key) for key in inventory.sites if key in covered]
    more = word(" and {count} more", language, count=len(lost) - NAMED) if len(lost) > NAMED else ""
    names = f": {', '.join(lost[:NAMED])}{more}" if lost else ""
    sites = word.count(len(lost), "sites", language) + names
    out.print(Text(f"  {word('without any line meanwhile: {sites}', language, sites=sites)}"))


def _read(letter: Letter, words: Speaker, language: Language, out: Console) -> None:
    """What the letter says."""
    head = word("letter", language) + (f" {letter.number}" if letter.number else "")
    head += word(" of {day}", language, day=f"{letter.day:%d/%m/%Y}") if letter.day else ""
    head += word(" from {sender}", language, sender=letter.sender) if letter.sender else ""
    if letter.number or letter.day or letter.sender:
        out.print(Text(head, style="bold"))
    for span in letter.spans:
        since, until = (f"{at:%H:%M} {words.date(at.timestamp())}" for at in (span.since, span.until))
        lasts = words.duration((span.until - span.since).total_seconds())
        line = word("{since} until {until} ({lasts})", language, since=since, until=until, lasts=lasts)
        out.print(Text(f"  {line}"))
    for near in letter.strange:
        hint = word(": did you mean {meant}?", language, meant=near.meant) if near.meant else ""
        line = word("{said} is no line of this project", language, said=near.said) + hint
        out.print(Text(f"  {line}", style="yellow"))


def _left(inventory: Inventory, name: str, covered: frozenset[str]) -> Iterator[Link]:
    """The lines on which the site of a line goes on."""
    link = inventory.links.get(name)
    if link is not None and link.site not in covered:
        lines = (inventory.links[key] for key in inventory.sites[link.site].uplinks)
        yield from (line for line in lines if line.id not in covered)


def held(inventory: Inventory, those: Iterable[Maintenance], language: Language) -> list[str]:
    """The conferences that this would disturb, a line each."""
    zone, found = ZoneInfo(inventory.timezone), dict[str, None]()
    for work in those:
        ids = _ids(inventory, work)
        sites = named_sites(inventory, ids) | (covered_by(inventory, work) & inventory.sites.keys())
        for one in held_during(inventory, work.since, work.until, sites):
            at = f"{datetime.fromtimestamp(one.at, zone):%H:%M %d/%m/%Y}"
            found[word("conference there: {name}, {time}", language, name=one.name, time=at)] = None
    return list(found)


def doubts(letter: Letter, those: Iterable[Maintenance], now: float) -> list[str]:
    """What a person has to look at, a line each."""
    found = [span.doubt for span in letter.spans if span.doubt]
    if any(work.until <= now for work in those):
        found.append(OVER)
    return list(dict.fromkeys(found))


def item(work: Maintenance, zone: ZoneInfo) -> str:
    """The work as a line of the file, in local time."""
    since, until = (f"{datetime.fromtimestamp(at, zone):%Y-%m-%dT%H:%M}" for at in (work.since, work.until))
    on = f"power: {flow({'customer': list(work.what)})}" if work.power else f"what: {flow(list(work.what))}"
    parts = [on, f"from: {since}", f"until: {until}"]
    parts += [f"{key}: {flow(text)}" for key, text in (("why", work.why), ("who", work.who)) if text]
    if (notice := work.notice) is not None:
        day = [] if notice.day is None else [f"date: {notice.day:%Y-%m-%d}"]
        said = [f"{key}: {flow(text)}" for key, text in (("number", notice.number), ("from", notice.sender)) if text]
        parts.append(f"notice: {{{', '.join([*said[:1], *day, *said[1:]])}}}")
    if work.listed:
        parts.append(f"listed: {flow(list(work.listed))}")
    return f"{{{', '.join(parts)}}}"


def write(loaded: Project, lines: Sequence[str]) -> None:
    """Append them to the file; what the check then finds undoes it. InputError."""
    path = loaded.path / FILE
    before = path.read_bytes().decode("utf-8") if path.exists() else None
    text = before or ""
    for line in lines:
        try:
            text = appended(text, "maintenance", line)
        except ValueError as error:
            raise InputError([Problem(FILE, 1, 1, str(error), "add the line by hand")]) from None
    write_whole(path, text)
    try:
        load(loaded.path)
    except InputError:
        if before is None:
            path.unlink()
        else:
            write_whole(path, before)
        raise


def show(loaded: Project, now: float, json: bool) -> None:
    """What is planned and not over, the next first."""
    zone = ZoneInfo(loaded.inventory.timezone)
    coming = sorted((one for one in loaded.maintenance if one.until > now), key=lambda one: one.since)
    if json:
        tables.print_json([_as_json(work, zone) for work in coming])
        return
    language = loaded.config.language
    heads = ("from", "until", "what", "why", "who", "notice")
    table = tables.plain_table(*(word(head, language) for head in heads))
    tables.fold(table, 2, 3, 4, 5)
    for work in coming:
        since, until = (f"{datetime.fromtimestamp(at, zone):%H:%M %d/%m/%Y}" for at in (work.since, work.until))
        style = "bold" if work.since <= now else ""
        number = "" if work.notice is None else " ".join(one for one in (work.notice.number, work.notice.sender) if one)
        why = f"{word('power cut', language)} {work.why}".strip() if work.power else work.why
        cells = (since, until, ", ".join(work.what), why)
        table.add_row(*(Text(cell, style=style) for cell in (*cells, work.who, number)))
    tables.terminal().print(table if coming else word("nothing is planned", language))


def _as_json(work: Maintenance, zone: ZoneInfo) -> dict[str, Any]:
    notice = work.notice
    return {
        "what": list(work.what),
        "from": rfc3339(work.since, zone),
        "until": rfc3339(work.until, zone),
        "why": work.why,
        "who": work.who,
        "power": work.power,
        "notice": None
        if notice is None
        else {"number": notice.number, "date": str(notice.day) if notice.day else None, "from": notice.sender},
        "listed": list(work.listed),
    }
