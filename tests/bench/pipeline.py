"""What does the whole program use for a ping and for a device's interfaces, beside the tools known for it?

The whole pipeline is meant: schedule, poller, wire, collector, store, verdict, journal, and one scrape of /metrics per
interval. Each peer works on the same agents in the same minute, and does nothing else. CPU is that of the processes
by the kernel's account, start-up and first rounds left out; the agents' own does not count.
"""

import statistics
import time
from collections.abc import Sequence

from tests.bench import agent, peers
from tests.bench.figure import Figure
from tests.bench.processes import agents, service

TARGETS, DEVICES, EVERY = 10_000, 300, 10.0
"""Targets of the ping figure, devices of the SNMP figure, each with 25 interfaces; seconds of a round."""
SMALL, SMALL_EVERY = 0.1, 1.0
"""Below this scale rounds are shorter: then nothing is found out but that it works."""
SHARE_OF_EXPORTER = 0.2
SETTLED = 3.0
"""Seconds after which a start is over at least."""


def icmp(scale: float, runs: int, every: float) -> Figure:
    """CPU per ping, beside fping over the same addresses for as long."""
    count = max(30, round(TARGETS * scale))
    ours, theirs = [], []
    with service(count, 1, {"icmp": every}) as running:
        asked = int(running.size["devices"])
        addresses = [agent.address(number) for number in range(asked)]
        time.sleep(max(SETTLED, every * 1.2))
        for _ in range(runs):
            theirs.append(peers.fping(addresses, max(1, round(every * 1000 / asked))))
            ours.append(running.window(every, every).cpu)
        told = running.told()
    _all_well(told["states"], asked)
    what = f"whole pipeline per ping, {asked:,} targets every {every:g} s"
    us = 1e6 / asked
    beside = statistics.median(theirs) * us
    return Figure(what, "us", statistics.median(ours) * us, "fping -i over the same", beside, beside)


def interfaces(scale: float, runs: int, every: float) -> Figure:
    """CPU per device and round, beside prometheus-snmp-exporter for the same columns of the same agents."""
    count = max(12, round(DEVICES * scale))
    ours, theirs = [], []
    with agents(many_every=1) as (_, port), peers.exporter() as other:
        with service(count, port, {"interfaces": every}) as running:
            asked = int(running.size["devices"])
            addresses = [agent.address(number) for number in range(asked)]
            time.sleep(max(SETTLED, every * 1.2))
            for _ in range(runs):
                used, series = other.round(addresses, port)
                _as_many(series, asked)
                theirs.append(used)
                ours.append(running.window(every, every).cpu)
            told = running.told()
        if told["overlapped"] or told["skipped"]:
            raise RuntimeError(f"rounds were lost, this measures something else: {told}")
    what = f"whole pipeline per device, v2c, {agent.MANY} interfaces, {asked:,} devices every {every:g} s"
    us = 1e6 / asked
    beside = statistics.median(theirs) * us
    name = "prometheus-snmp-exporter"
    return Figure(what, "us", statistics.median(ours) * us, name, beside, beside * SHARE_OF_EXPORTER)


def figures(scale: float, runs: int) -> Sequence[Figure]:
    """Both; those whose peer is not installed are left out."""
    lacking, every = peers.missing(), EVERY if scale >= SMALL else SMALL_EVERY
    found = []
    if peers.FPING not in lacking:
        found.append(icmp(scale, runs, every))
    if peers.EXPORTER not in lacking:
        found.append(interfaces(scale, runs, every))
    return found


def _all_well(states: dict[str, int], asked: int) -> None:
    if states != {"up": asked}:
        raise RuntimeError(f"not everybody answered, this measures something else: {states}")


def _as_many(series: int, asked: int) -> None:
    """Eleven columns of numbers and two of texts, of each interface and the loopback."""
    if series < asked * 13 * agent.MANY:
        raise RuntimeError(f"the exporter brought {series} series of {asked} devices: less than netmon reads")
