"""What does somebody mean who answers a message?

People answer from a telephone, half asleep: `1 4127`, `1#4127`, `14127` and `Nhận 4127.` all say the same. A digit or a
word says what, then come the numbers of incidents, then what is left to say. Without a number it is about the only
incident that there is. Nothing is guessed: what could mean two things is asked back.
"""

import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta, tzinfo
from typing import Literal, NamedTuple

from netmon.people import Verb
from netmon.settings.letters import bare

Unclear = Literal["what", "which", "none", "unknown", "when", "text"]
"""What could not be understood: what is meant at all, which of several incidents, of which since there is none or none
with this number, until when, or the text is missing."""

LONGEST = 500
"""Characters of an answer that are read."""
HALF_A_YEAR = timedelta(days=180)
"""A day without its year that is so long past is one of next year."""

_SAID: Mapping[Verb, tuple[str, ...]] = {
    "unack": ("0", "tra lai", "tra viec", "tra", "khong nhan", "unack"),
    "ack": ("1", "nhan viec", "da nhan", "nhan", "ok", "ack"),
    "ticket": ("so phieu", "phieu", "ticket"),
    "called": ("da goi", "goi", "called", "call"),
    "promise": ("hen", "promised", "promise"),
    "note": ("ghi chu", "ghi", "note"),
    "false": ("bao sai", "bao nham", "sai", "nham", "false"),
}
_WORDS = tuple((word, verb) for verb, words in _SAID.items() for word in words)
_NUMBER = re.compile(r"[\s,.:;&+-]*(?:va\b\s*|and\b\s*)?(#\s*)?([0-9]{1,12})(?![0-9a-z]|[:/][0-9])")
_BETWEEN = re.compile(r"^[\s,.:;!?-]+|[\s,;!?-]+$")
_TIME = re.compile(r"(?<![0-9])([01]?[0-9]|2[0-3])\s*(?:gio|h|g|:)(?:\s?([0-5][0-9])(?![0-9/.-]))?(?![0-9])")
_DAY = re.compile(r"(?:ngay\s*)?\b([0-3]?[0-9])[/.-]([01]?[0-9])(?:[/.-]([0-9]{4}))?\b")
_TOMORROW = re.compile(r"\b(?:sang |trua |chieu |toi )?(?:ngay )?(?:mai|tomorrow)\b")


class Statement(NamedTuple):
    """One thing that was said: of which incident, with which text, and until when (wall time)."""

    verb: Verb
    incident: int
    text: str = ""
    until: float | None = None


class Around(NamedTuple):
    """What an answer may be about: all incidents that there are, open or not, those of them that are open and that this
    person was told of, and which of these nobody has taken; and what the wall clock says, in which zone."""

    known: Collection[int]
    own: Sequence[int]
    wall: float
    zone: tzinfo
    untaken: Sequence[int] = ()


def read(text: str, around: Around) -> tuple[Statement, ...] | Unclear:
    """What was said; several things where several incidents were named."""
    written = _one_line(text)
    plain = _plain(written)
    if len(plain) != len(written):  # letters that become several: then the text goes without its accents
        written = plain
    verb, at = _verb(plain)
    if verb is None:
        return _bare_number(plain, around)
    if plain[:at] in ("0", "1") and plain[at : at + 1].isdigit():
        return _glued(plain, around)
    numbers, end = _numbers(plain, at, verb, around)
    rest = _BETWEEN.sub("", written[end:])
    if not numbers:
        if verb in ("ack", "unack") and rest and (not plain[:at].isdigit() or re.search("[0-9]", rest)):
            return "what"  # `nhắn tin rồi` is no `nhận`, and a number somewhere else may be meant
        meant = (verb == "ack" and around.untaken) or around.own
        if len(meant) != 1:
            return "which" if meant else "none"
        numbers = [meant[0]]
    if any(number not in around.known for number in numbers):
        return "unknown"
    return _said(verb, numbers, rest, around)


def strange(text: str, known: Collection[int]) -> str:
    """The number that was named and is no incident's, "" if there is none."""
    plain = _plain(_one_line(text))
    _, at = _verb(plain)
    named = re.findall("[0-9]{1,12}", plain if plain[at : at + 1].isdigit() else plain[at:])
    return next((each for each in named if int(each) not in known), "")


def _said(verb: Verb, numbers: Sequence[int], rest: str, around: Around) -> tuple[Statement, ...] | Unclear:
    if verb == "promise":
        until, left = moment(rest, around.wall, around.zone)
        return "when" if until is None else tuple(Statement(verb, number, left, until) for number in numbers)
    if verb not in ("ack", "unack") and not rest:
        return "text"
    return tuple(Statement(verb, number, rest) for number in numbers)


def moment(text: str, wall: float, zone: tzinfo) -> tuple[float | None, str]:
    """The next time after `wall` that `23h30`, `23:30`, `8h mai` or `8h 13/10` names, None if it names none or one that
    is years away; and what else the text says."""
    plain = _plain(text)
    found = _TIME.search(plain)
    if found is None or len(plain) != len(text):
        return None, text
    rest, plain_rest = text[: found.start()] + text[found.end() :], plain[: found.start()] + plain[found.end() :]
    now = datetime.fromtimestamp(wall, zone)
    at = now.replace(hour=int(found[1]), minute=int(found[2] or 0), second=0, microsecond=0)
    day, tomorrow = _DAY.search(plain_rest), _TOMORROW.search(plain_rest)
    spent = day or tomorrow
    if day is not None:
        try:
            at = at.replace(day=int(day[1]), month=int(day[2]), year=int(day[3] or at.year))
            if day[3] is None and at < now - HALF_A_YEAR:
                at = at.replace(year=at.year + 1)
        except ValueError:
            return None, text
        if abs(at.year - now.year) > 1:
            return None, text
    elif tomorrow is not None or at <= now:
        at += timedelta(days=1)
    if spent is not None:
        rest = rest[: spent.start()] + rest[spent.end() :]
    return at.timestamp(), _BETWEEN.sub("", " ".join(rest.split()))


def _one_line(text: str) -> str:
    """The first line that says something, without quotation marks around it."""
    lines = (" ".join(line.split()).strip("\"'“”«»` ") for line in text[:LONGEST].splitlines())
    return next((unicodedata.normalize("NFC", line) for line in lines if line), "")


def _plain(text: str) -> str:
    """Small letters without accents, digits as digits; each character stays where it is."""
    return "".join(bare(unicodedata.normalize("NFKC", one)) or one for one in text)


def _verb(plain: str) -> tuple[Verb | None, int]:
    """What is said, and where it ends; None if it begins with no word that says what."""
    for word, verb in _WORDS:
        if plain.startswith(word):
            after = plain[len(word) : len(word) + 1]
            if not after.isalpha() and (word.isdigit() or not after.isdigit()):
                return verb, len(word)
    return None, 0


def _numbers(plain: str, at: int, verb: Verb, around: Around) -> tuple[list[int], int]:
    """The incidents named from `at` on, and where they end.

    Where a text follows, as in `ghi 100 hộ mất điện`, a number is one if there is such an incident, if # stands before
    it or, so that a slip is noticed, if it is as long as theirs.
    """
    found: list[int] = []
    longest = max((len(str(number)) for number in around.known), default=0)
    while each := _NUMBER.match(plain, at):
        number, slip = int(each[2]), len(each[2]) == longest and bool(plain[each.end() :].strip(" .!"))
        sure = verb in ("ack", "unack") or each[1] or number in (around.own if found else around.known)
        if not sure and (found or not slip):
            break
        found.append(number)
        at = each.end()
    return list(dict.fromkeys(found)), at


def _glued(plain: str, around: Around) -> tuple[Statement, ...] | Unclear:
    """`14127`: 1 and 4127, or the number of an incident, whichever there is; if both are, it is asked."""
    digits = re.match(r"[0-9]+", plain)
    whole = digits[0] if digits else ""
    if plain.strip(" .!") != whole:
        return "what"
    apart, together = int(whole[1:]), int(whole)
    if apart in around.known and together in around.known and whole[0] != "0":
        return "which"
    if apart in around.known:
        return (Statement("ack" if whole[0] == "1" else "unack", apart),)
    return (Statement("ack", together),) if together in around.known else "unknown"


def _bare_number(plain: str, around: Around) -> tuple[Statement, ...] | Unclear:
    """`4127` or `#4127` alone: somebody takes it."""
    found = _NUMBER.fullmatch(plain.strip(" .!"))
    if found is None:
        return "what"
    return (Statement("ack", int(found[2])),) if int(found[2]) in around.known else "unknown"
