"""Does netmon understand what real agents, routing daemons and loggers say, asked and unasked?

One network and one netmon for all of these; each test breaks something that is nobody else's and leaves it broken, so
that they may run in any order.
"""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from tests.lab import voices
from tests.lab.service import Service
from tests.lab.topology import CORES, VANTAGE, Line

pytestmark = [pytest.mark.netns, pytest.mark.xdist_group("speaking")]

SOON = 30.0
"""Seconds for what takes a few."""
LABEL = re.compile(r'(\w+)="([^"]*)"')


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

    # The agents of these know no community; all others are asked by theirs.
    assert {*CORES, *voices.INFORMS} <= {id_ for id_ in speaking.lab.topology.routers if voices.v3_only(id_)}
    wanted = {id_: id_ for id_ in speaking.lab.topology.routers if id_ != voices.WRONG}
    speaking.wait(lambda: names() == wanted, SOON, "all agents say their names", lambda: str(names()))
    up = {(at["device"], at["if_name"]) for at, value in _series(speaking, "netmon_if_oper_status") if value == 1}
    assert {("p1", "to-p2"), ("c1", "to-d1")} <= up
    devices = json.loads(speaking.command("status", "--json"))["devices"]
    assert {devices[id_]["state"] for id_ in (*CORES, *speaking.lab.topology.routers) if id_[0] in "pd"} == {"up"}


def test_a_wrong_password_is_told_and_is_life(speaking: Service) -> None:
    # This device is asked by SNMP alone: without any answer that is life it would be unknown, or down.
    assert speaking.lab.faults.active().get("xa-04/1") or speaking.states()[voices.WRONG].state == "up"
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
def test_the_far_end_tells_of_the_line_of_a_site_that_is_cut_off(speaking: Service, district: str, site: str) -> None:
    [line] = speaking.lab.topology.uplinks(site)
    [port] = [end.port for end in speaking.lab.topology.lines[line].ends if end.router == district]
    before = _heard(speaking, "link_down")
    speaking.lab.cut(line)
    incident = _told(speaking, line, "outage", district, f"{district} reported its port {port} down")
    # Once: an inform that was not acknowledged would have been sent again.
    assert _heard(speaking, "link_down") == before + 1
    if site == "xa-01":
        listed = json.loads(speaking.command("incidents", "--json"))
        assert incident["evidence"] == next(one["evidence"] for one in listed if one["id"] == incident["id"])


def test_a_site_tells_by_its_other_line_that_it_lost_one(speaking: Service) -> None:
    topology = speaking.lab.topology
    primary = topology.lines[topology.uplinks(topology.routers[voices.DUAL].site)[0]]
    assert primary.far.router == voices.DUAL
    speaking.lab.cut(primary.id)
    text = f"{voices.DUAL} reported its port {primary.far.port} down"
    _told(speaking, primary.id, "redundancy_lost", voices.DUAL, text)
    assert speaking.states()[primary.site].state == "degraded"


def test_what_a_trap_is_about_is_polled_at_once(speaking: Service) -> None:
    # No address of this line is pinged, and the ports of its ends are read each ten minutes.
    line = speaking.lab.topology.lines[voices.SEEN_BY_PORTS_ONLY]
    speaking.lab.cut(line.id)
    text = f"port {line.far.port} of {line.far.router} is down"
    _told(speaking, line.id, "redundancy_lost", line.far.router, text)


def test_a_line_of_syslog_is_evidence(speaking: Service) -> None:
    lab, [line] = speaking.lab, speaking.lab.topology.uplinks("xa-04")
    end = lab.topology.lines[line].near
    lab.cut(line)
    said = f"%LINK-3-UPDOWN: Interface {end.port}, changed state to down"
    logger = ["logger", "-d", "-n", lab.address(VANTAGE), "-P", str(voices.SYSLOG_PORT), "-p", "local7.err", "-t", "45"]
    lab.cage.must(["ip", "netns", "exec", end.router, *logger, said])
    _told(speaking, line, "outage", end.router, f"{end.router} reported its port {end.port} down")


def test_a_dead_agent_is_shown_and_is_no_outage(speaking: Service) -> None:
    lab, known, device = speaking.lab, speaking.incidents(), "c2"
    site = lab.topology.routers[device].site

    def marked() -> bool:
        found = _series(speaking, "netmon_device_agent_silent")
        return [value for labels, value in found if labels["device"] == device] == [1]

    lab.kill_daemon(device, "snmpd")
    speaking.wait(marked, SOON, "the agent is shown to be silent")  # three rounds: longer than a device may be
    assert _polled(speaking, device, "snmp") == 0
    assert _polled(speaking, device, "icmp") == 1
    assert {speaking.states()[id_].state for id_ in (device, site, *lab.topology.uplinks(site))} == {"up"}
    assert speaking.new_incidents(known) == []
    lab.start_daemon(device, "snmpd")
    speaking.wait(lambda: not marked(), SOON, "the agent is no longer shown to be silent")
    assert _polled(speaking, device, "snmp") == 1
