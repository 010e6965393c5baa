"""What would answer, if these lines were cut and these devices dead?

The model of a province that can be broken. It sends nothing and decides nothing: it says what the vantage can
reach, with how much loss and delay, which ports are up, and what devices say unasked. What happens by itself
later (a device has booted, a battery is empty) happens when anyone next asks, as of its own time.
"""

from collections.abc import Callable, Iterable, Set
from functools import partial

from netmon.clock import Clock, SystemClock
from netmon.model import Inventory
from netmon.sim.agenda import Agenda
from netmon.sim.bursts import Bursts
from netmon.sim.convergence import Convergence
from netmon.sim.damage import Damage
from netmon.sim.life import Life
from netmon.sim.names import VANTAGE, devices_named, lines_named, machines_named
from netmon.sim.offers import offers
from netmon.sim.power import RUNTIME, Battery
from netmon.sim.routes import graph
from netmon.sim.services import Services
from netmon.sim.traps import Trap, Voices
from netmon.sim.view import Answer, Path, View

Settle = float | tuple[float, float]

_SPOKEN = 1.0  # seconds from the routers' knowing a device that has booted to its coldStart


class Network:
    """A province that can be broken, seen from its vantage. `services` are broken by themselves.

    `settle` is how many seconds the routing needs after each change, or from how many to how many; until then
    packets go where they went before, into the hole if it is one. The vantage's own device can always be reached.
    """

    def __init__(
        self, inventory: Inventory, seed: int = 0, *, clock: Clock | None = None, settle: Settle = 0.0
    ) -> None:
        self.inventory, self.seed = inventory, seed
        self.version = 0  # counts changes, for those who keep what they computed from the model
        self._clock = clock or SystemClock()
        self.services = Services(offers(inventory), self._clock.now(), secures=True)
        self._damage = Damage(inventory, self.services)
        ways, span = graph(inventory), settle if isinstance(settle, tuple) else (settle, settle)
        self._routing = Convergence(ways, inventory.vantage, span, f"{seed}/settle")
        self._view = View(inventory, ways, self._damage, self._routing)
        self._voices = Voices(self._damage, self._view)
        self._life = Life(inventory, seed, self._clock.now())
        self._agenda = Agenda()

    # --- verbs --------------------------------------------------------------------------------

    def cut(self, *ids: str) -> None:
        """Cut lines: a link, or all lines that a site or a carrier owns. LookupError for anything else."""
        self._damage.cut.update(line for each in ids for line in lines_named(self.inventory, each))
        self._changed(self._now())

    def blackhole(self, *ids: str) -> None:
        """Let lines (as for `cut`) swallow everything while their ports stay up; the routers miss their hellos."""
        self._damage.holes.update(line for each in ids for line in lines_named(self.inventory, each))
        self._changed(self._now())

    def fail(self, *ids: str) -> None:
        """Take the power from devices, from nodes without address, or from whole sites: with a dying gasp from
        devices that carry lines. The vantage itself is isolated instead."""
        machines = [machine for each in ids for machine in machines_named(self.inventory, each)]
        self._damage.isolated |= VANTAGE in ids or self.inventory.vantage in ids
        self._lose_power(machines, self._now())

    def reboot(self, device: str, seconds: float) -> None:
        """Let a device, or all of a site, be away for so long and start anew."""
        now, machines = self._now(), frozenset(devices_named(self.inventory, device))
        gone = machines - self._damage.failed - {self.inventory.vantage}
        self._damage.failed |= gone
        self._changed(now)
        self._agenda.add(now + seconds, partial(self._start, gone))

    def hang(self, *ids: str) -> None:
        """Let the SNMP agents of devices, or of whole sites, die: they ping and answer nothing else asked by SNMP."""
        self._damage.hung.update(machine for each in ids for machine in devices_named(self.inventory, each))
        self._touched()

    def slow(self, each: str, seconds: float) -> None:
        """Let each answer of a device, or each round trip over a line, take so much longer; 0 ends it."""
        if each not in self.inventory.links and each not in self.inventory.devices:
            raise LookupError(f"no link or device {each}")
        self._damage.slow[each] = seconds
        self._touched()

    def load(self, each: str, offered: int) -> None:
        """Let so many bit/s want over each line (as for `cut`): it queues, and drops what is too much; 0 ends it."""
        self._damage.load.update(dict.fromkeys(lines_named(self.inventory, each), offered))
        self._touched()

    def loss(self, each: str, rate: float, burst: float | None = None) -> None:
        """Let lines (as for `cut`) lose the share `rate` of all round trips, 0 for none; with `burst`, in bursts of
        about that many seconds. The routers do not notice. ValueError for a rate that is no share."""
        now, lines = self._now(), lines_named(self.inventory, each)
        for link in lines:
            seed, bursty = f"{self.seed}/burst/{link}/{self.version}", burst is not None and 0 < rate < 1
            self._damage.lose(link, rate, Bursts(rate, burst or 0.0, now, seed) if bursty else None)
        self._touched()

    def power(self, site: str, runtime: float = RUNTIME) -> None:
        """Cut a site from the mains: it dies at once, or, with a UPS that works, when its battery is empty;
        full, that lasts `runtime` seconds. LookupError if there is no such site."""
        now = self._now()
        if site not in self.inventory.sites:
            raise LookupError(f"no site {site}")
        self._damage.dark.add(site)
        supplies = self._life.supplies(site)
        if self._damage.failed.issuperset(supplies):
            self._lose_power(self.inventory.sites[site].devices, now)
            return
        battery = self._life.battery(site)
        battery.runtime = runtime
        battery.switch(True, now)
        self._touched()
        self._agenda.add(now + battery.remaining(now), partial(self._drained, site))
        for each in supplies:  # one that is dead says nothing
            self._voices.say(each, "on_battery", now)

    def isolate(self) -> None:
        """Cut the vantage off, from every tie and line."""
        self._damage.isolated = True
        self._changed(self._now())

    def restore(self, ids: Iterable[str] | None = None) -> frozenset[str]:
        """Mend what the ids name (as for the other verbs, the vantage, services), or everything; returns the devices
        that start again by it: their uptime begins anew."""
        now = self._now()
        failed, dark = set(self._damage.failed), set(self._damage.dark)
        if ids is None:
            self._damage.mend_all()
        else:
            for each in (ids,) if isinstance(ids, str) else ids:
                self._damage.mend(each)
        return self._started(failed - self._damage.failed, dark - self._damage.dark, now)

    # --- queries ------------------------------------------------------------------------------

    def reach(self, device: str) -> Path | None:
        """The way from the vantage to a device as it is now, or None."""
        return self._view.path(device, self._now())

    def answers(self, address: str) -> Answer:
        """What asking an address would bring. A line's answers while the line and both its ends live and either
        end can be reached: its near end over the line itself."""
        return self._view.answer(address, self._now())

    def owner(self, address: str) -> str | None:
        """The device that answers at an address."""
        return self._view.owner(address)

    def line_up(self, link: str) -> bool:
        """Whether a line carries anything."""
        return self._damage.carries(link)

    def port_up(self, device: str, port: str) -> bool:
        """Whether any line in an interface has a signal and a live far end; one without a line is up."""
        return self._view.port_up(device, port)

    def alive(self, device: str) -> bool:
        """Whether a device has power, reachable or not."""
        return device not in self._damage.failed

    def hung(self, device: str) -> bool:
        """Whether a device's SNMP agent is dead while the device lives."""
        return device in self._damage.hung

    def boots(self, device: str) -> int:
        """How often a device has started."""
        return self._life.boots(device)

    def booted_at(self, device: str) -> float:
        """When a device last started, seconds since the epoch; days before the model's birth at first."""
        return self._life.booted_at(device)

    def battery(self, device: str) -> Battery | None:
        """What a UPS has in it; None for any other device."""
        found = self.inventory.devices[device]
        return self._life.battery(found.site) if found.role == "ups" else None

    def watch(self, hear: Callable[[Trap], None]) -> None:
        """Let somebody hear what devices that can reach the vantage say from now on."""
        self._voices.listen(hear)

    def due(self) -> float | None:
        """When something happens by itself next, seconds since the epoch: whoever wants it on time asks then."""
        now = self._now()
        return min((at for at in (*self._agenda.due(), *self._routing.due()) if at > now), default=None)

    # --- what follows from what ---------------------------------------------------------------

    def _now(self) -> float:
        """The time, after everything that had to happen by then."""
        now = self._clock.now()
        for at, happen in self._agenda.take(now):
            self._learn(at)
            happen(at)
        self._learn(now)
        return now

    def _learn(self, now: float) -> None:
        if self._routing.stale and self._routing.catch_up(now):
            self._touched()

    def _touched(self) -> None:
        self.version += 1
        self._view.forget()

    def _changed(self, now: float) -> float:
        """Let routers and ports know; returns when the routers will."""
        self._touched()
        settled = self._routing.changed(now, frozenset(self._damage.failed), self._damage.dead_lines())
        self._learn(now)
        self._voices.ports(now)
        return settled

    def _lose_power(self, machines: Iterable[str], now: float) -> None:
        gone = set(machines) - self._damage.failed - {self.inventory.vantage}
        self._voices.gasp(gone, now)
        self._damage.failed |= gone
        self._changed(now)

    def _drained(self, site: str, now: float) -> None:
        """The battery may be empty; it is not if the mains came back meanwhile."""
        battery = self._life.battery(site)
        if battery.empty(now):
            self._lose_power(self.inventory.sites[site].devices, now)

    def _start(self, devices: frozenset[str], now: float) -> None:
        started = devices & self._damage.failed
        self._damage.failed -= started
        self._started(started, frozenset(), now)

    def _started(self, machines: Set[str], lit: Set[str], now: float) -> frozenset[str]:
        """These have power again, and these sites the mains; what they say of it waits until it can be heard."""
        devices = frozenset(machines) & self.inventory.devices.keys()
        self._life.start(devices, now)
        self._life.mains(lit, now)
        settled = self._changed(now)
        for device in sorted(devices) if self._voices else ():
            self._agenda.add(settled + _SPOKEN, partial(self._voices.say, device, "cold_start"))
        for site in sorted(lit) if self._voices else ():
            for supply in self._life.supplies(site):
                self._agenda.add(settled, partial(self._voices.say, supply, "on_mains"))
        return devices
