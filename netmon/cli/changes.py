"""`netmon changes`: what came, moved and went lately, and where?"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, Any, NamedTuple
from zoneinfo import ZoneInfo

import typer
from rich.console import Console
from rich.text import Text

from netmon.cli import _tables as tables
from netmon.clock import rfc3339
from netmon.decide.changes import clue_of
from netmon.decide.telling.messages import speaker
from netmon.decide.telling.words import Speaker, clean
from netmon.model import Clue, Fact, Inventory
from netmon.run.journal.facts import Changed, read
from netmon.settings.config import Language
from netmon.settings.project import load

PAGE = 60
"""Lines of changes that are shown; the newest of all, unless one site is asked for."""
DETAIL = 20
"""Lines of a change's detail that are shown."""


class Change(NamedTuple):
    """A change as it is shown: when, at which site ("" = none that is known now), of what, and in which words."""

    at: float
    site: str
    id: str
    clue: Clue


def changes(
    project: Annotated[Path, typer.Argument(help="The project's folder.")] = Path(),
    days: Annotated[float, typer.Option("--days", min=0.0, max=400.0, help="So many days back.")] = 7.0,
    site: Annotated[str, typer.Option("--site", metavar="ID", help="Of this site only.")] = "",
    json: Annotated[bool, typer.Option("--json", help="For scripts.")] = False,
) -> None:
    """List what changed, by site and the newest first: rows that are new, moved or gone, and what was found changed."""
    loaded = load(project)
    inventory, zone = loaded.inventory, ZoneInfo(loaded.inventory.timezone)
    if site and site not in inventory.sites:
        raise typer.BadParameter(f"there is no site {site}", param_hint="--site")
    now = datetime.now(zone)
    log = read(loaded.config.data / "journal.db", (now - timedelta(days=days)).timestamp())
    found = [one for one in gathered(inventory, log) if site in ("", one.site)]
    language = loaded.config.language
    words = speaker(loaded.messages, inventory, language)
    if json:
        tables.print_json([_as_json(one, words, zone) for one in found])
    else:
        _show(tables.terminal(), found, words, language, days, whole=bool(site))


def gathered(inventory: Inventory, log: Iterable[Changed]) -> list[Change]:
    """The changes in a log, the newest first. What was told of rows is in the rows themselves, and not listed again."""
    found: list[Change] = []
    rows: set[tuple[float, str, str]] = set()
    told: dict[int, list[Change]] = {}
    for at, what in log:
        if isinstance(what, Fact):
            clue = clue_of(what, at)
            rows.add((at, what.target, clue.text))
            found.append(Change(at, inventory.site_of(what.target) or "", what.target, clue))
        else:
            incident = what.incident
            begun = incident.opened_at
            fresh = [one for one in incident.evidence if (begun, one.source, one.text) not in rows]
            left = [one for one in fresh if one.text != "and_more"]
            place = inventory.site_of(incident.seat) or ""
            told[incident.id] = [Change(begun, place, incident.seat, clue) for clue in left]
    found += [one for each in told.values() for one in each]
    return sorted(found, key=lambda one: (-one.at, one.site, one.id))


def _as_json(change: Change, words: Speaker, zone: ZoneInfo) -> dict[str, Any]:
    at, site, name, clue = change
    return {
        "at": rfc3339(at, zone),
        "site": site or None,
        "id": name,
        "what": clue.text,
        "text": words.say(clue),
        "values": {key: value for key, value in clue.values if key not in ("target", "family")},
    }


def _show(out: Console, found: Sequence[Change], words: Speaker, language: Language, days: float, whole: bool) -> None:
    head = "changes of the last {days} days" if found else "no changes in the last {days} days"
    out.print(tables.word(head, language).format(days=f"{days:g}"), markup=False)
    shown = found if whole else found[:PAGE]
    zone = ZoneInfo(words.inventory.timezone)
    now = datetime.now(zone)
    for site in dict.fromkeys(one.site for one in shown):
        name = words.name(site) if site else tables.word("elsewhere", language)
        out.print(Text.assemble(("\n" + name, "bold"), f" ({site})" if site else ""), soft_wrap=True)
        for change in (one for one in shown if one.site == site):
            when = tables.clock_text(change.at, zone, now)
            out.print(Text(f"  {when:16}  {change.id}  {words.say(change.clue)}"), soft_wrap=True)
            lines = dict(change.clue.values).get("detail", "").splitlines()
            for line in lines[:DETAIL]:
                indent = " " * min(len(line) - len(line.lstrip()), 20)
                out.print(Text(f"{'':20}{indent}{clean(line)}", "dim"), soft_wrap=True)
            if len(lines) > DETAIL:
                out.print(Text(f"{'':20}… (+{len(lines) - DETAIL})", "dim"))
    if len(shown) < len(found):
        out.print(f"\n{tables.word('more, older changes', language)}: {len(found) - len(shown)} (--site ID, --json)")
