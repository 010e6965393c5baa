"""Does netmon understand what real agents, routing daemons and loggers say, asked and unasked?

One network and one netmon for all of these. What is cut is cut once, for all tests that ask about it, and nothing that
the others look at depends on it, so that they may run in any order.
"""

import json
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.lab import voices
from tests.lab.service import ROOT, Service
from tests.lab.topology import CORES, VANTAGE, Line

pytestmark = pytest.mark.netns

SOON = 30.0
"""Seconds to wait for what takes a few."""
LABEL = re.compile(r'(\w+)="([^"]*)"')


@pytest.fixture(scope="module")
def cut(speaking: Service) -> Service:
    """The same, with five lines cut; the router at the near end of the last one says so by syslog, as Cisco's do."""
    lab = speaking.lab
    lab.cut("xa-01/1", "xa-03/1", "xa-05/1", voices.SEEN_BY_PORTS_ONLY, "xa-04/1")
    near = lab.topology.lines["xa-04/1"].near
    logger = ["logger", "-d", "-n", lab.address(VANTAGE), "-P", str(voices.SYSLOG_PORT), "-p", "local7.err", "-t", "45"]
    said = f"%LINK-3-UPDOWN: Interface {near.port}, changed state to down"
    lab.cage.must(["ip", "netns", "exec", near.router, *logger, said])
    return speaking


def _series(service: Service, metric: str) -> Iterator[tuple[Mapping[str, str], float]]:
    """Labels and value of each series of one metric."""
    for series, value in service.metrics().items():
        if series.startswith(f"{metric}{{"):
            yield dict(LABEL.findall(series)), value


def _heard(service: Service, kind: str) -> float:
    """How many traps were taken to mean this."""
    return sum(value for labels, value in _series(service, "netmon_traps_received_total") if labels["kind"] == kind)


def _polled(service: Service, device: str, collector: str) -> float | None:
    """1 if the last poll brought an answer, 0 if not."""
    found = _series(service, "netmon_probe_success")
    wanted = {"device": device, "collector": collector}
    return next((value for labels, value in found if labels.items() >= wanted.items()), None)


def _core_lines(service: Service) -> list[Line]:
    """Lines between core and districts that no test has cut."""
    broken = service.lab.faults.active()
    routers = service.lab.topology.routers
    lines = service.lab.topology.lines.values()
    return [
        line
        for line in lines
        if line.id not in broken and all(voices.tells_neighbours(routers[end.router]) for end in line.ends)
    ]


def _told(service: Service, root: str, kind: str, source: str, text: str) -> Mapping[str, Any]:
    """The open incident of this root, or of the site that the root is a line of, once its evidence says so."""
    found: list[Mapping[str, Any]] = []

    def there() -> bool:
        of = {root, root.partition("/")[0]} if kind == "outage" else {root}
        opened = [one for one in service.incidents() if one["state"] == "open" and one["root"] in of]
        found[:] = [one for one in opened if (source, text) in [(c["source"], c["text"]) for c in one["evidence"]]]
        return bool(found)

    def seen() -> str:
        ears = {
            series: value for series, value in service.metrics().items() if "_traps_" in series or "_syslog_" in series
        }
        return f"{json.dumps(service.incidents(), ensure_ascii=False)}\n{ears}\n{service.lab.log_of(source)[-2000:]}"

    service.wait(there, SOON, f"{kind} {root}: {text}", seen)
    assert [one["kind"] for one in found] == [kind]
    return found[0]


def test_agents_are_polled_by_either_version(speaking: Service) -> None:
    def names() -> dict[str, str]:
        return {at["device"]: at["sys_name"] for at, _ in _series(speaking, "netmon_device_snmp_info")}

    # Some of them know no community (voices.v3_only), the others are asked by theirs.
    wanted = {id_: id_ for id_ in speaking.lab.topology.routers if id_ != voices.WRONG}
    speaking.wait(lambda: names() == wanted, SOON, "all agents say their names", lambda: str(names()))
    up = {(at["device"], at["if_name"]) for at, value in _series(speaking, "netmon_if_oper_status") if value == 1}
    assert {("p1", "to-p2"), ("c2", "to-d2")} <= up
    devices = json.loads(speaking.command("status", "--json"))["devices"]
    assert {devices[id_]["state"] for id_ in (*CORES, *voices.TRAPS[:1], "c2")} == {"up"}


def test_a_wrong_password_is_told_and_is_life(speaking: Service) -> None:
    # This device is asked by SNMP alone: without any answer that is life it would be unknown, or down.
    assert speaking.states()[voices.WRONG].state == "up"
    told = json.loads(speaking.command("probe", voices.WRONG, "snmp", "--json", expect=1))
    assert "AuthFailed" in json.dumps(told)
    assert _polled(speaking, voices.WRONG, "snmp") == 0


def test_neighbours_are_named_with_their_ports(speaking: Service) -> None:
    def named() -> set[tuple[str, ...]]:
        keys = ("protocol", "device", "if_name", "neighbour", "remote_port")
        return {tuple(at[key] for key in keys) for at, _ in _series(speaking, "netmon_neighbour_info")}

    wanted = set()
    for line in _core_lines(speaking):
        for here, there in (line.ends, line.ends[::-1]):
            wanted.add(("lldp", here.router, here.port, there.router, there.port))
    assert len(wanted) >= 16
    speaking.wait(lambda: wanted <= named(), SOON, "LLDP", lambda: f"{wanted - named()} not in {named()}")


def test_swapped_uplinks_are_found(speaking: Service, tmp_path: Path) -> None:
    """The cables are right; the inventory has the ports of two lines of one district the wrong way round."""
    lines = [speaking.lab.topology.lines[link] for link in ("huyen-1/1", "huyen-1/2")]
    assert all(line in _core_lines(speaking) for line in lines)

    def drifts(project: Path) -> list[Mapping[str, Any]]:
        argv = [sys.executable, "-m", "netmon.cli.main", "drift", str(project), "--json"]
        environment = speaking.lab.environment()
        process = speaking.lab.run_in_noc(argv, env=environment, stdout=subprocess.PIPE, cwd=ROOT)
        told = json.loads(process.communicate(timeout=60)[0])
        return [one for one in told if one["kind"] != "unheard"]

    right, wrong = tmp_path / "right", tmp_path / "wrong"
    for folder in (right, wrong):
        speaking.lab.project(folder)
    sites = wrong / "inventory" / "sites.yaml"
    inventory = yaml.safe_load(sites.read_text(encoding="utf-8"))
    first, second = inventory["sites"]["huyen-1"]["uplinks"]
    first["local"], second["local"] = second["local"], first["local"]
    sites.write_text(yaml.safe_dump(inventory, allow_unicode=True), encoding="utf-8")
    assert drifts(right) == []
    assert [(one["kind"], one["id"], one["other"]) for one in drifts(wrong)] == [("swapped", "huyen-1/1", "huyen-1/2")]


def test_routing_neighbours_are_full(speaking: Service) -> None:
    def states() -> dict[tuple[str, str], float]:
        found = _series(speaking, "netmon_ospf_neighbor_state")
        return {(at["device"], at["neighbor"]): value for at, value in found}

    wanted = {
        (here.router, there.address): float(voices.FULL)
        for line in _core_lines(speaking)
        for here, there in (line.ends, line.ends[::-1])
        if voices.tells_routing(speaking.lab.topology.routers[here.router])
    }
    assert len(wanted) >= 12
    speaking.wait(lambda: wanted.items() <= states().items(), SOON, "all are full", lambda: str(states()))


def test_a_bgp_session_falls_and_rises(speaking: Service) -> None:
    def state() -> float | None:
        found = _series(speaking, "netmon_bgp_peer_state")
        return next((value for at, value in found if (at["device"], at["peer"]) == (CORES[0], peer)), None)

    [tie] = [line for line in speaking.lab.topology.lines.values() if {end.router for end in line.ends} == {*CORES}]
    [peer] = [end.address for end in tie.ends if end.router == CORES[1]]
    speaking.wait(lambda: state() == voices.ESTABLISHED, SOON, "the session is established")
    speaking.lab.kill_daemon(CORES[1], "bgpd")
    speaking.wait(lambda: (state() or 0) < voices.ESTABLISHED, SOON, "the session is seen to fall")
    # bgpd tells its agent, which sends an SNMPv3 trap.
    speaking.wait(lambda: _heard(speaking, "bgp_down") > 0, SOON, f"{CORES[0]} says so itself")
    speaking.lab.start_daemon(CORES[1], "bgpd")
    speaking.wait(lambda: state() == voices.ESTABLISHED, SOON, "the session is back")


@pytest.mark.parametrize(("district", "site"), [("d1", "xa-01"), ("d3", "xa-03")], ids=["trap v2c", "inform v3"])
def test_the_far_end_tells_of_the_line_of_a_site_that_is_cut_off(cut: Service, district: str, site: str) -> None:
    line = cut.lab.topology.lines[f"{site}/1"]
    assert line.near.router == district
    incident = _told(cut, line.id, "outage", district, f"{district} reported its port {line.near.port} down")
    if district in voices.INFORMS:
        # One trap for each end that can send, and no more: an inform is sent again until it is acknowledged.
        cut.wait(lambda: _heard(cut, "link_down") >= 5, SOON, "all five are heard")
        assert _heard(cut, "link_down") == 5
        listed = json.loads(cut.command("incidents", "--json"))
        assert incident["evidence"] == next(one["evidence"] for one in listed if one["id"] == incident["id"])


def test_a_site_tells_by_its_other_line_that_it_lost_one(cut: Service) -> None:
    line = cut.lab.topology.lines["xa-05/1"]
    assert line.far.router == voices.DUAL
    _told(cut, line.id, "redundancy_lost", voices.DUAL, f"{voices.DUAL} reported its port {line.far.port} down")
    assert cut.states()[line.site].state == "degraded"


def test_what_a_trap_is_about_is_polled_at_once(cut: Service) -> None:
    # No address of this line is pinged, and the ports of its ends are read each ten minutes.
    line = cut.lab.topology.lines[voices.SEEN_BY_PORTS_ONLY]
    text = f"port {line.far.port} of {line.far.router} is down"
    _told(cut, line.id, "redundancy_lost", line.far.router, text)


def test_a_line_of_syslog_is_evidence(cut: Service) -> None:
    near = cut.lab.topology.lines["xa-04/1"].near
    _told(cut, "xa-04/1", "outage", near.router, f"{near.router} reported its port {near.port} down")


def test_a_dead_agent_is_shown_and_is_no_outage(speaking: Service) -> None:
    lab, device = speaking.lab, "c2"
    site = lab.topology.routers[device].site
    own = {device, site, *lab.topology.uplinks(site)}

    def marked() -> bool:
        found = _series(speaking, "netmon_device_agent_silent")
        return [value for labels, value in found if labels["device"] == device] == [1]

    lab.kill_daemon(device, "snmpd")
    speaking.wait(marked, SOON, "the agent is shown to be silent")  # three rounds: longer than a device may be
    assert _polled(speaking, device, "snmp") == 0
    lab.wait_traffic(device)
    assert {speaking.states()[id_].state for id_ in own} == {"up"}
    assert [one for one in speaking.incidents() if own & {one["root"], *one["affected"]}] == []
    lab.start_daemon(device, "snmpd")
    speaking.wait(lambda: not marked(), SOON, "the agent is no longer shown to be silent")
    speaking.wait(lambda: _polled(speaking, device, "snmp") == 1, SOON, "it is polled again")
