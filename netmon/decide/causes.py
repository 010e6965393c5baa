"""Why did it fail: the power, the fibre, the carrier, the device?

While something is gone the evidence seldom tells a power cut from a cut cable: both silence the device and
take the port down. Then the cause is unknown, and said to be. The return tells: a device that started anew
during the outage had lost its power.
"""

from collections.abc import Sequence

from netmon.decide.book import Problem
from netmon.decide.knowledge import Knowledge
from netmon.model import Cause, Clue, Incident

POWER_TELLS = ("on_battery", "dying_gasp", "power_overrun")
LINE_TELLS = ("port_down", "trap_link_down")


def suspected(known: Knowledge, problem: Problem, evidence: Sequence[Clue]) -> Cause:
    """The likely cause of what is broken now, as far as the evidence goes."""
    inventory, root = known.inventory, problem.root
    said = {clue.text for clue in evidence}
    if problem.kind not in ("outage", "redundancy_lost"):
        return "unknown"
    if said.intersection(POWER_TELLS):
        return "power"
    if root in inventory.carriers or (root in inventory.nodes and inventory.nodes[root].carrier is not None):
        return "carrier"
    if root in inventory.devices:
        return "device"
    if problem.kind == "redundancy_lost":  # its far end lives on the other line, so it has power
        if said.intersection(LINE_TELLS):
            return "fibre"
        return _lender(known, problem.links) if "ports_up" in said else "unknown"
    return "unknown"


def aftermath(known: Knowledge, incident: Incident) -> tuple[Cause, tuple[Clue, ...]]:
    """What the return says about the cause, and what speaks for it. Unknown = nothing new."""
    if incident.kind not in ("outage", "redundancy_lost"):
        return "unknown", ()
    inventory = known.inventory
    site, link = inventory.sites.get(incident.seat), inventory.links.get(incident.seat)
    target = site.gateway or "" if site is not None else link.source if link is not None else incident.seat
    uptime = known.uptime.get(target)
    if uptime is None or uptime[1] <= incident.opened_at:
        return "unknown", ()
    values = (("device", target), ("uptime", f"{uptime[0]:.0f}"))
    if uptime[1] - uptime[0] > incident.opened_at:
        return "power", (Clue(uptime[1], target, "rebooted", values),)
    clue = Clue(uptime[1], target, "not_rebooted", values)
    if incident.root in inventory.devices and site is None:
        return "unknown", (clue,)
    ports = any(clue.text in LINE_TELLS for clue in incident.evidence)
    return "fibre" if ports else _lender(known, incident.links), (clue,)


def _lender(known: Knowledge, lines: Sequence[str]) -> Cause:
    """Whoever rents out the lines, where a device kept its power and its ports saw nothing."""
    links = [known.inventory.links[line] for line in lines if line in known.inventory.links]
    return "carrier" if links and all(link.carrier is not None for link in links) else "unknown"
