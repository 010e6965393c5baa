"""Real servers that the dashboards ask: Prometheus and InfluxDB, on loopback, for as long as a test lasts."""

import json
import os
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.ports import free_port

_OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class Server:
    """Where one listens, and how it is asked."""

    def __init__(self, base: str, process: int) -> None:
        self._base = base
        self._process = process

    def spent(self) -> float:
        """Seconds of CPU that it has used since it began, to the hundredth."""
        fields = Path(f"/proc/{self._process}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def get(self, path: str, values: dict[str, Any]) -> Any:
        """The JSON of an answer; AssertionError says what the server found wrong with the question."""
        try:
            with _OPENER.open(f"{self._base}{path}?{urllib.parse.urlencode(values)}", timeout=180) as reply:
                return json.load(reply)
        except urllib.error.HTTPError as error:
            raise AssertionError(f"{values}: {error.read().decode(errors='replace')}") from None

    def post(self, path: str, body: bytes = b"") -> None:
        """Hand something in, or have something done."""
        with _OPENER.open(urllib.request.Request(self._base + path, body, method="POST"), timeout=30) as reply:
            assert reply.status < 300


@contextmanager
def served(command: list[str], port: int, alive: str, log: Path) -> Iterator[Server]:
    """The program, from when it answers `alive` to the end of the block."""
    base = f"http://127.0.0.1:{port}"
    with log.open("wb") as output, subprocess.Popen(command, stdout=output, stderr=output) as running:
        try:
            deadline = time.monotonic() + 30
            while True:
                try:
                    with _OPENER.open(base + alive, timeout=5):
                        break
                except (OSError, urllib.error.URLError):
                    told = log.read_text(errors="replace")
                    assert running.poll() is None, told
                    assert time.monotonic() < deadline, told
                    time.sleep(0.05)
            yield Server(base, running.pid)
        finally:
            running.terminate()
            try:
                running.wait(10)
            except subprocess.TimeoutExpired:
                running.kill()


@contextmanager
def prometheus(program: str, promtool: str, samples: Path, folder: Path) -> Iterator[Server]:
    """A Prometheus that has scraped these samples (OpenMetrics)."""
    data = folder / "tsdb"
    blocks = [
        promtool,
        "tsdb",
        "create-blocks-from",
        "--max-block-duration=1440h",
        "openmetrics",
        str(samples),
        str(data),
    ]
    done = subprocess.run(blocks, capture_output=True, text=True, timeout=1800, check=False)
    assert done.returncode == 0, done.stderr
    with opened(program, data, folder) as server:
        yield server


@contextmanager
def opened(program: str, data: Path, folder: Path) -> Iterator[Server]:
    """A Prometheus on blocks that are there; it leaves them as they are."""
    config, port = folder / "prometheus.yml", free_port()
    config.write_text("global: {scrape_interval: 15s}\n")
    command = [program, f"--config.file={config}", f"--storage.tsdb.path={data}", "--log.level=warn"]
    command += [f"--web.listen-address=127.0.0.1:{port}", "--storage.tsdb.retention.time=10y"]
    command += [f"--storage.tsdb.{which}-block-duration=2h" for which in ("min", "max")]
    with served(command, port, "/-/ready", folder / "prometheus.log") as server:
        yield server


@contextmanager
def influxdb(program: str, folder: Path) -> Iterator[Server]:
    """An InfluxDB 1 with an empty database `netmon`."""
    config, port = folder / "influxdb.conf", free_port()
    config.write_text(f"""
reporting-disabled = true
bind-address = "127.0.0.1:0"
[meta]
dir = "{folder}/meta"
[data]
dir = "{folder}/data"
wal-dir = "{folder}/wal"
[http]
bind-address = "127.0.0.1:{port}"
[monitor]
store-enabled = false
""")
    with served([program, "-config", str(config)], port, "/ping", folder / "influxdb.log") as server:
        server.post("/query?q=CREATE%20DATABASE%20netmon")
        yield server


@contextmanager
def victoria(program: str, folder: Path) -> Iterator[Server]:
    """An empty VictoriaMetrics, in which the measurement of a line is the name of its metric."""
    port = free_port()
    command = [program, f"-storageDataPath={folder / 'victoria'}", f"-httpListenAddr=127.0.0.1:{port}"]
    command += ["-retentionPeriod=100y", "-influxSkipSingleField", "-loggerLevel=ERROR", "-search.latencyOffset=0s"]
    with served(command, port, "/-/healthy", folder / "victoria.log") as server:
        yield server
