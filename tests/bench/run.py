"""What do a ping, a device, a sample, a page of metrics, a verdict and an hour of virtual time cost on this machine?

Figures are CPU time, the median of five runs, each beside a reference measured in the same process a moment
later: machines differ, ratios much less. Nothing here fails because it is slow; people compare with the budget.
"""

import argparse
import asyncio
import json
import statistics
import subprocess
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import structlog
from prometheus_client import CollectorRegistry, Gauge, generate_latest

from netmon.exporters.prometheus import Prometheus
from netmon.model import Metric, Sample, Target
from netmon.run.schedule import jobs
from netmon.run.store import Store
from netmon.settings.project import load
from netmon.sim.virtual import run_virtual
from tests.bench import peers, pipeline, season
from tests.bench.figure import Figure, median_cpu
from tests.bench.verdict import verdicts
from tests.province import perform

PORTS = 25
COLUMNS = tuple(f"netmon_bench_{number}_total" for number in range(10))
METRICS = {name: Metric("counter", "A column of the interface table.", ("if_name",)) for name in COLUMNS}


def devices(count: int) -> list[Target]:
    return [
        Target(id=f"r{n}", of="device", site=f"s{n}", level="commune", address=f"10.0.{n >> 8}.{n & 255}", timeout=1.0)
        for n in range(count)
    ]


def poll(seed: int) -> list[Sample]:
    """What one poll of one device's interface table brings."""
    return [Sample(column, seed * 1_000_003 + port, (f"Gi0/0/{port}",)) for column in COLUMNS for port in range(PORTS)]


def fill(store: Store, targets: Sequence[Target], polls: Sequence[list[Sample]], at: float) -> None:
    for target, samples in zip(targets, polls, strict=True):
        store.put(target, "interfaces", at, samples, 90.0)


def per_sample(scale: float, runs: int) -> Figure:
    """From the samples a collector returns to the bytes Prometheus reads: one poll and one scrape of each."""
    targets = devices(max(4, int(400 * scale)))
    store, page = Store(METRICS), Prometheus()
    polls = [poll(number) for number in range(len(targets))]
    fill(store, targets, polls, 0.0)

    def ours() -> None:
        fill(store, targets, polls, 30.0)
        page.render(store.families(30.0))

    registry = CollectorRegistry()
    gauges = {name: Gauge(name, "help", ["site", "level", "device", "if_name"], registry=registry) for name in COLUMNS}
    few = max(1, len(targets) // 10)
    children = [
        (gauges[sample.metric].labels(target.site, target.level, target.id, *sample.labels), sample.value)
        for target, samples in zip(targets[:few], polls, strict=False)
        for sample in samples
    ]

    def theirs() -> None:
        for child, value in children:
            child.set(value)
        generate_latest(registry)

    series = len(COLUMNS) * PORTS
    cost = median_cpu(ours, runs) / (len(targets) * series)
    return Figure(
        "collect -> store -> exposition, per sample", "us", cost * 1e6,
        "prometheus-client, children kept", median_cpu(theirs, runs) / (few * series) * 1e6, 2.0,
    )  # fmt: skip


def big_page(scale: float, runs: int) -> list[Figure]:
    """/metrics of 500,000 series, made in a thread as the web server has it, and how long the loop stands still."""
    targets = devices(max(4, int(2000 * scale)))
    store, page = Store(METRICS), Prometheus()
    fill(store, targets, [poll(number) for number in range(len(targets))], 0.0)
    families = [(family.name, list(family.series)) for family in store.families(1.0)]

    def plain() -> bytes:
        return "".join([f"{name}{{{text}}} {value}\n" for name, series in families for text, value in series]).encode()

    series = sum(len(rows) for _, rows in families)
    cost = median_cpu(lambda: page.render(store.families(1.0)), runs)
    beside = median_cpu(plain, runs)
    stood = statistics.median(asyncio.run(longest_halt(lambda: page.render(store.families(1.0)))) for _ in range(runs))
    idle = statistics.median(asyncio.run(longest_halt(lambda: time.sleep(0.2))) for _ in range(runs))
    return [
        Figure(f"/metrics of {series:,} series", "ms", cost * 1e3, "one f-string a series", beside * 1e3, 500.0),
        Figure("  longest halt of the loop meanwhile", "ms", stood * 1e3, "while nothing is made", idle * 1e3, 50.0),
    ]


async def longest_halt(work: Callable[[], object]) -> float:
    """Seconds by which a 1 ms tick came late at worst, while `work` ran in a thread."""
    done = threading.Event()

    def run() -> None:
        work()
        done.set()

    waiting = asyncio.create_task(asyncio.to_thread(run))
    late = 0.0
    while not done.is_set():
        before = time.perf_counter()
        await asyncio.sleep(0.001)
        late = max(late, time.perf_counter() - before - 0.001)
    await waiting
    return late


def virtual_hour(seconds: float, runs: int) -> Figure:
    """The whole program over the sample province while nothing happens there, for so long, told as an hour.

    Beside it stands the loop alone: as many waits as there are polls, each by itself.
    """
    project = load(Path(__file__).parents[2])
    polls = round(sum(seconds / job.task.every for job in jobs(project.inventory)))

    async def waits() -> None:
        for _ in range(polls):
            await asyncio.sleep(seconds / polls)

    structlog.configure(logger_factory=structlog.ReturnLoggerFactory())
    try:
        cost = median_cpu(lambda: perform(project, (), seconds), runs)
    finally:
        structlog.reset_defaults()
    beside = median_cpu(lambda: run_virtual(waits()), runs)
    hours = seconds / 3600.0
    return Figure(
        f"an hour of the sample province, {len(project.inventory.sites)} sites, in virtual time", "s",
        cost / hours, "as many waits alone", beside / hours, 60.0,
    )  # fmt: skip


def report(figures: Iterable[Figure]) -> str:
    head = f"{'':66}{'here':>12}   {'beside':36}{'':>12}{'ratio':>8}{'budget':>10}"
    rows = [
        f"{f.what:66}{f.value:9.2f} {f.unit}   {f.reference:36}{f.beside:9.2f} {f.unit}"
        f"{f.ratio:8.2f}{f.budget:7.0f} {f.unit}"
        for f in figures
    ]
    return "\n".join([head, *rows])


def measure(scale: float, runs: int) -> list[Figure]:
    """Every figure whose peer is installed; `scale` 1 is what the budgets are about."""
    return [
        *pipeline.figures(scale, runs),
        per_sample(scale, runs),
        *big_page(scale, runs),
        *verdicts(max(40, int(300 * scale)), max(80, int(11_000 * scale)), runs),
        virtual_hour(max(10.0, 600.0 * scale), runs),
        *season.figures(scale, runs),
    ]


def keep(figures: Iterable[Figure], file: Path) -> None:
    """Append them to a file, one JSON object a line: when, of which commit, what, value, what stood beside it."""
    words = ["git", "-C", str(Path(__file__).parent), "describe", "--always", "--dirty"]
    commit = subprocess.run(words, capture_output=True, text=True, check=False).stdout.strip()
    now = datetime.now(UTC).isoformat(timespec="seconds")
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("a", encoding="utf-8") as out:
        for figure in figures:
            out.write(json.dumps({"at": now, "commit": commit, **figure._asdict(), "ratio": figure.ratio}) + "\n")


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scale", type=float, default=1.0, help="share of the full size")
    parser.add_argument("--runs", type=int, default=5, help="the median of how many")
    parser.add_argument("--history", type=Path, help="append the figures to this file too")
    options = parser.parse_args(arguments)
    figures = measure(options.scale, options.runs)
    print(report(figures))
    if lacking := peers.missing():
        print(f"not compared, because not installed: {', '.join(lacking)}")
    if options.history is not None:
        keep(figures, options.history)


if __name__ == "__main__":
    main()
