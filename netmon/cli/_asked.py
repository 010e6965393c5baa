"""Who can say how things stand, also while somebody is in the middle of editing the inventory?"""

import sys
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo

from netmon.cli import _tables as tables
from netmon.cli._twin import say_mute
from netmon.errors import InputError
from netmon.model import Inventory, Site
from netmon.run.twin import Origin, origin
from netmon.settings.config import FILE, Config, Language, config
from netmon.settings.fields import Secrets
from netmon.settings.options import Maker, shelf
from netmon.settings.project import load
from netmon.settings.report import Report
from netmon.web.client import Answer, ask, ask_service

NOT_RUNNING = 3
"""The exit code of an answer that came from the journal."""


class Asked(NamedTuple):
    """An answer, and what it takes to show it. `twin`: of what this netmon is a twin that is mute, if it is one."""

    inventory: Inventory
    language: Language
    answer: Answer
    twin: Origin | None = None


def ask_project(path: Path) -> Asked:
    """What the project's service says, else its journal.

    While the inventory cannot be read the service is asked all the same; names are ids then. InputError if it
    does not run, NotRunning as `netmon.web.client.ask`.
    """
    try:
        loaded = load(path)
    except InputError as error:
        found = settings(path.absolute())
        answer = None if found is None else ask_service(found.listen)
        if found is None or answer is None:
            raise
        print(f"netmon: the service answers; the project cannot be read: {error.problems[0]}", file=sys.stderr)
        return Asked(_by_ids(answer), found.language, answer, origin(found.data))
    return Asked(loaded.inventory, loaded.config.language, ask(loaded), origin(loaded.config.data))


def told_of(path: Path) -> Asked:
    """The same, and on stderr what people have to know of the answer: as of when it is, and that nobody is told."""
    asked = ask_project(path)
    zone = ZoneInfo(asked.inventory.timezone)
    if not asked.answer.live:
        tables.say_as_of(asked.answer.as_of, asked.language, zone)
    if asked.twin is not None:
        say_mute(asked.twin, asked.language, zone)
    return asked


def settings(path: Path) -> Config | None:
    """netmon.yaml alone; None if it is not there or not right."""
    if not (path / FILE).is_file():
        return None
    report, vault = Report(), Secrets(path)
    maker = Maker(vault, report, strict=False)
    found = config(path, shelf("exporters", path, report), shelf("notifiers", path, report), vault, maker)
    return None if report.failed else found


def _by_ids(answer: Answer) -> Inventory:
    """As much of an inventory as the answer itself tells."""
    return Inventory(
        province="",
        levels=("",),
        vantage="",
        anchors=(),
        timezone="Asia/Ho_Chi_Minh",
        sites={key: Site(id=key, name=key, level="", gateway=None) for key in answer.status["sites"]},
        devices={},
        links={},
        nodes={},
        services={},
        carriers={},
        credentials={},
        calendars={},
    )
