"""One message of each kind as a person reads it, for the golden files beside; `python -m tests.decide.told` writes them
anew, to be read before they are kept."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import pytest

from netmon.decide.telling.messages import render, speaker
from netmon.decide.telling.public import shield
from netmon.decide.telling.reply import Reply
from netmon.model import Cause, Clue, Event, Incident, IncidentEvent, Kind
from netmon.settings.messages import load_messages
from netmon.wire.modem.fit import fit
from tests.conftest import ROOT
from tests.decide.messages_province import at, blind, district_cut, fallback, half_blind, poor_adsl, province, storm

MESSAGES = load_messages(ROOT / "alerts" / "messages")
INVENTORY = province()
GOLDEN = Path(__file__).parent / "golden"
TAKES = Reply(asked=True, then=300.0)
CLICKS = Reply(asked=True, then=300.0, link="https://noc.yenbai.example.vn/a/Zx81")


class Told(NamedTuple):
    """A message: what it shows, the event, who reads it, and whether strangers do."""

    title: str
    event: IncidentEvent
    reply: Reply = TAKES
    public: bool = False


def bare(number: int, kind: Kind, root: str, *evidence: Clue, over: bool = False) -> IncidentEvent:
    """A warning that was told ten seconds after it began; `over`: a bulletin."""
    incident = Incident(
        id=number, kind=kind, severity="warning", root=root, seat=root, state="resolved" if over else "open",
        cause="unknown", opened_at=at(21, 14), resolved_at=at(21, 14) if over else None, evidence=evidence,
    )  # fmt: skip
    return IncidentEvent(event="opened", at=at(21, 14, 10), incident=incident)


def later(event: IncidentEvent, name: Event, hour: int, minute: int) -> IncidentEvent:
    return replace(event, event=name, at=at(hour, minute))


def ended(event: IncidentEvent, hour: int, minute: int, cause: Cause = "unknown") -> IncidentEvent:
    then = at(hour, minute)
    incident = replace(event.incident, state="resolved", resolved_at=then, cause=cause)
    return IncidentEvent(event="resolved", at=then + 3, incident=incident)


def examples() -> Iterator[Told]:
    """All kinds of incidents, and what becomes of them."""
    said = Clue(0.0, "cqh-onestop", "service_says", (("asked", "http"), ("text", "HTTP 502, https://10.28.4.11/")))
    host = Clue(0.0, "cqh-onestop", "service_host", (("device", "chau-que-ha-r1"),))
    ends = (("service", "cqh-onestop"), ("until", str(at(8, 0, day=28))), ("left", "475200"))
    diff = "+ interface Gi0/0/5\n+  ip address 10.28.9.1/30"
    lines = (("added", "2"), ("removed", "0"), ("who", "quan"), ("commit", "1f2e3d4"), ("detail", diff))
    unseen = Clue(0.0, "-", "never_seen", (("count", "2"), ("targets", "cqh-cam1, xuan-tam-r1")))
    service = bare(4133, "service", "cqh-onestop", said, host)
    yield Told("outage, a person, escalates", district_cut())
    yield Told("outage, a person, the last step", district_cut(), Reply(asked=True))
    yield Told("outage, a channel", district_cut(), Reply())
    yield Told("outage, with a link", district_cut(), CLICKS)
    yield Told("outage, strangers", district_cut(), Reply(), public=True)
    yield Told("outage, escalated", later(district_cut(), "escalated", 21, 19))
    yield Told("outage, reminded", later(district_cut(), "reminded", 21, 34))
    yield Told("outage, updated", later(district_cut(), "updated", 21, 16))
    yield Told("outage, resolved", ended(district_cut(), 23, 2, "fibre"))
    yield Told("outage of a carrier", half_blind())
    yield Told("outage of an area", storm())
    yield Told("redundancy lost", fallback(), Reply(asked=True))
    yield Told("redundancy lost, escalates", fallback())
    yield Told("redundancy lost, strangers", fallback(), Reply(), public=True)
    yield Told("redundancy lost, resolved", ended(fallback(), 4, 10))
    yield Told("degraded", poor_adsl(), Reply(asked=True))
    yield Told("degraded, strangers", poor_adsl(), Reply(), public=True)
    yield Told("degraded, resolved", ended(poor_adsl(), 9, 40))
    yield Told("blind", blind())
    yield Told("blind, strangers", blind(), Reply(), public=True)
    yield Told("blind, resolved", ended(blind(), 3, 40))
    yield Told("service", service)
    yield Told("service, strangers", service, Reply(), public=True)
    yield Told("service, resolved", ended(service, 21, 40))
    yield Told("certificate", bare(4134, "threshold", "cqh-onestop", Clue(0.0, "-", "certificate_expires", ends)))
    yield Told("unseen", bare(4135, "unseen", "yb-noc", unseen))
    yield Told("unseen, strangers", bare(4135, "unseen", "yb-noc", unseen), Reply(), public=True)
    changed = bare(4136, "change", "van-yen-r1", Clue(0.0, "-", "config_changed", lines), over=True)
    yield Told("change", changed)
    yield Told("change, strangers", changed, Reply(), public=True)
    yield Told("alert", bare(4137, "alert", "van-yen-r1", said))
    yield Told("drill", bare(4138, "drill", "yb-noc"))


def text(one: Told, language: str) -> str:
    """The message; a template that cannot be used fails the test."""
    hidden = shield(speaker(MESSAGES, INVENTORY, language)) if one.public else None
    return render(MESSAGES, INVENTORY, one.event, language, pytest.fail, reply=one.reply, shield=hidden)[1]


def golden(language: str) -> str:
    """What the golden file of a language holds: each message, and as an SMS where that is another text."""
    parts = []
    for one in examples():
        whole = text(one, language)
        parts.append(f"== {one.title}\n{whole}\n")
        if one.reply.asked and not one.reply.link:
            parts.append(f"-- SMS\n{fit(whole, 2, accents=False)}\n")
    return "\n".join(parts)


if __name__ == "__main__":
    for each in MESSAGES.languages:
        (GOLDEN / f"{each}.txt").write_text(golden(each), encoding="utf-8")
