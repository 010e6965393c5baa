"""Since when does each device run, and what is in the batteries?"""

import random
from collections.abc import Iterable

from netmon.model import Inventory
from netmon.sim.power import Battery

_DAY = 86400.0


class Life:
    """Starts of devices and batteries of sites. What is older than the model began 2 to 200 days before it."""

    __slots__ = ("_batteries", "_boots", "_born", "_inventory", "_seed")

    def __init__(self, inventory: Inventory, seed: int, born: float) -> None:
        self._inventory, self._seed, self._born = inventory, seed, born
        self._boots: dict[str, tuple[float, int]] = {}
        self._batteries: dict[str, Battery] = {}

    def start(self, devices: Iterable[str], now: float) -> None:
        """These devices start anew."""
        for device in devices:
            self._boots[device] = (now, self.boots(device) + 1)

    def boots(self, device: str) -> int:
        """How often a device has started."""
        return self._boots.get(device, (0.0, 1))[1]

    def booted_at(self, device: str) -> float:
        """When a device last started, seconds since the epoch."""
        if device in self._boots:
            return self._boots[device][0]
        return self._born - random.Random(f"{self._seed}/age/{device}").uniform(2, 200) * _DAY  # noqa: S311

    def supplies(self, site: str) -> list[str]:
        """The devices of a site that are a UPS."""
        devices = self._inventory.devices
        return [each for each in self._inventory.sites[site].devices if devices[each].role == "ups"]

    def battery(self, site: str) -> Battery:
        """What feeds a site that has a UPS when its mains are gone."""
        if site not in self._batteries:
            self._batteries[site] = Battery()
        return self._batteries[site]

    def mains(self, sites: Iterable[str], now: float) -> None:
        """These sites have mains again."""
        for site in sites:
            if site in self._batteries:
                self._batteries[site].switch(False, now)
