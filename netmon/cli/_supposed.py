"""What would an incident be like that has not happened?"""

from typing import cast

from netmon.decide import graph
from netmon.decide.coverage import covered
from netmon.decide.scene import CARRYING
from netmon.errors import InputError, Problem
from netmon.model import Incident, Inventory, Kind
from netmon.settings.maintenance import meant
from netmon.settings.report import did_you_mean
from netmon.settings.roster_cover import SEVERITIES
from netmon.settings.routes_language import KINDS

HIT = ("outage", "redundancy_lost", "degraded", "service")


def supposed(inventory: Inventory, kind: str, root: str, severity: str, at: float) -> Incident:
    """An incident of this kind that begins at `at` with this root; InputError for what is neither.

    `severity` "" = the usual one. An outage hits what can be reached only over its root.
    """
    if kind not in KINDS:
        raise _wrong(kind, "is no kind of incident", did_you_mean(kind, KINDS))
    named = root or inventory.vantage
    tables = (inventory.sites, inventory.devices, inventory.links, inventory.services, inventory.carriers)
    known = [key for table in (*tables, inventory.nodes) for key in table]
    known += dict.fromkeys(site.area for site in inventory.sites.values() if site.area)
    if named not in known:
        raise _wrong(named, "is nothing of this inventory", meant(inventory, named, known))
    sure = (severity,) if severity else SEVERITIES.get(kind, ("warning" if _leaf(inventory, named) else "critical",))
    if sure[0] not in ("critical", "warning"):
        raise _wrong(severity, "is neither critical nor warning", "")
    return Incident(
        id=0,
        kind=cast("Kind", kind),
        severity="critical" if sure[0] == "critical" else "warning",
        root=named,
        seat=named,
        state="open",
        cause="unknown",
        opened_at=at,
        affected=_affected(inventory, kind, named),
        links=(named,) if named in inventory.links else (),
    )


def _wrong(name: str, text: str, hint: str) -> InputError:
    return InputError([Problem(name, 0, 0, text, hint)])


def _leaf(inventory: Inventory, root: str) -> bool:
    return root in inventory.devices and inventory.devices[root].role not in CARRYING


def _affected(inventory: Inventory, kind: str, root: str) -> tuple[str, ...]:
    if kind == "outage":
        lost = covered(graph.build(inventory), inventory, [root])
        return tuple(site for site in inventory.sites if site in lost)
    return (inventory.site_of(root) or root,) if kind in HIT else ()
