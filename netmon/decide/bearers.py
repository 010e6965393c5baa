"""By what is a service out of reach if it is silent: which device carries it?

The one that it hangs on. A server that answers neither pings nor SNMP tells nothing about the way to it, so where
that one has never been heard the gateway of its site stands for it.
"""

from collections.abc import Mapping

from netmon.decide.detect import Watch
from netmon.model import Inventory


def bearer(inventory: Inventory, watches: Mapping[str, Watch], service: str) -> str:
    """The device whose silence explains the silence of this service."""
    on = inventory.services[service].on
    gateway = inventory.sites[inventory.devices[on].site].gateway
    return on if gateway is None or _heard(watches, on) or not _heard(watches, gateway) else gateway


def _heard(watches: Mapping[str, Watch], device: str) -> bool:
    """Has it ever answered?"""
    watch = watches.get(device)
    return watch is not None and watch.silent is not None
