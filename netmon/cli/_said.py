"""How does somebody at a terminal tell the service something, and as whom?"""

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from getpass import getuser
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from netmon.cli._asked import settings
from netmon.errors import InputError, NotTaken, Problem
from netmon.people import Act, Roster, Verb
from netmon.settings.config import Config
from netmon.settings.project import load
from netmon.settings.report import did_you_mean
from netmon.web.client import tell

Folder = Annotated[Path, typer.Argument(help="The project's folder.")]
Numbers = Annotated[list[int], typer.Argument(metavar="N", help="The incidents' numbers.", min=1)]
Number = Annotated[int, typer.Argument(metavar="N", help="The incident's number.", min=1)]
Who = Annotated[str, typer.Option("--who", metavar="ID", help="Who says so; else whoever is logged in.")]


@dataclass(frozen=True, slots=True)
class Speaker:
    """Somebody who says something to a project's service."""

    config: Config
    who: str
    zone: ZoneInfo

    def say(self, verb: Verb, incidents: Iterable[int], *, text: str = "", until: float | None = None) -> Iterator[Act]:
        """Say it of each of these incidents, and what was taken as soon as it is; NotTaken with all the reasons once
        every one was tried."""
        act = Act(verb=verb, who=self.who, at=0.0, by="cli", text=text, until=until)
        refused: list[str] = []
        for number in incidents:
            try:
                yield tell(self.config, replace(act, incident=number))
            except NotTaken as error:
                refused.append(str(error))
        if refused:
            raise NotTaken("\n".join(dict.fromkeys(refused)))


def speaker(project: Path, who: str) -> Speaker:
    """Whoever `--who` names, else whoever is logged in. InputError if that is none of the project's people.

    While the project cannot be read, anybody is believed: what breaks at night is not to wait for that.
    """
    try:
        loaded = load(project)
    except InputError:
        config = settings(project.absolute())
        if config is None:
            raise
        return Speaker(config, who or login(), ZoneInfo("Asia/Ho_Chi_Minh"))
    return Speaker(loaded.config, known_as(who, login(), loaded.roster), ZoneInfo(loaded.inventory.timezone))


def login() -> str:
    """Who is logged in; by number where the system has no name for them, as in many a container."""
    try:
        return getuser()
    except (KeyError, OSError):
        return f"uid {os.getuid()}"


def known_as(who: str, user: str, roster: Roster) -> str:
    """The person whom `--who` names, else the one who is logged in; InputError if the roster has people, and not this
    one."""
    name = who or user
    if not roster.people or name in roster.people:
        return name
    hint = did_you_mean(name, roster.people) if who else f"say who: --who {' | '.join(roster.people)}"
    raise InputError([Problem("--who", 0, 0, f"{name!r} is none of the people in alerts/oncall.yaml", hint)])
