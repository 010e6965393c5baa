"""What do the command lines next to what has just broken say?

The near side of a broken line, and the broken thing itself if it can still be reached, are asked what somebody on duty
would ask first: the port, the addresses, the last lines of the log. Nobody who is not ours is logged in to.
"""

import asyncio
from collections.abc import Iterator, Mapping, Sequence

from netmon.clock import Clock
from netmon.errors import CollectError
from netmon.model import Clue, Device, Incident, Inventory
from netmon.reading.vendors import LookCommand, vendor
from netmon.run.backup import known_secrets
from netmon.wire.net import Net
from netmon.wire.readonly import refused

DEVICES = 3
"""Devices that are asked at most."""
PORTS = 2
"""Interfaces of each that are looked at at most."""
LINES, WIDTH = 40, 160
"""How much of what a command prints is kept."""
TIMEOUT = 30.0
"""Seconds that one device may take; one that is cut off takes them all."""


class CliLook:
    """A way of looking into an incident (netmon.run.looking.Look)."""

    __slots__ = ("_clock", "_net")

    def __init__(self, net: Net, clock: Clock) -> None:
        self._net, self._clock = net, clock

    async def __call__(self, incident: Incident, inventory: Inventory) -> Sequence[Clue]:
        """A clue for each command that was answered. A CollectError if nobody answered any."""
        wanted = nearby(incident, inventory)
        asked = (self._ask(inventory, inventory.devices[key], ports) for key, ports in wanted.items())
        results = await asyncio.gather(*asked, return_exceptions=True)
        clues: list[Clue] = []
        silent: list[CollectError] = []
        for result in results:
            if isinstance(result, CollectError):
                silent.append(result)
            elif isinstance(result, BaseException):
                raise result
            else:
                clues += result
        if silent and not clues:
            raise silent[0]
        return clues

    async def _ask(self, inventory: Inventory, device: Device, ports: Sequence[str]) -> list[Clue]:
        credential = inventory.credentials.get(device.credential)
        if credential is None or credential.ssh is None or device.cli is None or device.address is None:
            return []
        how, platform = vendor(device.cli.platform), device.cli.platform
        looks = [LookCommand(each.command.format(port=port), each.last) for port in ports for each in how.look_port]
        looks = [each for each in (*looks, *how.look) if not refused(platform, each.command)]
        commands = [each.command for each in looks]
        printed = await self._net.show(device.address, credential.ssh, platform, commands, TIMEOUT)
        ours, at = known_secrets(credential), self._clock.now()
        clues = []
        for each in looks:
            text = how.scrub(printed[each.command], ours)
            if not how.refuses(text):
                values = (("device", device.id), ("command", each.command), ("output", _cut(text, each.last)))
                clues.append(Clue(at, device.id, "look_says", values))
        return clues


def nearby(incident: Incident, inventory: Inventory) -> Mapping[str, Sequence[str]]:
    """The devices with a command line of ours that may know about it, and the interfaces in question, nearest first:
    a broken line's ends, a broken device's neighbours, what a site hangs on; the broken thing itself last."""
    root = inventory.devices.get(incident.root)
    own = {incident.root}
    if (site := inventory.sites.get(incident.root)) is not None:
        own.update(site.devices)
    found: dict[str, dict[str, None]] = {}
    for key, port in _ends(incident, inventory):
        found.setdefault(key, {})[port] = None
    for key in (*(root.behind if root else ()), incident.root):
        found.setdefault(key, {})
    if (service := inventory.services.get(incident.root)) is not None:
        found.setdefault(service.on, {})
    ours = [key for key in found if key in inventory.devices and inventory.devices[key].cli is not None]
    chosen = sorted(ours, key=lambda key: key in own)[:DEVICES]
    return {key: [port for port in found[key] if port][:PORTS] for key in chosen}


def _ends(incident: Incident, inventory: Inventory) -> Iterator[tuple[str, str]]:
    """(device, interface) at both ends of each line that is lost, or leads to what is broken."""
    for link in inventory.links.values():
        if link.id in incident.links or incident.root in (link.id, link.site, link.source, link.target):
            yield from link.ends


def _cut(text: str, last: bool) -> str:
    """As much of it as somebody reads: the first lines, or the last ones."""
    lines = [line.rstrip()[:WIDTH] for line in text.split("\n") if line.strip()]
    if len(lines) <= LINES:
        return "\n".join(lines)
    left = f"… {len(lines) - LINES} lines left out"
    return "\n".join([left, *lines[-LINES:]] if last else [*lines[:LINES], left])
