"""What is done to the network, to the desk and to netmon itself, one thing after the other, when a script is played?"""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Literal, cast

from netmon.settings.script_language import EventEntry, SayEntry

Verb = Literal[
    "cut", "blackhole", "loss", "slow", "load", "fail", "reboot", "hang", "power", "isolate", "status", "expire",
    "clock", "say", "refuse", "stall", "works", "kill", "reload", "restore",
]  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """One thing done to the network, `at` so many seconds after the start; no ids = everything, or the clock.

    `bits` is how much wants over a line, bit/s; `status` an HTTP status. `said` is what a colleague says.
    """

    at: float
    verb: Verb
    on: tuple[str, ...] = ()
    seconds: float | None = None
    rate: float = 0.0
    burst: float | None = None
    bits: int = 0
    status: int = 0
    said: SayEntry | None = None

    def __str__(self) -> str:
        if self.said is not None:
            return str(self.said)
        words = [self.verb, ", ".join(self.on) or ("all" if self.verb == "restore" else "")]
        if self.verb == "loss":
            words.append(f"{self.rate:.4g}" if self.rate < 0.0001 else f"{100 * self.rate:.4g}%")
        if self.burst is not None:
            words.append(f"in bursts of {self.burst:g} s")
        if self.verb == "load":
            words.append(f"{self.bits / 1e6:g} Mbit/s")
        if self.verb == "status":
            words.append(str(self.status))
        if self.verb == "expire":
            words.append(f"in {(self.seconds or 0.0) / 86400:g} d")
        elif self.seconds is not None:
            words.append(f"{self.seconds:+g} s" if self.verb == "clock" else f"{self.seconds:g} s")
        return " ".join(word for word in words if word)


def deeds(event: EventEntry) -> Iterator[Deed]:
    """What one event of the file comes to."""
    [verb] = event.verbs()
    at, said = event.at, asdict(event)[verb]
    if event.flap is not None:
        yield from _turns(event.flap, at, event.down or 1.0, event.up or 1.0, event.until or at)
    elif event.loss is not None:
        for name, loss in event.loss.items():
            yield Deed(at=at, verb="loss", on=(name,), rate=loss.rate, burst=loss.burst)
    elif event.load is not None:
        for name, bits in event.load.items():
            yield Deed(at=at, verb="load", on=(name,), bits=bits)
    elif event.status is not None:
        for name, status in event.status.items():
            yield Deed(at=at, verb="status", on=(name,), status=status)
    elif event.clock is not None:
        yield Deed(at=at, verb="clock", seconds=event.clock)
    elif event.say is not None:
        yield Deed(at=at, verb="say", said=event.say)
    elif event.kill is not None:
        yield Deed(at=at, verb="kill", seconds=event.kill)
    elif event.reload is not None:
        yield Deed(at=at, verb="reload", on=(event.reload,))
    elif isinstance(said, dict):
        for name, seconds in said.items():
            yield Deed(at=at, verb=cast("Verb", verb), on=(name,), seconds=seconds)
    else:
        yield Deed(at=at, verb=cast("Verb", verb), on=() if said == ("all",) else tuple(said))


def _turns(on: tuple[str, ...], at: float, down: float, up: float, until: float) -> Iterator[Deed]:
    """Cut and mended, over and over; whole at the end."""
    while at < until:
        yield Deed(at=at, verb="cut", on=on)
        yield Deed(at=min(at + down, until), verb="restore", on=on)
        at += down + up
