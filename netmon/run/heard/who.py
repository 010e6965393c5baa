"""Which device does a datagram come from?

By its source address alone, as the inventory knows it: a device's own address, or the address of a line, which is that
of the device at the end farther from the vantage. A v1 trap may name another agent than its sender, as relays do; it is
taken for that one's if the inventory knows it.
"""

import ipaddress
from collections.abc import Iterator
from dataclasses import dataclass, field

from netmon.model import Credential, Inventory
from netmon.run.heard.limits import Bucket
from netmon.settings.paths import distances


@dataclass(slots=True)
class Sender:
    """A device that may speak: how it proves itself, how much it may still say, and why it was not believed last."""

    device: str
    credentials: tuple[Credential, ...]
    bucket: Bucket = field(default_factory=Bucket)
    trouble: str = ""
    named_at: float = float("-inf")


class Senders:
    """All devices that may speak, by address."""

    __slots__ = ("_by_address",)

    def __init__(self, inventory: Inventory) -> None:
        self._by_address: dict[str, Sender] = {}
        own = {device.address: device.id for device in inventory.devices.values() if device.address is not None}
        steps = distances(inventory)
        lines = {
            link.address: max((link.source, link.target), key=lambda device: steps.get(device, 0))
            for link in inventory.links.values()
            if link.address is not None
        }
        known: dict[str, Sender] = {}
        for address, device in (lines | own).items():
            if device not in known:
                credential = inventory.credentials.get(inventory.devices[device].credential)
                known[device] = Sender(device, tuple(_chain(credential)))
            self._by_address[plain(address)] = known[device]

    def get(self, address: str) -> Sender | None:
        """Who has this address; None if nobody."""
        return self._by_address.get(address) or self._by_address.get(plain(address))


def _chain(credential: Credential | None) -> Iterator[Credential]:
    """A credential and those that are valid besides it."""
    while credential is not None:
        yield credential
        credential = credential.fallback


def plain(address: str) -> str:
    """An address as it is compared: IPv4 in IPv6 as IPv4, no zone; what is no address stays as it is."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    mapped = found.ipv4_mapped if isinstance(found, ipaddress.IPv6Address) else None
    return str(mapped or found)
