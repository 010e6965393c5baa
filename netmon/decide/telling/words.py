"""How are times, numbers, names and evidence written in one language?

Everything that came from a device or a file is cleaned on its way in: a name cannot bring a line break,
an escape sequence for the terminal, or a mark that turns the direction of reading round.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from netmon.decide.telling.units import measured
from netmon.model import Clue, Inventory, Link
from netmon.settings.phrases import OPTIONAL, PLACEHOLDER, Phrases

LONGEST = 120
"""Characters that a single name or value may have in a message."""
NAMED = 5
"""Names that a list spells out before it only counts."""

_POINT = re.compile(r"(?<=\d)\.(?=\d)")


def clean(text: str, limit: int = LONGEST) -> str:
    """`text` on one line, without control and format characters, cut to `limit` characters."""
    kept = text[: 4 * limit]
    if not kept.isprintable():
        spaced = (" " if unicodedata.category(one) in ("Cc", "Zl", "Zp") else one for one in kept)
        kept = "".join(one for one in spaced if unicodedata.category(one) not in ("Cf", "Cs"))
    flat = " ".join(kept.split())
    return flat if len(flat) <= limit else flat[: limit - 1].rstrip() + "…"


@dataclass(frozen=True, slots=True)
class Speaker:
    """One language, and the inventory that says what things are called."""

    phrases: Phrases
    inventory: Inventory
    zone: tzinfo

    def say(self, clue: Clue) -> str:
        """A piece of evidence as a clause; a key without a phrase as itself and its values."""
        values = {key: value for key, value in clue.values if clean(value)}
        values.pop("detail", None)
        phrase = self.phrases.get("clues", clue.text)
        if not phrase and "family" in values:
            phrase, values = self.phrases.get("clues", f"row_{clue.text.rpartition('_')[2]}"), _row(values)
        if phrase:
            count = values.get("count", "")
            return self.fill(self.counted(phrase, int(count)) if count.isdecimal() else phrase, values)
        told = ", ".join(f"{clean(key)}={clean(value)}" for key, value in values.items())
        return clean(clue.text) + (f": {told}" if told else "")

    def fill(self, phrase: str, values: Mapping[str, str]) -> str:
        """The phrase with its placeholders filled; optional parts that lack a value are left out."""

        def part(found: re.Match[str]) -> str:
            return found[1] if all(values.get(one[1]) for one in PLACEHOLDER.finditer(found[1])) else ""

        def value(found: re.Match[str]) -> str:
            text = values.get(found[1], "")
            if found[2] == "text":  # of a rule: it may name the other values, and never itself
                return self.fill(text, {key: one for key, one in values.items() if key != found[1]})
            if found[2] == "measure":
                return self.measure(text, values.get("unit", ""))
            return self._shown(text, found[2] or "")

        return " ".join(PLACEHOLDER.sub(value, OPTIONAL.sub(part, phrase)).split())

    def _shown(self, text: str, form: str) -> str:
        if form == "name":
            return self.name(text)
        if form == "names":
            return self.some([self.name(one.strip()) for one in text.split(",") if one.strip()])
        if form == "sites":
            return ", ".join(self.bare([one.strip() for one in text.split(",")]))
        if form in ("cause", "kind", "tag"):
            return self.phrases.get(f"{form}s", text) or clean(text)
        if form == "":
            return clean(text)
        if form == "metric":
            return ", ".join(self.phrases.get("metrics", one) or _readable(one) for one in text.split(", "))
        try:
            number = float(text)
        except ValueError:
            return self._localized(clean(text))
        if form == "seconds":
            return self.number(number, 1 if number < 10 else 0) + " s"
        if form == "time":
            return f"{datetime.fromtimestamp(number, self.zone):%H:%M %d/%m}"
        spoken = {"percent": self.percent, "ms": self.milliseconds, "date": self.date, "duration": self.duration}
        return spoken[form](number) if form in spoken else self.number(number, 3)

    def word(self, key: str, **values: str) -> str:
        """One of the program's own words."""
        return self.fill(self.phrases.get("words", key), values)

    def _localized(self, text: str) -> str:
        return _POINT.sub(self.phrases.get("words", "decimal") or ".", text)

    def number(self, value: float, digits: int) -> str:
        """At most so many digits after the decimal sign, none that say nothing."""
        text = f"{value:.{digits}f}"
        return self._localized(text.rstrip("0").rstrip(".") if "." in text else text)

    def percent(self, share: float) -> str:
        """A share from 0 to 1 as `3,2%`; near 0 and 100 % with two digits, as contracts give them."""
        value = share * 100
        return self.number(value, 2 if value < 1 or value > 99 else 1) + "%"

    def milliseconds(self, seconds: float) -> str:
        """`48 ms`, below 10 ms with one digit."""
        value = seconds * 1000
        return self.number(value, 1 if value < 10 else 0) + " ms"

    def measure(self, text: str, unit: str) -> str:
        """A value of a rule in its unit: `97%`, `48 ms`, `-27,5 dBm`."""
        try:
            return measured(float(text), unit, self)
        except ValueError:
            return clean(text)

    def duration(self, seconds: float) -> str:
        """In words, the two largest units that say something: `1 giờ 48 phút`."""
        left = max(round(seconds), 0)
        if left >= 600:
            left = round(left / 60) * 60
        parts: list[tuple[str, int]] = []
        for unit, size in (("day", 86400), ("hour", 3600), ("minute", 60), ("second", 1)):
            count, left = divmod(left, size)
            if count or (unit == "second" and not parts):
                parts.append((unit, count))
            elif parts:
                break
        return " ".join(self.counted(self.word(unit, n=str(count)), count) for unit, count in parts[:2])

    def clock(self, at: float, today: float) -> str:
        """`21:14`, and the date behind it if `at` is not on the local day of `today`."""
        then, day = datetime.fromtimestamp(at, self.zone), datetime.fromtimestamp(today, self.zone)
        return f"{then:%H:%M}" if then.date() == day.date() else f"{then:%H:%M %d/%m}"

    def date(self, at: float) -> str:
        """`CN 22/11/2026`."""
        then = datetime.fromtimestamp(at, self.zone)
        weekdays = self.phrases.get("words", "weekdays").split()
        weekday = weekdays[then.weekday()] if len(weekdays) == 7 else ""
        return f"{weekday} {then:%d/%m/%Y}".strip()

    def counted(self, word: str, count: int) -> str:
        """Of `one|many` the form that goes with the count."""
        one, _, many = word.partition("|")
        return many if many and count != 1 else one

    def name(self, key: str) -> str:
        """What people call the thing with this id: a site's name, a line's circuit, else the id."""
        inventory = self.inventory
        if link := inventory.links.get(key):
            return self.line_label(link)
        if device := inventory.devices.get(key):
            return clean(device.name or key)
        for table in (inventory.sites, inventory.services, inventory.carriers, inventory.nodes):
            if found := table.get(key):
                return clean(found.name)
        return self.area(key)

    def area(self, key: str) -> str:
        """Its name under `areas:`; `KV Văn Yên` if a site is called like it (kv-van-yen, van-yen); else its id."""
        site = self.inventory.called_after(key)
        if key in self.inventory.areas or site is None:
            return clean(self.inventory.areas.get(key, key))
        name = clean(site.name)
        bare = _without(name, self.phrases.get("prefixes", site.level).split("|"))
        return self.word("area", name=bare or name) or clean(key)

    def kind(self, link: Link) -> str:
        """`FTTH`, `4G`, `cáp quang`; empty if the inventory does not say."""
        return self.phrases.get("kinds", link.kind) or clean(link.kind).upper()

    def line_label(self, link: Link) -> str:
        """The circuit, for want of it the kind, for want of that the id."""
        return clean(link.circuit) or self.kind(link) or clean(link.id)

    def line(self, link: Link, with_kind: bool) -> str:
        """`YB-VY-01 (FTTH, VNPT Yên Bái)`."""
        label = self.line_label(link)
        kind = self.kind(link) if with_kind else ""
        carrier = self.name(link.carrier) if link.carrier else ""
        details = ", ".join(one for one in (kind, carrier) if one and one != label)
        return self.word("line", circuit=label, details=details)

    def level(self, sites: Sequence[str]) -> str:
        """What these sites are called together: `xã` if all are communes, else `điểm`."""
        levels = {self.inventory.sites[key].level if key in self.inventory.sites else "" for key in sites}
        word = self.phrases.get("levels", levels.pop()) if len(levels) == 1 else ""
        return self.counted(word or self.phrases.get("words", "site"), len(sites))

    def sites(self, sites: Sequence[str]) -> str:
        """Their names, the first few; without `Xã` and the like where all are of the level that is named before."""
        return self.some(self.bare(sites), self.level(sites))

    def bare(self, sites: Sequence[str]) -> list[str]:
        """All their names, without `Xã` and the like where all are of one level."""
        names = [self.name(key) for key in sites]
        levels = {self.inventory.sites[key].level if key in self.inventory.sites else "" for key in sites}
        prefixes = self.phrases.get("prefixes", levels.pop()) if len(levels) == 1 and len(sites) > 1 else ""
        bare = [_without(name, prefixes.split("|")) for name in names]
        return bare if all(bare) else names

    def some(self, names: Sequence[str], level: str = "") -> str:
        """The first five, and how many more there are."""
        if len(names) <= NAMED + 1:
            return ", ".join(names)
        more = len(names) - NAMED
        return ", ".join(names[:NAMED]) + " " + self.word("more", count=str(more), level=level)


def _readable(name: str) -> str:
    """The name of a family without its prefix and underscores; of anything else itself."""
    return clean(name.removeprefix("netmon_").replace("_", " ") if name.startswith("netmon_") else name)


def _row(values: Mapping[str, str]) -> dict[str, str]:
    """A row of a table that has no phrase of its own: its labels one after another, and those that changed."""
    labels = {key: value for key, value in values.items() if key not in ("target", "family")}
    changed = {key.removeprefix("old_"): value for key, value in labels.items() if key.startswith("old_")}
    what = ", ".join(f"{key} {clean(old)} → {clean(labels.get(key, ''))}" for key, old in changed.items())
    row = ", ".join(
        clean(value)
        for key, value in labels.items()
        if f"old_{key}" not in labels and key not in changed and not key.startswith("old_")
    )
    return {"target": values.get("target", ""), "family": values["family"].replace("_", " "), "row": row, "what": what}


def _without(name: str, prefixes: Sequence[str]) -> str:
    """The name without the first prefix that fits; empty if none does."""
    return next((name[len(prefix) :] for prefix in prefixes if prefix and name.startswith(prefix)), "")
