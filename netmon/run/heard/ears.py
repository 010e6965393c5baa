"""What do devices say unasked, and who has to know?

Two ears, for SNMP traps and for syslog, that hear the same way: the sender of a datagram is looked up, its size and its
sender's share of attention are checked, before anything in it is read. What it means is evidence (TrapSeen): the
verdict then polls what it is about. An ear decides nothing, and nothing that is sent to it may end the service.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Protocol

import structlog

from netmon.clock import Clock
from netmon.errors import NetmonError
from netmon.model import Credential, Evidence, Inventory, TrapKind, TrapSeen
from netmon.run.heard.limits import ALL_BURST, ALL_RATE, KEPT, Bucket, Counts
from netmon.run.heard.means import Meanings, Port, pick, trap_port
from netmon.run.heard.who import Sender, Senders
from netmon.wire import syslog
from netmon.wire.traps.head import Ignored, Notification

LONGEST = 8192
"""Octets of a datagram; SNMP over Ethernet needs 1472 (RFC 3417, 3.2)."""
SAID = 60.0
"""Seconds between two lines of the log about one sender."""
ABOUT_PORT = ("link_down", "link_up")

Names = Callable[[str], Iterable[tuple[str, ...]]]
"""What a device calls its interfaces: (ifName, ifAlias, ifDescr, ifIndex) of each, by device."""
Answer = Callable[[bytes, tuple[str, int]], None]

log = structlog.get_logger()


class Teller:
    """Hands on what was heard, once it is clear which port of the inventory it is about."""

    def __init__(self, inventory: Inventory, hear: Callable[[Iterable[Evidence]], None], clock: Clock, names: Names):
        self._hear, self._clock, self._names = hear, clock, names
        self.use(inventory)

    def use(self, inventory: Inventory) -> None:
        """Know the lines of this inventory from now on."""
        self._ports: dict[str, set[str]] = {}
        for link in inventory.links.values():
            for device, port in link.ends:
                if port:
                    self._ports.setdefault(device, set()).add(port)

    def tell(self, device: str, what: TrapKind, said: Port) -> bool:
        """Hand it on; False if it is about a port that no line of the inventory is in."""
        port = self.port(device, said) if what in ABOUT_PORT else ""
        if port is None:
            return False
        self._hear([TrapSeen(device, self._clock.now(), what, port)])
        return True

    def port(self, device: str, said: Port) -> str | None:
        """The port by its name in the inventory; "" if that is not known yet, None if no line is in it."""
        lines = self._ports.get(device)
        if not lines:
            return None
        if said.name in lines:
            return said.name
        rows = list(self._names(device))
        if said.name:
            name = pick(said.name, rows)
            return name if name in lines else pick(said.name, [(each,) for each in lines]) or None
        if said.number and rows:
            name = next((row[0] for row in rows if row[-1] == said.number), "")
            return name if name in lines else None
        return ""


class Gate:
    """Lets through what known senders say, as long as it is not too much; counts and names the rest."""

    def __init__(self, what: str, inventory: Inventory, counts: Counts) -> None:
        self._what, self._counts = what, counts
        self._all = Bucket(ALL_RATE, ALL_BURST)
        self._strangers: set[str] = set()
        self.use(inventory)

    def use(self, inventory: Inventory) -> None:
        """Know these senders from now on."""
        self.senders = Senders(inventory)

    def admit(self, datagram: bytes, address: str, now: float) -> Sender | None:
        """Who says it, if it is to be read."""
        sender = self.senders.get(address)
        if sender is None:
            if address not in self._strangers and len(self._strangers) < KEPT:
                self._strangers.add(address)
                log.warning(f"{self._what} from an address that the inventory does not know", address=address)
            self._counts.dropped["unknown_sender"] += 1
        elif len(datagram) > LONGEST:
            self._counts.dropped["too_long"] += 1
        elif not sender.bucket.take(now) or not self._all.take(now):
            self._counts.dropped["storm"] += 1
        else:
            return sender
        return None

    def refuse(self, sender: Sender, reason: str, now: float) -> None:
        """Count what is not believed; each device is named when the reason changes, and not more often than SAID."""
        self._counts.dropped[reason] += 1
        if sender.trouble != reason and now - sender.named_at >= SAID:
            sender.trouble, sender.named_at = reason, now
            log.warning(f"{self._what} not taken", device=sender.device, why=reason)


class Ear(Protocol):
    """Something that datagrams can be given to."""

    counts: Counts

    def use(self, inventory: Inventory) -> None:
        """Go by this inventory from now on."""
        ...

    def hear(self, datagram: bytes, source: tuple[str, int], answer: Answer) -> None:
        """A datagram; `answer` sends one back. Raises nothing, whatever it is."""
        ...


class Receiver(Protocol):
    """What decodes traps: netmon.wire.traps.receiver, which is imported only where traps are listened for."""

    def hear(
        self, datagram: bytes, source: tuple[str, int], credentials: Sequence[Credential], now: float, answer: Answer
    ) -> Notification | None:
        """What it says; None if it was answered and says nothing. Raises Ignored or SecretMissing."""
        ...


class TrapEar:
    """Hears SNMP traps and informs."""

    def __init__(
        self,
        inventory: Inventory,
        teller: Teller,
        clock: Clock,
        receiver: Receiver,
        meanings: Meanings,
        names: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        """`names`: what MIBs call traps, by OID."""
        self.counts = Counts()
        self._teller, self._clock, self._receiver = teller, clock, receiver
        self._meanings, self._names = meanings, names
        self._gate = Gate("traps", inventory, self.counts)

    def use(self, inventory: Inventory) -> None:
        """Go by this inventory from now on."""
        self._gate.use(inventory)

    def hear(self, datagram: bytes, source: tuple[str, int], answer: Answer) -> None:
        """A datagram from `source`."""
        now = self._clock.now()
        sender = self._gate.admit(datagram, source[0], now)
        if sender is None:
            return
        try:
            said = self._receiver.hear(datagram, source, sender.credentials, now, answer)
        except Ignored as error:
            self._gate.refuse(sender, error.reason, now)
            return
        except NetmonError:  # a credential that cannot be used: its secret is gone or too short
            self._gate.refuse(sender, "credential", now)
            return
        sender.trouble = ""
        if said is None:
            self.counts.dropped["answered"] += 1
            return
        named = self._gate.senders.get(said.agent) if said.agent else None
        device = sender.device if named is None else named.device
        what = self._meanings.of_trap(said.trap, said.values)
        if what is None:
            self.counts.dropped["unknown_trap"] += 1
            name = self._names.get(said.trap, said.trap)
            if self.counts.stranger(name):
                log.info("a trap that means nothing to netmon", device=device, trap=said.trap, name=name)
        elif self._teller.tell(device, what, trap_port(said.values)):
            self.counts.received[what] += 1
        else:
            self.counts.dropped["unknown_port"] += 1


class SyslogEar:
    """Hears lines of syslog."""

    def __init__(self, inventory: Inventory, teller: Teller, clock: Clock, meanings: Meanings) -> None:
        self.counts = Counts()
        self._teller, self._clock, self._meanings = teller, clock, meanings
        self._gate = Gate("syslog", inventory, self.counts)

    def use(self, inventory: Inventory) -> None:
        """Go by this inventory from now on."""
        self._gate.use(inventory)

    def hear(self, datagram: bytes, source: tuple[str, int], answer: Answer) -> None:
        """A datagram from `source`; nothing is answered."""
        now = self._clock.now()
        sender = self._gate.admit(datagram, source[0], now)
        if sender is None:
            return
        line = syslog.text(datagram)
        found = self._meanings.of_line(line)
        if not line:
            self._gate.refuse(sender, "unreadable", now)
        elif found is None:
            self.counts.dropped["unknown_line"] += 1
        elif self._teller.tell(sender.device, found[0], Port(found[1])):
            self.counts.received[found[0]] += 1
        else:
            self.counts.dropped["unknown_port"] += 1
