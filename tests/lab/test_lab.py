"""Does the lab itself do what the other tests believe it does?"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.lab.cage import LabError
from tests.lab.daemons import AUTH_KEY, COMMUNITY, PRIV_KEY, USER
from tests.lab.lab import Lab
from tests.lab.topology import VANTAGE, build

pytestmark = pytest.mark.netns

OUTAGE, FAILOVER = 1.0, 8.0


def silent_at_last(lab: Lab, named: Callable[[set[str]], set[str]], expected: set[str]) -> set[str]:
    """Who of those that were `named` does not answer, once these are the expected ones, or when a failover is over.

    The router that was waited for may not be the last to learn of it, and on a busy machine a ping may take too long.
    """
    deadline = time.monotonic() + FAILOVER
    while True:
        found = named({id_ for id_, alive in lab.fping_all().items() if not alive})
        if found == expected or time.monotonic() > deadline:
            return found
        time.sleep(0.1)


@pytest.mark.parametrize("communes", [30, 60])
def test_topology_spreads_communes_and_gives_every_fifth_a_second_line(communes: int) -> None:
    topology = build(communes)
    districts = topology.districts
    homes = [topology.communes(one, dual=True) + topology.communes(one, dual=False) for one in districts]
    assert len(districts) == (4 if communes < 60 else 9)
    assert sum(len(home) for home in homes) == communes
    assert max(map(len, homes)) - min(map(len, homes)) <= 1
    assert sum(len(topology.communes(one, dual=True)) for one in districts) == communes // 5
    addresses = [end.address for line in topology.lines.values() for end in line.ends]
    addresses += [router.address for router in topology.routers.values()]
    assert len(set(addresses)) == len(addresses)
    assert all(len(end.port) <= 15 for line in topology.lines.values() for end in line.ends)


def test_cut_takes_the_carrier_from_both_ends_and_everything_behind(lab: Lab) -> None:
    district = lab.topology.districts[0]
    lab.cut(*lab.topology.uplinks(district))
    lab.wait_traffic(district, flows=False, timeout=OUTAGE)
    for site in lab.topology.communes(district, dual=True):
        lab.wait_traffic(site, timeout=FAILOVER)
    routers, affected = lab.topology.routers, lab.topology.affected(district)
    assert silent_at_last(lab, lambda ids: {routers[id_].site for id_ in ids & {*routers}}, affected) == affected
    for end in lab.topology.lines[f"{district}/1"].ends:
        shown = lab.cage.must(["ip", "-n", end.router, "-br", "link", "show", end.port])
        assert "DOWN" in shown, shown
    lab.restore(f"{district}/1")
    lab.wait_traffic(district)
    assert not lab.fping([lab.address(f"{district}/2")])[lab.address(f"{district}/2")]


@pytest.mark.parametrize("how", ["cut", "silent"])
@pytest.mark.parametrize("whose", ["district", "commune"])
def test_traffic_moves_to_the_backup_line(lab: Lab, how: str, whose: str) -> None:
    district = lab.topology.districts[0]
    site = district if whose == "district" else lab.topology.communes(district, dual=True)[0]
    primary = f"{site}/1"
    (lab.cut if how == "cut" else lab.silent_loss)(primary)
    started = time.monotonic()
    lab.wait_traffic(primary, flows=False, timeout=OUTAGE)
    lab.wait_traffic(site, timeout=FAILOVER)
    # The site may be reached by its other line before the first one's network is withdrawn: its address answers, too.
    lab.wait_traffic(primary, flows=False, timeout=FAILOVER)
    assert time.monotonic() - started < FAILOVER
    lab.wait_traffic(f"{site}/2", timeout=OUTAGE)


def test_silent_loss_of_the_only_line_keeps_the_ports_up(lab: Lab) -> None:
    site = lab.topology.communes(lab.topology.districts[0], dual=False)[0]
    lab.silent_loss(f"{site}/1")
    assert not lab.traffic_flows(site)
    for end in lab.topology.lines[f"{site}/1"].ends:
        assert "LOWER_UP" in lab.cage.must(["ip", "-n", end.router, "link", "show", end.port])


def test_loss_is_what_was_asked_for(lab: Lab) -> None:
    lab.loss(["xa-01/1", "xa-02/1"], 0.2)
    assert 0.15 < lab.loss_ratio("xa-01", count=1000, period=0.01) < 0.25
    assert lab.loss_ratio("xa-03", count=100, period=0.01) < 0.02
    lab.restore()
    assert lab.loss_ratio("xa-01", count=100, period=0.01) < 0.02


def test_a_dead_core_router_takes_nothing_with_it(lab: Lab) -> None:
    lab.power_off("p1")
    lab.wait_traffic("p1", flows=False, timeout=OUTAGE)
    for district in lab.topology.districts:
        lab.wait_traffic(district, timeout=FAILOVER)
    gone = {"p1", *(id_ for id_, line in lab.topology.links.items() if line.near.router == "p1")}
    assert silent_at_last(lab, lambda ids: ids, gone) == gone


def test_faults_do_not_mend_each_other(lab: Lab) -> None:
    lab.cut("xa-01/1")
    lab.power_off("c1")
    lab.power_on("c1")
    assert lab.faults.active() == {"xa-01/1": "cut"}
    lab.restore("xa-02/1")
    assert not lab.traffic_flows("xa-01")
    lab.restore()
    lab.wait_traffic("xa-01")


@pytest.mark.parametrize("silent", [False, True])
def test_isolated_vantage_reaches_nothing_but_itself(lab: Lab, silent: bool) -> None:
    lab.isolate_vantage(silent=silent)
    assert {id_ for id_, alive in lab.fping_all().items() if alive} == {VANTAGE}
    lab.restore(VANTAGE)
    lab.wait_converged()


def test_flapping_ends_mended(lab: Lab) -> None:
    lab.flap("xa-01/1", times=2, down=0.3, up=0.3)
    lab.wait_traffic("xa-01")
    assert not lab.faults.active()


def test_unknown_names_are_refused(lab: Lab) -> None:
    with pytest.raises(LabError, match="no line xa-99/1"):
        lab.cut("xa-99/1")
    with pytest.raises(LabError, match="no router c99"):
        lab.power_off("c99")


@pytest.mark.parametrize("version", ["2c", "3"])
def test_every_agent_answers_with_names_and_speeds(
    lab: Lab, version: str, require_program: object, tmp_path: Path
) -> None:
    v3 = ["-u", USER, "-l", "authPriv", "-a", "SHA-256", "-A", AUTH_KEY, "-x", "AES", "-X", PRIV_KEY]
    how = ["-v2c", "-c", COMMUNITY] if version == "2c" else ["-v3", *v3]
    walk = ["snmpbulkwalk", *how, "-Oqvn", "-t1", "-r3"]
    assert callable(require_program)
    require_program("snmpbulkwalk", "snmp")
    routers = list(lab.topology.routers) if version == "2c" else ["p1", "d1", "c1"]
    for router in routers:
        command = ["env", f"SNMP_PERSISTENT_DIR={tmp_path}", "ip", "netns", "exec", VANTAGE, *walk, lab.address(router)]
        names = lab.cage.must([*command, "1.3.6.1.2.1.31.1.1.1.1"]).replace('"', "").split()
        speeds = lab.cage.must([*command, "1.3.6.1.2.1.31.1.1.1.15"]).split()
        told = dict(zip(names, speeds, strict=True))
        for line in lab.topology.lines.values():
            for end in line.ends:
                if end.router == router:
                    assert told[end.port] == str(line.speed // 1_000_000), (router, told)


def test_power_back_restarts_the_agent(lab: Lab, tmp_path: Path) -> None:
    ask = f"env SNMP_PERSISTENT_DIR={tmp_path} ip netns exec noc snmpget -v2c -c {COMMUNITY} -Oqvt -r3"
    uptime = [*ask.split(), lab.address("c1"), "1.3.6.1.2.1.1.3.0"]
    before, asked = int(lab.cage.must(uptime)), time.monotonic()
    lab.power_off("c1")
    lab.power_on("c1")
    lab.wait_traffic("c1")
    after = int(lab.cage.must(uptime))
    assert after < before + 100 * (time.monotonic() - asked)
    assert after < before or before < 100 * (time.monotonic() - asked)


def test_the_vantage_cannot_reach_the_outside(lab: Lab) -> None:
    routes = lab.cage.must(["ip", "-n", VANTAGE, "route", "show", "default"])
    assert not routes
    links = lab.cage.must(["ip", "-o", "link", "show"]).splitlines()
    assert all(" lo:" in link or link.split()[1].startswith(("sit0", "tunl0", "ip6tnl0")) for link in links), links


def test_two_labs_live_side_by_side(lab: Lab) -> None:
    with Lab.start(3) as other:
        assert not lab.netns_inodes() & other.netns_inodes()
        other.cut("huyen-1/1", "huyen-1/2")
        assert not other.traffic_flows("d1")
        lab.wait_traffic("d1", timeout=OUTAGE)


def _now() -> float:
    """Ticks since the boot, as the system counts when a process started."""
    return time.clock_gettime(time.CLOCK_BOOTTIME) * os.sysconf("SC_CLK_TCK")


def _holders(inodes: set[int], before: float) -> list[str]:
    """Processes that live in one of these network namespaces and started before that time.

    The system gives the number of a namespace that is gone to the next one, which another test may make at once.
    """
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            inode = (process / "ns" / "net").stat().st_ino
            started = int((process / "stat").read_text().rpartition(")")[2].split()[19])
            if inode in inodes and started <= before:
                found.append(f"{process.name} {(process / 'cmdline').read_text()}")
        except OSError:
            continue  # it ended while we looked
    return found


def _wait_gone(inodes: set[int]) -> list[str]:
    ended, deadline = _now(), time.monotonic() + 30
    while (holders := _holders(inodes, ended)) and time.monotonic() < deadline:
        time.sleep(0.05)
    return holders


def _names() -> set[Path]:
    """Where a lab could leave something: named namespaces, temporary and run-time folders."""
    folders = [Path("/run/netns"), Path("/run"), Path("/run/lab"), Path("/run/frr")]
    return {path for folder in folders if folder.is_dir() for path in folder.iterdir()}


def test_stop_leaves_nothing(lab_possible: None) -> None:
    before = _names()
    with Lab.start(3) as lab:
        inodes = lab.netns_inodes()
        sleeper = lab.run_in_noc(["sleep", "600"])
        assert len(inodes) == len(lab.topology.routers) + 1
        assert len(_holders(inodes, _now())) > len(lab.topology.routers)
    assert sleeper.returncode == -signal.SIGKILL
    assert not _wait_gone(inodes)
    assert _names() <= before


_DOOMED = """
import sys, time
from tests.lab.lab import Lab
lab = Lab.start(3)
lab.run_in_noc(["sleep", "600"])
print(*lab.netns_inodes(), flush=True)
time.sleep(600)
"""


@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGKILL])
def test_a_killed_test_leaves_nothing(lab_possible: None, end: signal.Signals) -> None:
    before = _names()
    doomed = subprocess.Popen(
        [sys.executable, "-c", _DOOMED], stdout=subprocess.PIPE, env={**os.environ, "PYTHONPATH": str(Path.cwd())}
    )
    assert doomed.stdout is not None
    with doomed, doomed.stdout:
        inodes = {int(one) for one in doomed.stdout.readline().split()}
        held = _holders(inodes, _now())
        doomed.send_signal(end)
        doomed.wait(timeout=60)
    assert held
    assert not _wait_gone(inodes)
    assert _names() <= before
