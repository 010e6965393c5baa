"""What does everybody see on the wall, and what does nobody?"""

import json
from dataclasses import replace
from functools import cache
from typing import Any

import pytest

from netmon.decide.shapes import Marks
from netmon.decide.telling.messages import speaker
from netmon.decide.telling.words import Speaker
from netmon.decide.wall import Open, rooms, wall
from netmon.model import Cause, Incident, Kind, Mark, MarkKind, Standing, State
from netmon.settings.project import Project
from tests.province import SMALL, T0, made


@cache
def project() -> Project:
    return made(
        SMALL.replace(
            "name: B1\n", "name: Xã Bản Một\n    area: kv-d\n    contacts: [{name: Lan, phone: '0216 000 0103'}]\n"
        )
        .replace("name: B2\n", "name: Xã Bản Hai\n    area: kv-d\n")
        .replace("name: D\n", "name: Huyện Đ\n    area: kv-d\n")
        .replace("address: 10.9.1.1}", "address: 10.9.1.1, circuit: SECRET-01}")
    )


def said_in(language: str) -> Speaker:
    return speaker(project().messages, project().inventory, language)


def incident(
    number: int, kind: Kind = "outage", root: str = "d", cause: Cause = "unknown", affected: tuple[str, ...] = ("d",)
) -> Incident:
    severity: Any = "critical" if kind in ("outage", "blind") else "warning"
    return Incident(
        id=number, kind=kind, severity=severity, root=root, seat=root, state="open", cause=cause, opened_at=T0 + number,
        affected=affected,
    )  # fmt: skip


def shown(
    states: dict[str, State], *opened: Open, marks: tuple[tuple[str, MarkKind], ...] = (), language: str = "vi"
) -> dict[str, Any]:
    standings = {key: Standing(state, T0) for key, state in states.items()}
    beside = {(key, kind): Mark(id=key, of="site", mark=kind, since=T0) for key, kind in marks}
    return wall(said_in(language), rooms(said_in(language)), standings, beside, opened)


def of(found: dict[str, Any], name: str) -> str:
    return next(str(site["shows"]) for area in found["areas"] for site in area["sites"] if site["name"] == name)


ALL_UP = dict.fromkeys(project().inventory.sites, State.UP)


@pytest.mark.parametrize(
    ("state", "marks", "shows"),
    [
        (State.UP, (), "up"),
        (State.DEGRADED, (), "poor"),
        (State.DOWN, (), "down"),
        (State.UNREACHABLE, (), "cut"),
        (State.UNKNOWN, (), "unknown"),
        (State.DOWN, (("g", "maintenance"),), "planned"),
        (State.UNREACHABLE, (("g", "maintenance"),), "planned"),
        (State.DEGRADED, (("g", "maintenance"),), "planned"),
        (State.UP, (("g", "maintenance"),), "up"),
        (State.DOWN, (("g", "off"),), "off"),
        (State.UNKNOWN, (("g", "off"),), "off"),
        (State.UP, (("g", "off"),), "up"),
        (State.DOWN, (("g", "flapping"), ("e", "maintenance")), "down"),
    ],
)
def test_what_a_site_shows(state: State, marks: tuple[tuple[str, MarkKind], ...], shows: str) -> None:
    found = shown(ALL_UP | {"g": state}, marks=marks)
    assert of(found, "G") == shows
    assert found["counts"][shows] == (1 if shows != "up" else 9)
    assert sum(found["counts"].values()) == len(ALL_UP)


def test_a_mark_that_is_over_does_not_count() -> None:
    over: Marks = {("g", "maintenance"): Mark(id="g", of="site", mark="maintenance", since=T0, until=T0 + 1)}
    found = wall(said_in("vi"), rooms(said_in("vi")), {"g": Standing(State.DOWN, T0)}, over, ())
    assert of(found, "G") == "down"
    assert found["counts"]["unknown"] == len(ALL_UP) - 1


@pytest.mark.parametrize("line", [State.DOWN, State.UNREACHABLE])
def test_a_site_that_lives_without_one_of_its_lines_is_on_backup(line: State) -> None:
    """Whoever is to blame: the line's far end may be what broke, which opens no incident of the line."""
    assert of(shown(ALL_UP | {"d": State.DEGRADED, "d/1": line}), "H. Đ") == "backup"
    assert of(shown(ALL_UP | {"d": State.DOWN, "d/1": line}), "H. Đ") == "down"
    assert of(shown(ALL_UP | {"d": State.DEGRADED, "e/1": line}), "H. Đ") == "poor"


def test_sites_stand_in_their_area_the_worst_first_and_without_what_all_are_called() -> None:
    found = shown(ALL_UP | {"b2": State.DOWN, "d": State.DEGRADED})
    assert {"name": "KV Đ", "sites": [
        {"name": "Bản Hai", "shows": "down"}, {"name": "H. Đ", "shows": "poor"}, {"name": "Bản Một", "shows": "up"},
    ]} in found["areas"]  # fmt: skip
    assert [area["name"] for area in found["areas"]] == ["Điểm trung ương", "Điểm cấp tỉnh", "KV Đ", "Huyện", "Xã"]
    assert [area["name"] for area in shown(ALL_UP, language="en")["areas"]][-2:] == ["Districts", "Communes"]


def test_incidents_are_few_and_the_worst_come_first() -> None:
    many = [Open(incident(number, affected=("d",) * (number % 3))) for number in range(2, 9)]
    hushed = Open(incident(10, affected=("d",) * 9), hushed=True)
    warning = Open(incident(11, "degraded", "d/1", affected=("d",) * 9))
    found = shown(ALL_UP, hushed, warning, *many, Open(incident(1, "blind", "noc", affected=())))
    assert [one["id"] for one in found["incidents"]] == [1, 8, 5, 2, 7, 4]
    assert found["more"] == 4
    assert found["blind"].endswith("+07:00")
    assert shown(ALL_UP)["incidents"] == []
    assert (shown(ALL_UP)["blind"], shown(ALL_UP)["more"]) == (None, 0)


def test_an_incident_in_words() -> None:
    one = Open(incident(7, root="d", cause="fibre", affected=("d", "a", "b1")), by="chị Lan")
    assert shown(ALL_UP, one)["incidents"] == [
        {
            "id": 7, "tag": "MẤT", "shows": "down", "severity": "critical", "name": "Huyện Đ", "cause": "nghi đứt cáp",
            "opened_at": "2026-10-14T07:00:07.000+07:00", "sites": 3, "by": "chị Lan", "hushed": False,
        }
    ]  # fmt: skip
    english = shown(ALL_UP, one, language="en")["incidents"][0]
    assert (english["tag"], english["cause"]) == ("DOWN", "probably a cable cut")


@pytest.mark.parametrize(
    ("kind", "root", "name"),
    [
        ("redundancy_lost", "d/1", "H. Đ · cáp quang"),
        ("outage", "dcam", "H. Đ · camera"),
        ("service", "dweb", "H. Đ · Web"),
        ("outage", "vnpt", "VNPT"),
        ("outage", "pop", "POP"),
        ("outage", "kv-d", "KV Đ"),
        ("blind", "noc", ""),
        ("peer", "http://10.0.0.9", ""),
        ("outage", "gone-from-the-inventory", ""),
    ],
)
def test_what_broke_is_named_as_strangers_may_read_it(kind: Kind, root: str, name: str) -> None:
    assert shown(ALL_UP, Open(incident(1, kind, root)))["incidents"][0]["name"] == name


def test_no_circuit_address_or_number_is_on_the_wall() -> None:
    inventory = project().inventory
    roots = [*inventory.sites, *inventory.devices, *inventory.links, *inventory.services, *inventory.carriers]
    text = "".join(json.dumps(shown(ALL_UP, Open(incident(1, root=root))), ensure_ascii=False) for root in roots)
    for secret in ("SECRET", "10.9.", "10.0.", "0216", "Lan", "public"):
        assert secret not in text


def test_names_bring_nothing_but_a_name() -> None:
    inventory = project().inventory
    nasty = replace(inventory.sites["g"], name="G\n\x1b[31m\u202e" + "g" * 500)
    spoken = replace(said_in("vi"), inventory=replace(inventory, sites={"g": nasty}))
    found = wall(spoken, rooms(spoken), {}, {}, [Open(incident(1, root="g"), by="\u202ex\n" * 99)])
    names = (found["areas"][0]["sites"][0]["name"], found["incidents"][0]["name"], found["incidents"][0]["by"])
    for name in names:
        assert name.isprintable()
        assert len(name) <= 60
