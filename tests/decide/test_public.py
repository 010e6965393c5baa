"""Can anything of what the network is made of be read by strangers?"""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netmon.decide.desk.state import Letter
from netmon.decide.telling.messages import speaker
from netmon.decide.telling.public import public_event, public_root, shield
from netmon.model import (
    Cause,
    Channel,
    Clue,
    Contact,
    Device,
    Event,
    Incident,
    IncidentEvent,
    Inventory,
    Kind,
    Link,
    Power,
    Site,
)
from netmon.run.compose import Composer
from netmon.settings.phrases import PLACEHOLDER
from tests.decide.messages_province import at, province
from tests.decide.told import MESSAGES, bare

LEAK = "leak"
"""Stands in every field that strangers may not read, also as an id."""


def leaky() -> Inventory:
    """A province in which everything that is not a place, a service or a carrier is called a leak."""
    made = province()

    def own(key: str) -> str:
        return f"leak-{key}"

    def device(one: Device) -> Device:
        role = "leak-2960" if one.role == "camera" else one.role
        return replace(
            one, id=own(one.id), name=f"Leak {one.id}", role=role, address="10.28.0.66", credential="leak", cli=None
        )

    def link(one: Link) -> Link:
        return replace(
            one, id=own(one.id), circuit=f"LEAK-{one.id}", kind="leak" if one.kind == "adsl" else one.kind,
            source=own(one.source), target=own(one.target), address="10.28.0.67", local="Leak0/1", remote="Leak0/2",
        )  # fmt: skip

    def site(one: Site) -> Site:
        someone = Contact(name="Leak", role="leak", phone="0900 leak", email="leak@example.vn")
        return replace(
            one, gateway=own(one.gateway or ""), contacts=(someone,), devices=tuple(map(own, one.devices)),
            uplinks=tuple(map(own, one.uplinks)), power=Power(supplier="Điện lực", customer="LEAK", phone="1900"),
        )  # fmt: skip

    return replace(
        made,
        vantage=own(made.vantage),
        anchors=tuple(map(own, made.anchors)),
        sites={key: site(one) for key, one in made.sites.items()},
        devices={own(key): device(one) for key, one in made.devices.items()},
        links={own(key): link(one) for key, one in made.links.items()},
        services={key: replace(one, on=own(one.on), address="leak.example.vn") for key, one in made.services.items()},
        carriers={key: replace(one, email="leak@vnpt.example.vn", phone="") for key, one in made.carriers.items()},
    )


INVENTORY = leaky()
COMPOSE = Composer(MESSAGES, INVENTORY, "vi", channels={"zalo": Channel(detail="public", address="chat")})
PHRASES: Mapping[str, str] = MESSAGES.languages["vi"].phrases.sections["clues"]
IDS = st.sampled_from(
    [*INVENTORY.sites, *INVENTORY.devices, *INVENTORY.links, *INVENTORY.services, "vnpt", "kv-van-yen"]
)
VALUES = st.one_of(
    IDS,
    st.sampled_from([LEAK, "leak, xuan-tam", "10.28.0.1", "fe80::1", "leak 0216", "http://leak/"]),
    st.floats(0, 2e9).map(str),
)


@st.composite
def clues(draw: st.DrawFn) -> Clue:
    """Evidence of any kind with anything in it."""
    key = draw(st.sampled_from([*PHRASES, "leak_new", LEAK]))
    names = {found[1] for found in PLACEHOLDER.finditer(PHRASES.get(key, ""))} | {"detail", "family", LEAK}
    return Clue(at(21, 14), LEAK, key, tuple((name, draw(VALUES)) for name in sorted(names)))


@st.composite
def events(draw: st.DrawFn) -> IncidentEvent:
    """Anything that may happen to any incident."""
    event = draw(st.sampled_from([one for one in get_args(Event) if one != "noted"]))
    kind: Kind = draw(st.sampled_from(get_args(Kind)))
    cause: Cause = draw(st.sampled_from(get_args(Cause)))
    some = st.lists(IDS, max_size=4, unique=True).map(tuple)
    incident = Incident(
        id=7, kind=kind, severity=draw(st.sampled_from(["critical", "warning"])), root=draw(IDS | st.just(LEAK)),
        seat=LEAK, state="resolved" if event == "resolved" else "open", cause=cause, opened_at=at(21, 14),
        resolved_at=at(22, 0) if event == "resolved" else None, affected=draw(some), links=draw(some),
        still_down=draw(some), flapping=draw(st.booleans()),
        evidence=tuple(draw(st.lists(clues(), max_size=5))),
    )  # fmt: skip
    return IncidentEvent(event=event, at=at(22, 1), incident=incident)


@settings(max_examples=150)
@given(event=events(), language=st.sampled_from(["vi", "en"]), person=st.booleans())
def test_nothing_leaks(event: IncidentEvent, language: str, person: bool) -> None:
    letter = Letter(event, to="binh" if person else "zalo", by="zalo", language=language, then=300.0)
    made = COMPOSE(letter, "7/opened/zalo/1")
    for part in made:
        assert LEAK not in part.lower()
        assert "10.28." not in part
        assert "fe80" not in part
    assert json.loads(made.body)["text"] == made.text
    assert made.text.count("\n") < 30


def test_what_is_left_still_tells_what_happened() -> None:
    event = bare(7, "outage", "xuan-tam", Clue(0.0, "x", "silent", (("target", "leak-xuan-tam-r1"), ("seconds", "12"))))
    event = replace(event, incident=replace(event.incident, affected=("xuan-tam",), links=("leak-xuan-tam/1",)))
    made = COMPOSE(Letter(event, to="zalo", by="zalo"), "7/opened/zalo/1")
    assert made.text.splitlines()[:2] == [
        "[MẤT] Xã Xuân Tầm mất liên lạc từ 21:14",
        "Hỏng: kênh FTTH (VNPT Yên Bái): router không trả lời suốt 12 s; chưa rõ mất điện hay đứt cáp.",
    ]
    incident = json.loads(made.body)["incident"]
    assert (incident["root"], incident["affected"], incident["links"]) == ("xuan-tam", ["xuan-tam"], [])
    assert [clue["text"] for clue in incident["evidence"]] == ["router không trả lời suốt 12 s"]


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("silent", {"target": "xuan-tam", "seconds": "4.5"}),
        ("group", {"count": "3", "area": "kv-van-yen"}),
        ("carrier_lines", {"count": "2", "carrier": "vnpt"}),
        ("look_says", None),
        ("path_now", None),
        ("service_says", None),
        ("port_down", {"device": "leak-xuan-tam-r1"}),
        ("lan_host_new", None),
    ],
)
def test_free_text_has_no_place(text: str, kept: dict[str, str] | None) -> None:
    values = {
        "target": "xuan-tam", "seconds": "4.5", "asked": "icmp", "count": "3", "area": "kv-van-yen", "carrier": "vnpt",
        "device": "leak-xuan-tam-r1", "command": "display version", "output": "VRP 5.170 AR2220", "path": "10.0.0.1",
        "text": "HTTP 502", "port": "Gi0/0/4", "mac": "02:00:00:00:00:01",
    }  # fmt: skip
    if text == "carrier_lines":
        values["count"] = "2"
    guard = shield(speaker(MESSAGES, INVENTORY, "vi"))
    left = public_event(bare(7, "outage", "xuan-tam", Clue(1.0, "x", text, tuple(values.items()))), guard)
    assert [dict(clue.values) for clue in left.incident.evidence] == ([] if kept is None else [kept])


def test_the_root_of_a_device_or_a_line_is_its_site() -> None:
    guard = shield(speaker(MESSAGES, INVENTORY, "vi"))
    roots = ("leak-xuan-tam-r1", "leak-xuan-tam/1", "xuan-tam", "vnpt", "cqh-onestop")
    shown = [public_root(bare(7, "outage", root).incident, guard) for root in roots]
    assert shown == ["xuan-tam", "xuan-tam", "xuan-tam", "vnpt", "cqh-onestop"]
