"""What does a carrier's letter say: which lines, from when until when, under which number?

Letters are pasted as they come: by mail, by chat, from a scan. Only what they say is taken; what can be read in two
ways is said to be doubtful.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple
from unicodedata import normalize

from netmon.model import Inventory
from netmon.settings.letters import bare
from netmon.settings.power_cuts import customers
from netmon.settings.times_of_work import Span, read_day, spans

LONGEST = 20_000
"""Characters of a letter that are looked at."""
RUNS = 8
"""Groups of letters and digits that one circuit id may have."""

_RUN = re.compile(r"[^\W_]+")
_JOINT = re.compile(r"[\s\-_./\\‐-―−]{0,3}")
_LOOKS_LIKE = re.compile(r"(?<![\w/-])[a-z]{2,}[a-z0-9]*(?:[-_./‐-―−][a-z0-9]+){1,7}(?![\w-])", re.IGNORECASE)
_MORE = re.compile(
    r"/(\d{1,4})(?!\d)|\s*(?:,|;|&|\+|\bva\b|\band\b)\s*(\d{1,4})(?!\d*\s*[/:h.-]?\d|\s*(?:h|g|gio|phut|thang)\b)"
)
_NUMBER = re.compile(
    r"(?:\b(?:so|no|ref|ma (?:cong viec|thong bao|cr)|ticket|cr)\b(?: hieu)?[:.#\s]*)"
    r"(?=\S*\d)([a-z0-9]+(?:[-/._][a-z0-9&]+)*)"
)
_DATED = re.compile(r"[\s,(]*(?:ngay|dated|date|of)\s*[:.]?\s*")
_HEAD = re.compile(r",\s*ngay\s+\d{1,2}\s+thang\s+\d{1,2}\s+nam\s+\d{4}")


class Near(NamedTuple):
    """A circuit that no line has, and the line's that it may have meant ("" = none is like it)."""

    said: str
    meant: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """What was read. `links` by id, `circuits` as the letter names all of them; `strange` are none of ours.

    `customers` are codes of an electricity supplier. `spans` is empty where no time could be read.
    """

    number: str = ""
    day: date | None = None
    sender: str = ""
    links: tuple[str, ...] = ()
    circuits: tuple[str, ...] = ()
    strange: tuple[Near, ...] = ()
    customers: tuple[str, ...] = ()
    spans: tuple[Span, ...] = ()


def read(text: str, inventory: Inventory, now: datetime) -> Letter:
    """Read a pasted letter; `now` (local, with a zone) tells which year is meant where none is written."""
    text = normalize("NFC", text[:LONGEST]).replace("\u00a0", " ")
    plain = _plain(text)
    number, day, rest = _number(text, plain, now)
    known = {_key(link.circuit): link.id for link in inventory.links.values() if link.circuit}
    fed = {bare(key): key for key in customers(inventory)}
    found, rest = _named(rest, {**dict.fromkeys(fed, ""), **known})
    links = [known[key] for key in found if key in known]
    strange, rest = _strange(rest, [link.circuit for link in inventory.links.values() if link.circuit])
    circuits = [*(inventory.links[key].circuit for key in links), *(near.said for near in strange)]
    return Letter(
        number=number,
        day=day,
        sender=_sender(plain, inventory, links),
        links=tuple(dict.fromkeys(links)),
        circuits=tuple(dict.fromkeys(circuits)),
        strange=tuple(strange),
        customers=tuple(dict.fromkeys(fed[key] for key in found if key in fed)),
        spans=spans(rest, now, day),
    )


def _plain(text: str) -> str:
    """Letter by letter without case and diacritics, so that places in it are places in the text."""
    return "".join(bare(one)[:1] or one if not one.isspace() else one for one in text)


def _key(circuit: str) -> str:
    return "".join(_RUN.findall(_plain(circuit)))


def _number(text: str, plain: str, now: datetime) -> tuple[str, date | None, str]:
    """The letter's own number and day, and the text without them."""
    found = next((one for one in _NUMBER.finditer(plain) if re.search("[a-z]", one[1])), None)
    number, day = "", None
    gone: list[tuple[int, int]] = []
    if found is not None:
        number, rest = text[found.start(1) : found.end(1)].rstrip("./-"), found.end()
        behind = _DATED.match(plain, rest)
        written = None if behind is None else read_day(plain, behind.end(), now)
        if written is not None:
            day, rest = written.day, written.end
        gone.append((found.start(), rest))
    if day is None and (head := _HEAD.search(plain)) is not None:
        written = read_day(plain, head.start() + 1, now)
        if written is not None:
            day = written.day
            gone.append((head.start(), written.end))
    return number, day, _without(plain, gone)


def _without(plain: str, gone: Iterable[tuple[int, int]]) -> str:
    """The text with blanks in these places, so that all others stay where they are."""
    letters = list(plain)
    for start, end in gone:
        letters[start:end] = " " * (end - start)
    return "".join(letters)


def _named(plain: str, known: Mapping[str, str]) -> tuple[list[str], str]:
    """The known ids in the text in their order, however they are broken up, and the text without them."""
    runs = list(_RUN.finditer(plain))
    found: list[str] = []
    gone: list[tuple[int, int]] = []
    at = 0
    while at < len(runs):
        key, last = _longest(plain, runs, at, known)
        if not key:
            at += 1
            continue
        more, end = _more(plain, runs[last].end(), key, known)
        found += [key, *more]
        gone.append((runs[at].start(), end))
        at = next((n for n in range(last + 1, len(runs)) if runs[n].start() >= end), len(runs))
    return found, _without(plain, gone)


def _longest(
    plain: str, runs: list[re.Match[str]], at: int, known: Mapping[str, str], form: Callable[[str], str] = str
) -> tuple[str, int]:
    """The longest known id that begins with this run, in this form, and its last run; "" if none does."""
    key, best = "", ("", at)
    for last in range(at, min(at + RUNS, len(runs))):
        if last > at and not _JOINT.fullmatch(plain, runs[last - 1].end(), runs[last].start()):
            break
        key += runs[last][0]
        if form(key) in known:
            best = (form(key), last)
    return best


def _more(plain: str, end: int, key: str, known: Mapping[str, str]) -> tuple[list[str], int]:
    """`YB-VY-01, 02 và 03`: the ids that further numbers of as many digits stand for, and where those end."""
    digits, more = re.search(r"\d+$", key), list[str]()
    while digits is not None and (found := _MORE.match(plain, end)) is not None:
        said = found[1] or found[2]
        name = key[: digits.start()] + said
        if len(said) != len(digits[0]) or name not in known:
            break
        more.append(name)
        end = found.end()
    return more, end


def _strange(plain: str, circuits: list[str]) -> tuple[list[Near], str]:
    """What looks like a circuit and is none of ours, and the text without it."""
    ours = {runs[0] for circuit in circuits if (runs := _RUN.findall(_plain(circuit)))}
    found, gone = _nearly(plain, circuits)
    for one in _LOOKS_LIKE.finditer(_without(plain, gone)):
        runs = _RUN.findall(one[0])
        meant = _closest("".join(runs), circuits)
        if re.search(r"\d", one[0]) and (meant or runs[0] in ours or len(runs) > 2):
            found.append((one.start(), Near(one[0].upper(), meant)))
            gone.append(one.span())
    return list(dict.fromkeys(near for _, near in sorted(found))), _without(plain, gone)


def _nearly(plain: str, circuits: list[str]) -> tuple[list[tuple[int, Near]], list[tuple[int, int]]]:
    """What differs from a circuit of ours in the zeros before its numbers, however it is broken up; and its places."""
    known = {_loose(_key(circuit)): circuit for circuit in circuits if re.search(r"\d", circuit)}
    runs = list(_RUN.finditer(plain))
    found: list[tuple[int, Near]] = []
    gone: list[tuple[int, int]] = []
    for at, run in enumerate(runs):
        key, last = _longest(plain, runs, at, known, _loose)
        if key:
            place = (run.start(), runs[last].end())
            found.append((run.start(), Near(plain[slice(*place)].upper(), known[key])))
            gone.append(place)
    return found, gone


def _loose(key: str) -> str:
    """Without zeros before numbers."""
    return re.sub(r"(?<!\d)0+(?=\d)", "", key)


def _closest(key: str, circuits: Iterable[str]) -> str:
    """The circuit that was probably meant, one letter off; "" if none is near, or several are."""
    close = [one for one in circuits if len(known := _key(one)) == len(key) and _differ(known, key) == 1]
    return close[0] if len(close) == 1 else ""


def _differ(one: str, other: str) -> int:
    return sum(a != b for a, b in zip(one, other, strict=True))


def _sender(plain: str, inventory: Inventory, links: Iterable[str]) -> str:
    """Who wrote: the carrier whose lines these are, else the one that is named."""
    carriers = {inventory.links[key].carrier for key in links} - {None}
    named = [each for each in inventory.carriers.values() if _plain(each.name) in plain or each.id in plain.split()]
    ours = [each for each in inventory.carriers.values() if each.id in carriers]
    if len(ours) == 1:
        return ours[0].name
    return named[0].name if len(named) == 1 else ""
