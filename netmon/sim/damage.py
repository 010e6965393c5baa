"""What is broken, and what does that leave of a line?"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from netmon.model import Inventory
from netmon.sim import queueing
from netmon.sim.bursts import Bursts
from netmon.sim.names import VANTAGE, lines_named, machines_named
from netmon.sim.ports import USUAL_BANDWIDTH
from netmon.sim.services import Services


@dataclass(slots=True)
class Damage:
    """Everything that is broken now, by id. `holes` are lines that swallow what is sent while their ports stay up,
    `hung` devices whose SNMP agent is dead, `slow` seconds by which a line or a device is late, `load` what
    wants over a line (bit/s), `dark` sites without mains, `isolated` whether the vantage is cut off."""

    inventory: Inventory
    services: Services
    cut: set[str] = field(default_factory=set)
    holes: set[str] = field(default_factory=set)
    failed: set[str] = field(default_factory=set)
    hung: set[str] = field(default_factory=set)
    slow: dict[str, float] = field(default_factory=dict)
    load: dict[str, int] = field(default_factory=dict)
    loss: dict[str, float] = field(default_factory=dict)
    bursts: dict[str, Bursts] = field(default_factory=dict)
    dark: set[str] = field(default_factory=set)
    isolated: bool = False

    def carrier(self, link: str) -> bool:
        """Whether the line itself gives its ports a signal: not cut, no node on it dead, not of a vantage cut off."""
        line = self.inventory.links[link]
        if link in self.cut or (self.failed and any(node in self.failed for node in line.via)):
            return False
        return not (self.isolated and self.inventory.vantage in (line.source, line.target))

    def carries(self, link: str) -> bool:
        """Whether anything sent into the line comes out at its other end."""
        return link not in self.holes and self.carrier(link)

    def late(self, link: str) -> float:
        """Seconds that a round trip over the line takes longer than over a healthy one."""
        return self.slow.get(link, 0.0) + queueing.wait(self.load.get(link, 0), self._bandwidth(link))

    def lossy(self, link: str) -> float:
        """The share of all round trips over the line that is lost, but for bursts."""
        arrives = 1.0 - queueing.dropped(self.load.get(link, 0), self._bandwidth(link))
        return 1.0 - arrives * (1.0 - self.loss.get(link, 0.0))

    def _bandwidth(self, link: str) -> int:
        return self.inventory.links[link].bandwidth or USUAL_BANDWIDTH

    def dead_lines(self) -> frozenset[str]:
        """Lines that the routers find out not to carry anything, by their ports or by missing hellos."""
        return frozenset(link for link in self.inventory.links if not self.carries(link))

    def mend_all(self) -> None:
        """Nothing is broken any more."""
        for broken in (self.cut, self.holes, self.failed, self.hung, self.dark):
            broken.clear()
        for troubled in (self.slow, self.load, self.loss, self.bursts):
            troubled.clear()
        self.isolated = False
        self.services.mend()

    def mend(self, each: str) -> None:
        """What this id names is as good as new: a line, device, node, site, service, all lines of a carrier, the
        vantage."""
        known = self.inventory
        if each in known.services:
            self.services.mend([each])
            return
        if each in (VANTAGE, known.vantage):
            self.isolated = False
            return
        if each in known.links or each in known.sites or each in known.carriers:
            self._mend_lines(lines_named(known, each))
        if each not in known.links and each not in known.carriers:
            self._mend_machines(machines_named(known, each))
            self.dark.discard(each)

    def lose(self, link: str, rate: float, bursts: Bursts | None) -> None:
        """Let a line lose so much, or in these bursts, from now on. ValueError for a rate that is no share."""
        if not 0 <= rate <= 1:
            raise ValueError(f"a loss rate is from 0 to 1, not {rate}")
        self.loss.pop(link, None)
        self.bursts.pop(link, None)
        if bursts is not None:
            self.bursts[link] = bursts
        elif rate:
            self.loss[link] = rate

    def _mend_lines(self, links: Iterable[str]) -> None:
        for link in links:
            self.cut.discard(link)
            self.holes.discard(link)
            self.slow.pop(link, None)
            self.load.pop(link, None)
            self.loss.pop(link, None)
            self.bursts.pop(link, None)

    def _mend_machines(self, machines: Iterable[str]) -> None:
        for machine in machines:
            self.failed.discard(machine)
            self.hung.discard(machine)
            self.slow.pop(machine, None)
