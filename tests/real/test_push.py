"""Does what the running service knows arrive at a server that goes away and comes back?"""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.real.service import Service
from tests.servers_of_numbers import Victoria, victoria

EXPORTERS = """\
exporters:
  prometheus: {{}}
  influxdb: {{url: "{url}", token: file:token, every: 1s}}
  remote_write: {{url: "{url}/api/v1/write", every: 1s}}
"""
TOKEN = "t0ken-of-the-test"


@pytest.fixture
def numbers(require_program: Callable[[str, str], str], tmp_path: Path) -> Iterator[Victoria]:
    with victoria(require_program, tmp_path / "victoria") as server:
        yield server


@pytest.fixture
def service(numbers: Victoria, tmp_path: Path) -> Iterator[Service]:
    one = Service(tmp_path / "project", 1, 1)
    (one.folder / "token").write_text(TOKEN)
    with (one.folder / "netmon.yaml").open("a") as file:
        file.write(EXPORTERS.format(url=numbers.url))
    yield one.start()
    one.close()


def moments(numbers: Victoria) -> set[int]:
    """When the states of the sites were taken, milliseconds."""
    return {at for each in numbers.series('netmon_site_state{site="huyen",state="down"}').values() for at in each}


def test_numbers_are_pushed_wait_while_nobody_takes_them_and_lie_on_disk_when_the_service_ends(
    service: Service, numbers: Victoria
) -> None:
    service.until(lambda: len(moments(numbers)) >= 3)
    numbers.kill()
    service.until(lambda: (service.metric(r'netmon_export_failures_total\{exporter="remote_write"\}') or 0) >= 1)
    service.until(lambda: (service.metric(r'netmon_export_spool_lines\{exporter="influxdb"\}') or 0) > 0)
    assert service.end() == 0
    for name in ("influxdb", "remote_write"):
        assert list((service.folder / "var" / "spool" / name).glob("*.spool"))
    log = (service.folder / "service.log").read_text()
    assert log.count("numbers cannot be written") == 2
    assert TOKEN not in log
