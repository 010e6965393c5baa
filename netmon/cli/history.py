"""`netmon history`: what was a line like, up to 90 days back?"""

import time
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from netmon.cli import _history_shown as shown
from netmon.cli import _tables as tables
from netmon.cli._ledger_asked import refuse
from netmon.cli._when import in_full
from netmon.clock import rfc3339
from netmon.decide.history import QUANTITIES, STEP, Curve, Quantity
from netmon.model import Inventory
from netmon.run.journal import history as journal_history
from netmon.settings.maintenance import meant
from netmon.settings.project import load

WEEK = 7 * 86400


def history(
    project: Annotated[Path, typer.Argument(help="The project's folder.")] = Path(),
    id_: Annotated[str, typer.Argument(metavar="ID", help="Only this link, device or bridge, and a picture.")] = "",
    quantity: Annotated[Quantity | None, typer.Option("--quantity", help="Only this quantity.")] = None,
    since: Annotated[
        str, typer.Option("--from", metavar="DATE", help="Since this day or time; else a week before --to.")
    ] = "",
    until: Annotated[
        str, typer.Option("--to", metavar="DATE", help="Until the beginning of this day, or this time; else now.")
    ] = "",
    json: Annotated[bool, typer.Option("--json", help="For scripts; of one id with all means.")] = False,
    csv: Annotated[bool, typer.Option("--csv", help="All means, for a spreadsheet.")] = False,
) -> None:
    """Loss, round trip, jitter, opinion score and use, as 5-minute means of the last 90 days.

    Works beside the service, and without it.
    """
    if json and csv:
        raise typer.BadParameter("one thing at a time: --json or --csv")
    loaded = load(project)
    inventory, path = loaded.inventory, loaded.config.data / "journal.db"
    zone = ZoneInfo(inventory.timezone)
    begin, end = _period(since, until, zone)
    found = journal_history.read(path, begin, end, quantity or "", id_)
    if id_ and not found:
        _must_exist(inventory, path, id_)
    if csv:
        for sentence in shown.damaged(found, zone, loaded.config.language):
            typer.echo(sentence, err=True)
        shown.print_csv(found, zone, loaded.config.language)
    elif json:
        head = {"from": rfc3339(begin, zone), "to": rfc3339(end, zone), "step_seconds": STEP}
        tables.print_json({**head, "curves": [shown.as_json(curve, zone, whole=bool(id_)) for curve in found]})
    else:
        shown.show(_in_order(found), loaded, (begin, end), pictures=bool(id_))


def _period(since: str, until: str, zone: ZoneInfo) -> tuple[int, int]:
    """[from, to) in seconds since the epoch: a week until now unless told; never beyond now."""
    now = int(time.time()) // STEP * STEP  # what is under way is not written yet
    end = min(now, in_full(until, "--to", zone)) if until else now
    begin = in_full(since, "--from", zone) if since else end - WEEK
    if begin >= end:
        raise typer.BadParameter("the period is empty: --from is not before --to, or not before now")
    return max(begin, end - journal_history.KEEP * STEP), end


def _must_exist(inventory: Inventory, path: Path, name: str) -> None:
    """Exit 1 if neither the inventory nor the history knows the id."""
    kinds = dict.fromkeys(inventory.devices, "device") | dict.fromkeys(inventory.links, "link")
    kinds |= dict.fromkeys(inventory.services, "service")
    if name not in kinds and not journal_history.size(path, 0, STEP, of=name):
        refuse(f"no link, device or service {name}", meant(inventory, name, kinds))


def _in_order(found: list[Curve]) -> list[Curve]:
    """By quantity, then by id: what is compared stands together."""
    return sorted(found, key=lambda curve: (QUANTITIES.index(curve.quantity), curve.of, curve.direction))
