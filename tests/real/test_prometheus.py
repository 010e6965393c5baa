"""Do the programs that read the page, read it without complaint?"""

import json
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from netmon.exporters.prometheus import Prometheus
from netmon.model import Family, Incident, Inventory, Metric, Sample, Standing, State, Target
from netmon.run.families import inventory_families, link_use_families, verdict_families
from netmon.run.store import Store
from netmon.web.app import build
from tests.ports import free_port
from tests.run.province import province
from tests.web.shown import Shown, running_beside

METRICS = {
    "netmon_probe_success": Metric("gauge", "Whether the target answered (1) or not (0).", ("collector",)),
    "netmon_optical_receive_power_dbm": Metric("gauge", "Light received, in dBm.", ("port",)),
    "netmon_sent_bytes_total": Metric("counter", "Bytes sent.", ("port",)),
}
ODD = [
    "Gi0/0/0",
    "",
    'quote"d',
    "back\\slash",
    "new\nline",
    "cổng số 1",
    "{}",
    "a,b=c",
    " ",
    "\t",
    "#",
    "\x00\x7f",
    "🛰",
]


def families(inventory: Inventory) -> Iterator[Family]:
    store = Store(METRICS)
    for number in range(40):
        name = f"r{number}"
        target = Target(id=name, of="device", site="van-yen", level="district", address="10.0.0.1", timeout=1)
        values = [2**64 - 1, 0, 1.5, float("nan"), float("inf"), float("-inf"), 1e-300]
        samples = [Sample("netmon_probe_success", number % 2, ("icmp",)), Sample("netmon_invented", 1)]
        for place, port in enumerate(ODD):
            samples.append(Sample("netmon_sent_bytes_total", 2**63 + place, (port,)))
            samples.append(Sample("netmon_optical_receive_power_dbm", values[place % len(values)], (port,)))
        store.put(target, "all", 0, samples, keep=60)
    standings = {"van-yen": Standing(State.DOWN, 5), "chau-que-ha": Standing(State.UNREACHABLE, 5, "van-yen")}
    incident = Incident(
        id=1,
        kind="outage",
        severity="critical",
        root="van-yen",
        seat="van-yen",
        state="open",
        cause="fibre",
        opened_at=5,
        affected=("van-yen", "chau-que-ha"),
    )
    yield Family("netmon_alone", Metric("gauge", "One number without labels."), [("", 7)])
    yield from store.families(1)
    yield from inventory_families(inventory)
    yield from verdict_families(inventory, standings, {1: incident})
    yield from link_use_families(inventory, store)


def test_promtool_has_nothing_to_complain_of(require_program: Callable[[str, str], str]) -> None:
    promtool = require_program("promtool", "prometheus")
    page = Prometheus().render(families(province()))
    assert page.count(b"\n") > 1000
    done = subprocess.run([promtool, "check", "metrics"], input=page, capture_output=True, timeout=30, check=False)
    assert (done.returncode, done.stdout.decode(), done.stderr.decode()) == (0, "", "")


def test_promtool_does_see_what_is_wrong(require_program: Callable[[str, str], str]) -> None:
    """The control to the test above: a page that is broken in one place is refused."""
    promtool = require_program("promtool", "prometheus")
    wrong = Prometheus().render([Family("netmon_x", Metric("counter", "X."), [('a="b"', 1)])])
    done = subprocess.run([promtool, "check", "metrics"], input=wrong, capture_output=True, timeout=30, check=False)
    assert done.returncode != 0


class Asked:
    """The query interface of a running Prometheus, at the moment of its first good scrape.

    Later scrapes say the same, but on a busy machine one may take longer than it may: then there is nothing to be seen.
    """

    def __init__(self, base: str) -> None:
        self._base = base
        self._at: float | None = None

    def _get(self, path: str) -> Any:
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(self._base + path, timeout=30) as reply:
            return json.load(reply)["data"]

    def query(self, promql: str) -> list[dict[str, Any]]:
        asked = {"query": promql} if self._at is None else {"query": promql, "time": f"{self._at + 0.1:.3f}"}
        rows: list[dict[str, Any]] = self._get("/api/v1/query?" + urllib.parse.urlencode(asked))["result"]
        return rows

    def target(self) -> dict[str, Any]:
        targets = self._get("/api/v1/targets")["activeTargets"]
        found: dict[str, Any] = targets[0] if targets else {"health": "unknown"}
        return found

    def wait_for_a_scrape(self, running: subprocess.Popen[bytes]) -> None:
        """Until a good scrape can be asked for, at most 30 s from now. A target is called up some time before that."""
        deadline, target = time.monotonic() + 30, dict[str, Any]()
        while time.monotonic() < deadline and running.poll() is None:
            with suppress(OSError):
                target = self.target()
                if found := self.query("timestamp(up) and up == 1"):
                    self._at = float(found[0]["value"][1])
                    return
            time.sleep(0.1)
        raise AssertionError(f"Prometheus has no good scrape in 30 s: {target}")


@contextmanager
def prometheus(program: str, port: int, folder: Path) -> Iterator[Asked]:
    """A real Prometheus that scrapes `port` every second, once it has done so."""
    config = folder / "prometheus.yml"
    config.write_text(
        "global: {scrape_interval: 1s, scrape_timeout: 1s}\n"
        f"scrape_configs: [{{job_name: netmon, static_configs: [{{targets: ['127.0.0.1:{port}']}}]}}]\n"
    )
    own = free_port()
    command = [program, f"--config.file={config}", f"--storage.tsdb.path={folder / 'data'}"]
    command += [f"--web.listen-address=127.0.0.1:{own}", "--log.level=warn"]
    log = folder / "log"
    with log.open("wb") as output, subprocess.Popen(command, stdout=output, stderr=output) as running:
        try:
            asked = Asked(f"http://127.0.0.1:{own}")
            asked.wait_for_a_scrape(running)
            yield asked
        except AssertionError as error:
            error.add_note(log.read_text(errors="replace"))
            raise
        finally:
            running.terminate()
            try:
                running.wait(10)
            except subprocess.TimeoutExpired:
                running.kill()


@pytest.fixture(scope="module")
def scraped(require_program: Callable[[str, str], str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asked]:
    program = require_program("prometheus", "prometheus")
    page = Prometheus().render(families(province()))
    folder = tmp_path_factory.mktemp("prometheus")
    with running_beside(build(Shown(page=page))) as port, prometheus(program, port, folder) as asked:
        yield asked


def test_states_can_be_joined_with_what_describes_their_site(scraped: Asked) -> None:
    rows = scraped.query("netmon_site_state * on(site) group_left(name, area) netmon_site_info")
    assert len(rows) == 15
    true = {
        (row["metric"]["site"], row["metric"]["name"], row["metric"].get("area"), row["metric"]["state"])
        for row in rows
        if row["value"][1] == "1"
    }
    assert true == {
        ("tinh", "Trung tâm dữ liệu tỉnh", None, "unknown"),
        ("van-yen", 'Huyện "Văn Yên"', None, "down"),
        ("chau-que-ha", "Xã Châu Quế Hạ", "kv-van-yen", "unreachable"),
    }


def test_links_and_devices_can_be_joined_too(scraped: Asked) -> None:
    links = scraped.query("netmon_link_state * on(link) group_left(circuit, carrier) netmon_link_info")
    assert {row["metric"].get("circuit") for row in links} == {"YB-VY-01", None}
    devices = scraped.query("netmon_device_state * on(device) group_left(address) netmon_device_info")
    assert len(devices) == 20
    assert {row["metric"]["address"] for row in devices} >= {"10.28.0.1", "10.28.4.11"}


def test_odd_labels_arrive_as_they_were(scraped: Asked) -> None:
    rows = scraped.query('netmon_sent_bytes_total{device="r7"}')
    assert sorted(row["metric"].get("port", "") for row in rows) == sorted(ODD)


def test_odd_numbers_arrive_as_they_were(scraped: Asked) -> None:
    rows = scraped.query('netmon_optical_receive_power_dbm{device="r7"}')
    assert {row["value"][1] for row in rows} == {"18446744073709552000", "0", "1.5", "NaN", "+Inf", "-Inf", "1e-300"}


def test_types_and_own_health_are_known(scraped: Asked) -> None:
    assert scraped.query("netmon_alone")[0]["value"][1] == "7"
    assert scraped.query("process_resident_memory_bytes")[0]["value"][1] != "0"
    assert scraped.query('netmon_samples_dropped_total{reason="undeclared"}')[0]["value"][1] == "40"
    assert scraped.query('netmon_incident_affected_sites{root="van-yen"}')[0]["value"][1] == "2"
