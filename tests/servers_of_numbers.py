"""Real servers that numbers are written to: Debian's victoria-metrics, influxdb and prometheus.

Each has a port and a folder of its own, is ended by its process id, and comes back with what it had on disk.
"""

import gzip
import json
import re
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from tests.ports import free_port

Series = tuple[tuple[str, str], ...]
"""The labels of a series in order, its name as `__name__`."""

_INFINITE = re.compile(rb"\+?(-?)Inf(?=[,\]])")
"""As VictoriaMetrics writes it, beside no JSON string that ends so."""

_OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def asked(url: str, body: bytes | None = None, headers: dict[str, str] | None = None) -> tuple[int, bytes]:
    """Status and body, whatever the status. OSError if nobody answers."""
    try:
        with _OPENER.open(urllib.request.Request(url, body, headers or {}), timeout=20) as reply:
            return reply.status, reply.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read()


class Server:
    """A program that answers HTTP on a port of loopback, once it is started; `log` is what it says."""

    ready = "/health"

    def __init__(self, program: str, folder: Path) -> None:
        self.program, self.folder, self.port = program, folder, free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = folder / "log"
        self.process: subprocess.Popen[bytes] | None = None
        folder.mkdir(parents=True, exist_ok=True)

    def command(self) -> list[str]:
        raise NotImplementedError

    def start(self) -> None:
        """Run it, and wait until it answers."""
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(self.command(), stdout=output, stderr=output, cwd=self.folder)
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline and self.process.poll() is None:
            with suppress(OSError):
                if asked(self.url + self.ready)[0] < 300:
                    return
            time.sleep(0.02)
        raise AssertionError(f"{self.program} does not come up: {self.log.read_text(errors='replace')[-2000:]}")

    def kill(self) -> None:
        """End it at once: what it has not written to its disk is gone."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None


class Victoria(Server):
    """victoria-metrics with all of its protocols; what it keeps is `series()`."""

    def command(self) -> list[str]:
        return [
            self.program,
            f"-storageDataPath={self.folder / 'data'}",
            f"-httpListenAddr=127.0.0.1:{self.port}",
            "-retentionPeriod=100y",
            "-search.latencyOffset=0s",
            "-search.maxUniqueTimeseries=2000000",
            "-influxSkipSingleField",  # the field `value` is not part of the name
            "-influxDBLabel=",  # nor the database a label
            "-memory.allowedBytes=60MB",
            "-loggerLevel=WARN",
        ]

    def series(self, match: str = '{__name__!=""}') -> dict[Series, dict[int, float]]:
        """Every number it has: labels -> milliseconds -> value."""
        asked(f"{self.url}/internal/force_flush")
        query = urllib.parse.urlencode({"match[]": match, "start": "0", "end": "4102444800"})
        status, body = asked(f"{self.url}/api/v1/export?{query}")
        assert status == 200, body
        found: dict[Series, dict[int, float]] = {}
        for line in body.splitlines():
            told = json.loads(_INFINITE.sub(rb"\1Infinity", line))
            values = [float("nan") if each is None else float(each) for each in told["values"]]
            labels = tuple(sorted(told["metric"].items()))
            found.setdefault(labels, {}).update(zip(told["timestamps"], values, strict=True))
        return found

    def forget(self) -> None:
        """Delete all that it has."""
        asked(f"{self.url}/api/v1/admin/tsdb/delete_series?" + urllib.parse.urlencode({"match[]": '{__name__!=""}'}))


class Receiver(Server):
    """A prometheus that takes remote-write, and nothing that is older than what it has."""

    ready = "/-/ready"

    def command(self) -> list[str]:
        (self.folder / "prometheus.yml").write_text("global: {}\n")
        return [
            self.program,
            "--config.file=prometheus.yml",
            "--storage.tsdb.path=data",
            f"--web.listen-address=127.0.0.1:{self.port}",
            "--web.enable-remote-write-receiver",
            "--log.level=warn",
        ]

    def series(self, promql: str) -> dict[Series, dict[int, float]]:
        """The numbers of a range vector: labels -> milliseconds -> value."""
        status, body = asked(f"{self.url}/api/v1/query?" + urllib.parse.urlencode({"query": promql}))
        assert status == 200, body
        return {
            tuple(sorted(each["metric"].items())): {round(at * 1000): float(value) for at, value in each["values"]}
            for each in json.loads(body)["data"]["result"]
        }


CONFIG = """\
reporting-disabled = true
bind-address = "127.0.0.1:{rpc}"
[meta]
  dir = "{folder}/meta"
  logging-enabled = false
[data]
  dir = "{folder}/data"
  wal-dir = "{folder}/wal"
  query-log-enabled = false
[monitor]
  store-enabled = false
[http]
  bind-address = "127.0.0.1:{port}"
  log-enabled = false
"""


class Influx1(Server):
    """influxd 1.6: lines by /write, InfluxQL by /query."""

    ready = "/ping"

    def command(self) -> list[str]:
        config = self.folder / "influxdb.conf"
        config.write_text(CONFIG.format(rpc=free_port(), port=self.port, folder=self.folder))
        return [self.program, "-config", str(config)]

    def write(self, database: str, gzipped: bytes) -> tuple[int, bytes]:
        """Lines dated in milliseconds."""
        where = urllib.parse.urlencode({"db": database, "precision": "ms"})
        return asked(f"{self.url}/write?{where}", gzip.decompress(gzipped))

    def query(self, database: str, influxql: str) -> list[dict[str, Any]]:
        """The series of the only statement: name, tags, columns, values."""
        where = urllib.parse.urlencode({"db": database, "q": influxql, "epoch": "ms"})
        status, body = asked(f"{self.url}/query?{where}", b"")
        assert status == 200, body
        [told] = json.loads(body)["results"]
        assert "error" not in told, told
        rows: list[dict[str, Any]] = told.get("series", [])
        return rows


@contextmanager
def running(server: Server) -> Iterator[Server]:
    """Started, and ended whatever happens."""
    try:
        server.start()
        yield server
    finally:
        server.kill()


@contextmanager
def victoria(require_program: Callable[[str, str], str], folder: Path) -> Iterator[Victoria]:
    """A victoria-metrics of one's own."""
    server = Victoria(require_program("victoria-metrics", "victoria-metrics"), folder)
    with running(server):
        yield server


@contextmanager
def influx1(require_program: Callable[[str, str], str], folder: Path) -> Iterator[Influx1]:
    """An influxd of one's own."""
    server = Influx1(require_program("influxd", "influxdb"), folder)
    with running(server):
        yield server
