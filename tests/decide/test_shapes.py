"""Do the shapes hold what scripts rely on?"""

import json
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from netmon.decide import shapes
from netmon.model import Clue, Incident, Mark, MarkKind, Standing, State
from tests.run.province import province

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
AT = 1_790_000_000.25  # 2026-09-21T20:13:20.250+07:00
OUTAGE = Incident(
    id=41,
    kind="outage",
    severity="critical",
    root="van-yen",
    seat="van-yen",
    state="open",
    cause="fibre",
    opened_at=AT,
    affected=("van-yen", "chau-que-ha"),
    links=("van-yen/1", "chau-que-ha/1"),
    evidence=(Clue(AT + 2, "core", "port_down", (("port", "Gi0/0/4"),)), Clue(AT, "icmp", "silent")),
)


def say(clue: Clue) -> str:
    return f"{clue.text} {dict(clue.values)}"


def test_every_id_of_the_inventory_has_a_standing() -> None:
    found = shapes.status(province(), {}, ZONE)
    nothing: dict[str, Any] = {"state": "unknown", "since": None, "behind": None, "marks": []}
    assert found == {
        "sites": dict.fromkeys(("chau-que-ha", "tinh", "van-yen"), nothing),
        "devices": dict.fromkeys(("core", "cqh-r1", "noc", "vy-r1"), nothing),
        "links": dict.fromkeys(("chau-que-ha/1", "van-yen/1"), nothing),
        "services": {"cqh-onestop": nothing},
    }
    assert [list(ids) for ids in found.values()] == [sorted(ids) for ids in found.values()]


def test_a_standing_is_told_in_local_time() -> None:
    standings = {
        "chau-que-ha": Standing(State.UNREACHABLE, AT, "van-yen"),
        "van-yen": Standing(State.DOWN, AT),
        "gone": Standing(State.DOWN, AT),
    }
    found = shapes.status(province(), standings, ZONE)["sites"]
    assert found["chau-que-ha"] == {
        "state": "unreachable",
        "since": "2026-09-21T21:13:20.250+07:00",
        "behind": "van-yen",
        "marks": [],
    }
    at = "2026-09-21T21:13:20.250+07:00"
    assert found["van-yen"] == {"state": "down", "since": at, "behind": None, "marks": []}
    assert "gone" not in found


def test_marks_stand_beside_the_state_while_they_last() -> None:
    kinds: tuple[tuple[str, MarkKind, float | None], ...] = (
        ("van-yen", "off", None),
        ("van-yen", "maintenance", None),
        ("van-yen", "flapping", AT + 9),
        ("van-yen/1", "flapping", None),
        ("gone", "maintenance", None),
    )
    marks = {(key, kind): Mark(id=key, of="site", mark=kind, since=AT, until=over) for key, kind, over in kinds}
    found = shapes.status(province(), {"van-yen": Standing(State.DOWN, AT)}, ZONE, marks)
    assert {key: row["marks"] for ids in found.values() for key, row in ids.items() if row["marks"]} == {
        "van-yen": ["maintenance", "off"],
        "van-yen/1": ["flapping"],
    }
    assert found["sites"]["van-yen"]["state"] == "down"


def test_an_open_incident() -> None:
    assert shapes.incident(province(), OUTAGE, ZONE, say) == {
        "id": 41,
        "kind": "outage",
        "rule": "",
        "severity": "critical",
        "root": "van-yen",
        "root_of": "site",
        "site": "van-yen",
        "level": "district",
        "name": 'Huyện "Văn Yên"',
        "state": "open",
        "cause": "fibre",
        "opened_at": "2026-09-21T21:13:20.250+07:00",
        "resolved_at": None,
        "affected": ["chau-que-ha", "van-yen"],
        "links": ["chau-que-ha/1", "van-yen/1"],
        "still_down": [],
        "flapping": False,
        "evidence": [
            {"at": "2026-09-21T21:13:20.250+07:00", "source": "icmp", "text": "silent {}"},
            {"at": "2026-09-21T21:13:22.250+07:00", "source": "core", "text": "port_down {'port': 'Gi0/0/4'}"},
        ],
    }


def test_a_resolved_incident_says_when_and_who_stayed_behind() -> None:
    resolved = replace(OUTAGE, state="resolved", resolved_at=AT + 60, still_down=("van-yen", "chau-que-ha"))
    found = shapes.incident(province(), resolved, ZONE, say)
    assert found["state"] == "resolved"
    assert found["resolved_at"] == "2026-09-21T21:14:20.250+07:00"
    assert found["still_down"] == ["chau-que-ha", "van-yen"]


@pytest.mark.parametrize(
    ("root", "root_of", "name"),
    [
        ("van-yen", "site", 'Huyện "Văn Yên"'),
        ("core", "device", "Lõi 1"),
        ("cqh-r1", "device", "cqh-r1"),
        ("van-yen/1", "link", "YB-VY-01"),
        ("chau-que-ha/1", "link", "chau-que-ha/1"),
        ("cqh-onestop", "service", "Một cửa"),
        ("vnpt", "carrier", "VNPT Yên Bái"),
        ("pop-vy", "node", "POP Văn Yên"),
        ("kv-van-yen", "area", "kv-van-yen"),
        ("long-gone", None, "long-gone"),
    ],
)
def test_the_root_is_named(root: str, root_of: str | None, name: str) -> None:
    found = shapes.incident(province(), replace(OUTAGE, root=root), ZONE, say)
    assert (found["root"], found["root_of"], found["name"]) == (root, root_of, name)


def test_the_root_of_blindness_is_the_vantage() -> None:
    blind = replace(OUTAGE, kind="blind", root="noc", affected=())
    assert shapes.incident(province(), blind, ZONE, say)["root_of"] == "vantage"
    assert shapes.incident(province(), replace(OUTAGE, root="noc"), ZONE, say)["root_of"] == "device"


def test_shapes_are_json() -> None:
    shape = [shapes.status(province(), {}, ZONE), shapes.incident(province(), OUTAGE, ZONE, say)]
    assert json.loads(json.dumps(shape, allow_nan=False)) == shape
