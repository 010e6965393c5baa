"""Is everything there in the end, whoever was killed meanwhile?"""

import asyncio
import itertools
import os
import re
import subprocess
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from netmon.clock import SystemClock
from netmon.exporters.influxdb import InfluxDb
from netmon.exporters.prometheus import Prometheus
from netmon.model import Family, Metric
from netmon.reading.families import HEALTH
from netmon.run.push.pushers import Pusher, Pushers
from netmon.run.push.sender import Pauses
from netmon.run.push.spool import REASONS
from netmon.settings.config import Config
from netmon.wire.real import RealNet
from tests.collectors.fakes import FakeNet
from tests.conftest import ROOT
from tests.run.push import victim
from tests.run.push.feeder import BOTH, exporter
from tests.servers_of_numbers import Victoria, victoria


class Victim:
    """A running one; `until` waits for it to lay down so many more numbers of each family."""

    def __init__(self, process: subprocess.Popen[str], laid: dict[str, list[int]]) -> None:
        self.process, self.laid = process, laid

    def until(self, more: int) -> None:
        assert self.process.stdout is not None
        wanted = {family: len(self.laid[family]) + more for family in ("netmon_line", "netmon_remote")}
        while any(len(self.laid[family]) < count for family, count in wanted.items()):
            line = self.process.stdout.readline()
            assert line, "it has ended"
            if told := re.fullmatch(r"(netmon_\w+) (\d+)\n", line):  # it logs there, too
                self.laid[told[1]].append(int(told[2]))


@contextmanager
def running(url: str, folder: Path, first: int, laid: dict[str, list[int]]) -> Iterator[Victim]:
    """Killed at the end, in the middle of whatever it does."""
    command = [sys.executable, "-m", "tests.run.push.victim", url, str(folder), str(first)]
    with subprocess.Popen(command, cwd=ROOT, env=dict(os.environ), stdout=subprocess.PIPE, text=True) as process:
        try:
            yield Victim(process, laid)
        finally:
            process.kill()


def missing(server: Victoria, laid: dict[str, list[int]]) -> list[tuple[str, int]]:
    """What was laid down and is not there whole, or is there with several times."""
    found: dict[tuple[str, int], list[tuple[str, int]]] = defaultdict(list)
    for labels, values in server.series().items():
        told = dict(labels)
        for at, number in values.items():
            found[told["__name__"], int(number)].append((told["n"], at))
    return [
        (family, number)
        for family, numbers in laid.items()
        for number in numbers
        if len(found[family, number]) != victim.SERIES or len({at for _, at in found[family, number]}) != 1
    ]


def test_nothing_is_lost_by_killing_the_server_or_netmon(
    tmp_path: Path, require_program: Callable[[str, str], str]
) -> None:
    laid: dict[str, list[int]] = defaultdict(list)
    with victoria(require_program, tmp_path / "victoria") as server:
        with running(server.url, tmp_path / "spool", 1, laid) as first:
            first.until(8)
            server.kill()  # with what it acknowledged and had not written
            first.until(4)
        with running(server.url, tmp_path / "spool", 1001, laid) as second:
            second.until(4)
            server.start()
            second.until(10)
            wanted = {family: [*numbers] for family, numbers in laid.items()}  # what comes later is still on its way
            for _ in range(10):
                if not (gone := missing(server, wanted)):
                    break
                second.until(10)
        assert gone == []
        assert len(laid["netmon_line"]) >= 26


@pytest.mark.parametrize("name", BOTH)
async def test_nothing_is_lost_by_killing_the_server_between_two_requests(
    tmp_path: Path, require_program: Callable[[str, str], str], name: str
) -> None:
    """It is back before anybody has asked for it; what it had not written is gone."""
    told = itertools.count(1.0)
    net = RealNet()

    def families() -> Iterator[Family]:
        yield Family("netmon_x", Metric("gauge", "X.", ("n",)), [('n="1"', next(told))])

    with victoria(require_program, tmp_path / "victoria") as server:
        one = exporter(name, server.url, 3600.0, 1_000_000)
        pusher = Pusher(name, one, tmp_path / "spool", families, net, SystemClock(), Pauses())
        task = asyncio.create_task(pusher.run())
        for restart in (True, False):
            while pusher.sender.sent == 0 or pusher.spool.state.lines:
                await asyncio.sleep(0.01)
            if restart:
                server.kill()
                server.start()
                await pusher.take()
        [found] = server.series("netmon_x").values()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    await net.close()
    assert sorted(found.values()) == [1.0, 2.0]
    assert pusher.sender.failures == 0


def test_how_it_goes_is_told_and_only_those_that_push_do(tmp_path: Path) -> None:
    told = [Family("netmon_x", Metric("gauge", "X.", ("n",)), [('n="1"', 1.0), ('n="2"', float("nan"))])]

    async def one_moment() -> Pushers:
        exporters = {"prometheus": Prometheus(), "influxdb": InfluxDb(url="http://127.0.0.1:1", timeout=1)}
        config = Config(data=tmp_path, exporters=exporters, notifiers={})
        pushers = Pushers(config, lambda: iter(told), FakeNet(), SystemClock())
        [only] = pushers.each
        await only.take()
        return pushers

    pushers = asyncio.run(one_moment())
    found = {family.name: dict(family.series) for family in pushers.families()}
    assert set(found) == {name for name in HEALTH if name.startswith("netmon_export_")}
    oldest = found.pop("netmon_export_oldest_timestamp_seconds")
    assert list(oldest) == ['exporter="influxdb"']
    lost = found.pop("netmon_export_dropped_total")
    assert lost == {f'exporter="influxdb",reason="{why}"': float(why == "not_a_number") for why in REASONS}
    octets = found.pop("netmon_export_spool_bytes")['exporter="influxdb"']
    assert 0 < octets < 100
    assert found == {
        "netmon_export_sent_total": {'exporter="influxdb"': 0},
        "netmon_export_failures_total": {'exporter="influxdb"': 0},
        "netmon_export_spool_lines": {'exporter="influxdb"': 1},
    }


def test_what_only_those_that_push_need_is_loaded_by_them() -> None:
    """influxdb-client takes a second and 48 MB."""
    files = [path for folder in ("netmon", "collectors") for path in (ROOT / folder).rglob("*.py")]
    early = re.compile(r"^(import|from) (influxdb_client|cramjam|urllib3)", re.MULTILINE)
    assert len(files) > 100
    assert [path.name for path in files if early.search(path.read_text(encoding="utf-8"))] == []
