"""`netmon rota`: who has the duty when?"""

from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer
from rich.table import Table
from rich.text import Text

from netmon.cli import _tables as tables
from netmon.cli._duty import WEEK, Turn, left, remembered, turns, word
from netmon.clock import SystemClock, rfc3339
from netmon.decide.telling.messages import speaker
from netmon.decide.telling.words import Speaker
from netmon.people import Rota
from netmon.settings.project import Project, load
from netmon.settings.roster_names import ONCALL_FILE


def rota(
    project: Annotated[Path, typer.Argument(help="The project's folder.")] = Path(),
    weeks: Annotated[int, typer.Option("--weeks", min=1, max=60, help="So many weeks from now on.")] = 4,
    json: Annotated[bool, typer.Option("--json", help="For scripts.")] = False,
) -> None:
    """Show who has the duty in the weeks to come, ready to print; in red where somebody who was meant to has left."""
    loaded = load(project)
    now = SystemClock().now()
    gone = left(remembered(loaded).acts)
    found = {one.id: turns(loaded, one, now, now + weeks * WEEK, gone) for one in loaded.roster.rotas.values()}
    if json:
        tables.print_json({name: [_as_json(loaded, turn) for turn in each] for name, each in found.items()})
        return
    language, out = loaded.config.language, tables.terminal()
    words = speaker(loaded.messages, loaded.inventory, language)
    if not found:
        out.print(word("no rota in {file}", language, file=ONCALL_FILE))
    for name, each in found.items():
        out.print(Text(_head(loaded, loaded.roster.rotas[name]), "bold"))
        out.print(_table(loaded, each, words, now))


def _head(project: Project, rota: Rota) -> str:
    text, time = "{rota}: {days} days each, handed over at {time}", "{:02}:{:02}".format(*rota.handover)
    return word(text, project.config.language, rota=rota.id, days=rota.days, time=time)


def _table(project: Project, found: list[Turn], words: Speaker, now: float) -> Table:
    language = project.config.language
    table = tables.plain_table(*(word(head, language) for head in ("from", "until", "who", "phone", "note")))
    for turn in found:
        since, until, who, _ = turn.shift
        person = None if who is None else project.roster.people[who]
        name = word("NOBODY", language) if person is None else person.name
        style = "" if turn.good else "bold red"
        if turn.good and since <= now:
            style = "bold"
        cells = (_moment(words, since), _moment(words, until), name, person.phone if person is not None else "")
        table.add_row(*(Text(cell, style) for cell in (*cells, _note(project, turn, now))))
    return table


def _moment(words: Speaker, at: float) -> str:
    return f"{words.date(at)} {words.clock(at, at)}"


def _note(project: Project, turn: Turn, now: float) -> str:
    language, people = project.config.language, project.roster.people
    notes = [word("now", language)] if turn.shift.since <= now else []
    notes += [word("day off", language)] if turn.off else []
    for text, who in (("for {who}", turn.instead), ("{who} has left", turn.missing)):
        if who is not None:
            notes.append(word(text, language, who=people[who].name if who in people else who))
    return ", ".join(notes)


def _as_json(project: Project, turn: Turn) -> dict[str, Any]:
    zone = ZoneInfo(project.inventory.timezone)
    return {
        "from": rfc3339(turn.shift.since, zone),
        "until": rfc3339(turn.shift.until, zone),
        "who": turn.shift.who,
        "instead_of": turn.instead,
        "has_left": turn.missing,
        "day_off": turn.off,
    }
