"""`netmon person`: what has to be seen to when somebody leaves?"""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer
from rich.text import Text

from netmon.cli import _tables as tables
from netmon.cli._duty import remembered
from netmon.cli._leaving import hanging, word
from netmon.cli._said import Who, known_as, login
from netmon.clock import SystemClock
from netmon.decide.telling.messages import speaker
from netmon.errors import InputError, Problem
from netmon.people import Act
from netmon.settings.config import Language
from netmon.settings.project import load
from netmon.settings.report import did_you_mean
from netmon.settings.roster_names import ONCALL_FILE
from netmon.web.client import tell


class Action(StrEnum):
    """What is done about a person."""

    LEAVE = "leave"


def person(
    action: Annotated[Action, typer.Argument(help="leave: nobody is to be told, and to say anything, by that name.")],
    project: Annotated[Path, typer.Argument(help="The project's folder.")],
    name: Annotated[str, typer.Argument(metavar="ID", help="The person's id in alerts/oncall.yaml.")],
    who: Who = "",
    dry: Annotated[bool, typer.Option("--dry-run", help="Only list what hangs on the person.")] = False,
    json: Annotated[bool, typer.Option("--json", help="For scripts.")] = False,
) -> None:
    """List what hangs on somebody who leaves (duty, routes, tokens, secrets), and have the service forget the person.

    Who is gone gets no more messages, and the links and numbers count no more. Exit 3 if the service does not run.
    """
    loaded = load(project)
    if name not in loaded.roster.people:
        raise InputError([Problem(name, 0, 0, f"is nobody in {ONCALL_FILE}", did_you_mean(name, loaded.roster.people))])
    said_by = "" if dry else known_as(who, login(), loaded.roster)
    language = loaded.config.language
    words = speaker(loaded.messages, loaded.inventory, language)
    now, called = SystemClock().now(), loaded.roster.people[name].name
    found = hanging(loaded, remembered(loaded), name, words, now)
    if json:
        tables.print_json(found)
    else:
        _show(f"{called} ({name})", found, language)
    if dry:
        return
    act = tell(loaded.config, Act(verb="leave", who=said_by, at=0.0, by="cli", text=name))
    if not json:
        done = "{name} is gone: no more messages, links and numbers count no more (#{number})"
        then = "now put `until: {day}` behind {id} in {file}, and others in its place"
        day = datetime.fromtimestamp(now, ZoneInfo(loaded.inventory.timezone)).date()
        print(word(done, language, name=called, number=act.number))
        print(word(then, language, day=day, id=name, file=ONCALL_FILE))


def _show(head: str, found: Mapping[str, list[str]], language: Language) -> None:
    out = tables.terminal()
    out.print(Text(head, "bold"))
    width = max(map(len, found), default=0)
    for heading, lines in found.items():
        for n, line in enumerate(lines):
            style = "bold red" if "NOBODY" in line or "KHÔNG" in line else ""
            out.print(Text.assemble((f"{heading if n == 0 else '':{width}}  ", "bold"), (line, style)), soft_wrap=True)
    if not found:
        out.print(word("nothing hangs on this person", language))
