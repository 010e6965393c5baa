"""Which thing of the inventory is an alert of Prometheus about, and since when, and how bad?"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import pytest

from netmon.model import Alerted, Evidence
from netmon.run.alerts import Alerts, Sent, fingerprint, host_of
from tests.province import SMALL, made


@dataclass(slots=True)
class Given:
    """A clock that stands still."""

    at: float = 1_795_356_840.0

    def now(self) -> float:
        return self.at

    def ahead(self) -> float:
        return 7200.0


def taken(*sent: Sent) -> list[Alerted]:
    """What becomes of these."""
    found: list[Evidence] = []
    alerts = Alerts(lambda: made(SMALL).inventory, Given(), found.extend, lambda: 3)
    alerts.take(sent, malformed=2)
    [family] = alerts.families()
    counted = {label.split('"')[1]: count for label, count in family.series}
    assert counted == {"taken": len(found), "heartbeat": len(sent) - len(found), "malformed": 2, "too_many": 3}
    return [one for one in found if isinstance(one, Alerted)]


@pytest.mark.parametrize(
    ("labels", "root"),
    [
        ({"link": "d/1", "device": "dr", "site": "d"}, "d/1"),
        ({"service": "dweb", "site": "d"}, "dweb"),
        ({"device": "dr", "site": "d"}, "dr"),
        ({"site": "d"}, "d"),
        ({"device": "router7", "site": "d"}, "d"),
        ({"instance": "10.0.1.1:9100"}, "dr"),
        ({"instance": "10.0.1.1"}, "dr"),
        ({"instance": "::ffff:10.0.1.1"}, "dr"),
        ({"instance": "https://10.0.1.1/x"}, "dr"),
        ({"instance": "dr.example.vn:161"}, "dr"),
        ({"address": "10.0.1.9"}, "dcam"),
        ({"instance": "localhost:9680", "target": "10.0.1.9"}, "dcam"),
        ({"instance": "10.9.9.9:9100"}, "noc"),
        ({"alertname": "Watchdog"}, "noc"),
        ({"site": "", "instance": ""}, "noc"),
    ],
)
def test_its_labels_name_something_or_it_is_the_stations(labels: Mapping[str, str], root: str) -> None:
    [one] = taken(Sent(labels=labels, annotations={}))
    assert one.root == root


@pytest.mark.parametrize(
    ("severity", "found"),
    [("critical", "critical"), ("page", "critical"), ("CRITICAL", "critical"), ("warning", "warning"), ("", "warning")],
)
def test_how_bad_it_is(severity: str, found: str) -> None:
    [one] = taken(Sent(labels={"alertname": "X", "severity": severity}, annotations={}))
    assert one.severity == found


def test_a_heartbeat_is_no_alert() -> None:
    assert taken(Sent(labels={"alertname": "Watchdog", "severity": "none"}, annotations={})) == []


def test_times_come_to_the_programs_axis_and_impossible_ones_are_now() -> None:
    now = Given().at
    x = Sent(labels={"alertname": "X"}, annotations={})
    wall = now + 7200.0
    sent = [replace(x, begins=wall - 60, ends=wall + 240), x, replace(x, begins=1e9), replace(x, begins=wall + 1e6)]
    found = taken(*sent)
    assert [round(one.at - now) for one in found] == [-60, 0, 0, 0]
    assert [one.until and round(one.until - now) for one in found] == [240, None, None, None]


def test_its_own_words_are_kept_once() -> None:
    labels = {"alertname": "X"}
    found = taken(
        Sent(labels=labels, annotations={"summary": "s", "description": "d", "runbook_url": "u"}),
        Sent(labels=labels, annotations={"summary": "s", "description": "s"}),
        Sent(labels=labels, annotations={"description": "d"}),
        Sent(labels=labels, annotations={}),
    )
    name = ("alertname", "X")
    assert [one.says for one in found] == [
        (name, ("summary", "s"), ("description", "d")),
        (name, ("summary", "s")),
        (name, ("summary", "d")),
        (name,),
    ]


def test_labels_tell_alerts_apart_whatever_their_order() -> None:
    one = fingerprint({"a": "1", "b": "2"})
    assert one == fingerprint({"b": "2", "a": "1"})
    assert len({one, fingerprint({"a": "1"}), fingerprint({"a": "1", "b": "3"}), fingerprint({"a": "1\0b\0002"})}) == 4


def test_hosts_of_odd_instances() -> None:
    assert host_of("[2001:db8::1]:9100") == "2001:db8::1"
    assert host_of("2001:db8::1") == "2001:db8::1"
    assert host_of("") == ""
    assert host_of("[") == ""
