"""Do 41 bridges show what their lines do to them, all at once and in time?

Real ICMP over a relay that loses and shakes packets (tests.lab.impair). How many packets it takes to see a share or a
jitter within a tenth of what was set: a loss p is seen with a relative spread of sqrt((1 - p) / (p n)), so that three
spreads fit into a tenth with n = 900 (1 - p) / p packets, 3,600 for p = 0.2; the jitter of RFC 3550 forgets, and
spreads by 0.14 however long the train, so that it takes the mean of 18 trains. Against what the relay itself did, one
bridge's train is enough.
"""

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest

from netmon.reading.voice import heard
from tests.lab.cage import Cage

pytestmark = pytest.mark.netns

PACKETS, SPACING = 200, "20ms"
LOSS, STRAY, DELAY = 0.2, 0.020, 0.030
OVER, UNDER = 4.2, 3.0
"""Limits far over what the lossy lines come to, and far under what the others do, even if a busy machine loses them a
packet: no train is in doubt, and all have the same length."""
LOSSY = [f"10.41.2.{n}" for n in range(1, 21)]
SHAKY = [f"10.41.3.{n}" for n in range(1, 20)]
CLEAN, DEAD = "10.41.1.1", "10.41.9.9"
LINES = {"10.41.1.": [0, 0.005, 0], "10.41.2.": [LOSS, 0.005, 0], "10.41.3.": [0, DELAY, STRAY], "10.41.9.": [1, 0, 0]}
ADDRESSES = [CLEAN, *LOSSY, *SHAKY, DEAD]


class Measured(NamedTuple):
    """What `netmon conference check` said by address, in how many seconds, and what the relay did to each packet."""

    bridges: dict[str, dict[str, Any]]
    seconds: float
    record: dict[str, list[float | None]]


def inventory() -> str:
    bridge = f"packets: {PACKETS}, spacing: {SPACING}"
    devices = "".join(
        f"      b{address.replace('.', '-')}: {{address: {address}, "
        f"collect: {{bridge: {{{bridge}, min_mos: {OVER if address in LOSSY else UNDER}}}}}}}\n"
        for address in ADDRESSES
    )
    return f"""
vantage: noc
levels: [province]
sites:
  centre:
    name: Centre
    level: province
    devices:
      core: {{address: 10.42.0.2, role: router}}
      noc: {{address: 10.42.0.1}}
{devices}"""


def build(cage: Cage) -> None:
    """`near` asks, `far` answers with all addresses, and between them `wan` has two ends that nothing joins."""
    names = ("near", "wan", "far")
    batch = [f"netns add {name}" for name in names]
    batch += [
        "link add left0 netns wan type veth peer name wan0 netns near",
        "link add right0 netns wan type veth peer name wan0 netns far",
    ]
    cage.must(["ip", "-batch", "-"], stdin="\n".join(batch) + "\n")
    for name in names:
        cage.must(["ip", "netns", "exec", name, "sysctl", "-qw", "net.ipv6.conf.all.disable_ipv6=1"])
    ends = {
        "near": ["addr add 10.42.0.1/30 dev wan0", "link set wan0 up", "route add 10.41.0.0/16 via 10.42.0.2"],
        "wan": ["link set left0 up", "link set right0 up"],
        "far": [
            "addr add 10.42.0.2/30 dev wan0",
            "link set wan0 up",
            *(f"addr add {each}/32 dev lo" for each in ADDRESSES),
        ],
    }
    for name, commands in ends.items():
        cage.must(["ip", "-n", name, "-batch", "-"], stdin="\n".join(["link set lo up", *commands]) + "\n")


@pytest.fixture(scope="module")
def measured(netns: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Measured]:
    folder = tmp_path_factory.mktemp("conference")
    (folder / "inventory").mkdir()
    (folder / "inventory" / "a.yaml").write_text(inventory(), encoding="utf-8")
    (folder / "netmon.yaml").write_text("{listen: '127.0.0.1:9'}\n", encoding="utf-8")
    cage = Cage()
    try:
        build(cage)
        record = folder / "record.json"
        relay = cage.popen(
            "wan",
            [sys.executable, "-m", "tests.lab.impair", "left0", "right0", str(record), json.dumps(LINES)],
            stdout=subprocess.PIPE,
        )
        assert relay.stdout is not None
        assert relay.stdout.readline() == b"relaying\n"
        asked = cage.popen(
            "near",
            [sys.executable, "-m", "netmon.cli.main", "conference", "check", str(folder), "--json"],
            stdout=subprocess.PIPE,
        )
        told = json.loads(asked.communicate(timeout=60)[0])
        relay.send_signal(signal.SIGTERM)
        relay.wait(timeout=10)
        by_address = {each["bridge"].removesuffix("/bridge")[1:].replace("-", "."): each for each in told["bridges"]}
        yield Measured(by_address, told["seconds"], json.loads(record.read_text(encoding="utf-8")))
    finally:
        cage.close()


def test_41_bridges_within_half_a_minute(measured: Measured, record_property: Any) -> None:
    assert len(measured.bridges) == len(ADDRESSES) == 41
    assert measured.seconds < 30, "what an operator is promised"
    record_property("figures", f"41 bridges, {PACKETS} packets each: {measured.seconds:.1f} s")


@pytest.mark.parametrize("address", [CLEAN, *LOSSY, *SHAKY])
def test_each_bridge_shows_what_its_line_did(measured: Measured, address: str) -> None:
    seen, truth = measured.bridges[address], heard(measured.record[address])
    assert len(measured.record[address]) == PACKETS
    assert seen["loss_ratio"] == pytest.approx(truth.loss, abs=1e-9), "to the packet"
    assert seen["delay_seconds"] == pytest.approx(truth.delay, rel=0.1, abs=0.001)
    if address in SHAKY:
        assert seen["jitter_seconds"] == pytest.approx(truth.jitter, rel=0.1)
    assert seen["mos"] == pytest.approx(truth.mos, abs=0.1)


def test_together_they_show_what_was_set(measured: Measured, record_property: Any) -> None:
    loss = sum(measured.bridges[each]["loss_ratio"] for each in LOSSY) / len(LOSSY)
    jitter = sum(measured.bridges[each]["jitter_seconds"] for each in SHAKY) / len(SHAKY)
    expected = 2 * STRAY / 3  # the mean difference of two draws from a span of 2 s
    assert loss == pytest.approx(LOSS, rel=0.1)
    assert jitter == pytest.approx(expected, rel=0.1)
    record_property(
        "figures",
        f"loss {loss:.4f} where {LOSS} was set, jitter {jitter * 1000:.2f} ms where {expected * 1000:.2f} ms was",
    )


def test_grades_follow(measured: Measured) -> None:
    grades = {address: each["grade"] for address, each in measured.bridges.items()}
    assert grades[CLEAN] == "good"
    assert grades[DEAD] == "lost"
    assert {grades[each] for each in LOSSY} == {"poor"}
    assert {grades[each] for each in SHAKY} == {"good"}, "13 ms of jitter is within what video bears"
    assert next(iter(measured.bridges)) == DEAD, "the worst first"
