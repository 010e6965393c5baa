"""`netmon doctor`: is everything there that netmon needs, and what is to be done where it is not?"""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Annotated

import structlog
import typer
from rich.table import Table
from rich.text import Text

from netmon.cli import _doctor_kept as journal
from netmon.cli import _doctor_machine as machine
from netmon.cli import _doctor_pushed as pushed
from netmon.cli import _doctor_reach as reach
from netmon.cli import _tables as tables
from netmon.cli._doctor_found import Found, line
from netmon.cli._service import wanted_files
from netmon.errors import InputError
from netmon.settings.config import Language
from netmon.settings.project import Project, load
from netmon.settings.tree import Map, plain
from netmon.settings.yamlio import parse
from netmon.wire.real import RealNet

UNSET = " is not set"
"""How the check ends what it says of a secret that is not there."""
_STYLES = {"ok": "green", "unknown": "dim", "warn": "yellow", "fail": "bold red"}


def doctor(
    project: Annotated[Path, typer.Argument(help="The project's folder.")] = Path(),
    json: Annotated[bool, typer.Option("--json", help="For scripts.")] = False,
) -> None:
    """Look over the project, this machine, the service and its ways to people; exit 1 if anything fails.

    Nothing is sent: servers are only connected to. Run it as the user that netmon runs as.
    """
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))  # its own lines say it all
    try:
        loaded = load(project)
    except InputError as error:
        found = [Found("project", "fail", "broken", {"count": len(error.problems), "first": error.problems[0]})]
        _print([*found, machine.libraries(), machine.systemd(), machine.in_step()], _language(project), json)
        raise typer.Exit(1) from None
    found = asyncio.run(_examined(loaded))
    _print(found, loaded.config.language, json)
    raise typer.Exit(1 if any(one.state == "fail" for one in found) else 0)


def _language(project: Path) -> Language:
    """What netmon.yaml says, as far as that can be read; else the usual one."""
    try:
        tree = parse((project / "netmon.yaml").read_text(encoding="utf-8-sig"), "netmon.yaml").tree
    except (OSError, ValueError, InputError):
        tree = None
    said = plain(tree).get("language") if isinstance(tree, Map) else None
    return "en" if said == "en" else "vi"


async def _examined(loaded: Project) -> list[Found]:
    return [one async for one in _all(loaded)]


async def _all(loaded: Project) -> AsyncIterator[Found]:
    config, inventory, net = loaded.config, loaded.inventory, RealNet()
    try:
        for one in _project(loaded):
            yield one
        yield machine.libraries()
        yield await machine.ping(inventory, net)
        yield machine.files(wanted_files(inventory), machine.may_open())
        service = reach.service(config)
        yield service
        runs = service.text in ("healthy", "late")
        if service.text == "stopped":
            for one in machine.ports(config):
                yield one
        yield machine.systemd()
        yield machine.in_step()
        async for one in reach.clocks(inventory, net):
            yield one
        yield machine.zone(inventory)
        yield machine.disk(config.data)
        for one in journal.kept(config, runs):
            yield one
        if runs:
            for one in pushed.spools(config):
                yield one
        async for one in reach.channels(config, net, runs):
            yield one
    finally:
        await net.close()


def _project(loaded: Project) -> list[Found]:
    unset = [one for one in loaded.warnings if one.text.endswith(UNSET)]
    others = len(loaded.warnings) - len(unset)
    names = ", ".join(dict.fromkeys(one.text.removesuffix(UNSET).rpartition(" ")[2] for one in unset))
    values = {"sites": len(loaded.inventory.sites), "devices": len(loaded.inventory.devices)}
    return [
        Found("project", "warn", "warnings", {"count": others}) if others else Found("project", "ok", "loads", values),
        Found("secrets", "fail", "unset", {"names": names}) if unset else Found("secrets", "ok", "set"),
    ]


def _print(found: list[Found], language: Language, json: bool) -> None:
    lines = [line(one, language) for one in found]
    if json:
        tables.print_json([one._asdict() for one in lines])
        return
    table = Table(box=None, pad_edge=False, show_header=False)
    table.add_column()
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for one in lines:
        style = _STYLES[one.state]
        what = Text(one.what, "" if one.state == "ok" else style)
        table.add_row(Text(one.told, style), one.name, what)
        if one.do:
            table.add_row("", "", Text(f"→ {one.do}"))
    tables.terminal().print(table)
