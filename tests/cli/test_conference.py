"""Does `netmon conference check` say on one page which bridges are ready?"""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from netmon.cli.main import build
from netmon.errors import InputError
from tests.settings.written import write

INVENTORY = """
vantage: noc
levels: [province, commune]
events:
  - {name: Họp trực tuyến với Chính phủ, at: 2099-12-02T07:30, lasts: 4h, bridges: mcu}
  - {name: Họp trực tuyến với Chính phủ, at: 2098-12-02T07:30, lasts: 4h, bridges: ma-room}
  - {name: Họp đã xong, at: 2020-12-02T07:30, lasts: 4h, bridges: all}
  - {name: Giao ban, at: 2097-12-02T07:30, lasts: 4h, sites: [centre, mau-a]}
sites:
  centre:
    name: Trung tâm
    level: province
    devices:
      core: {address: 127.0.0.1, role: router}
      noc: {address: 127.0.0.2}
      mcu: {address: 127.0.0.3, collect: {bridge: {spacing: 10ms, packets: 20}}}
  mau-a:
    name: Xã Mậu A
    level: commune
    devices:
      ma-r: {address: 127.0.1.1, role: router}
      ma-room: {address: 127.0.1.2, collect: {bridge: {spacing: 10ms, packets: 20, max_rtt: 0.0001ms}}}
    uplinks: [{to: core, circuit: YB-VY-MA}]
"""


def asked(folder: Path, *arguments: str, settings: str = "{listen: '127.0.0.1:1'}\n") -> Result:
    write(folder, {"a.yaml": INVENTORY, "netmon.yaml": settings})
    command = ["conference", "check", str(folder), *arguments]
    return CliRunner().invoke(build(["conference", "check"]), command)


def test_the_page(tmp_path: Path) -> None:
    done = asked(tmp_path)
    lines = done.stdout.splitlines()
    assert done.exit_code == 0, "they were measured, that is all that was asked"
    assert lines[0].split() == ["Điểm", "cầu", "Điểm", "Chất", "lượng", "Mất", "gói", "Trễ", "Jitter", "MOS", "Kênh"]
    assert lines[1].split()[:5] == ["ma-room", "Xã", "Mậu", "A", "kém"]
    assert lines[1].split()[-1] == "YB-VY-MA"
    assert lines[2].split()[:4] == ["mcu", "Trung", "tâm", "tốt"]
    assert lines[3] == "ma-room: round trip of 0.0001 ms at most"
    assert lines[4].endswith(": 1/2 điểm cầu sẵn sàng (1 kém, 1 tốt)")
    assert len(lines) == 5


def test_the_page_in_english(tmp_path: Path) -> None:
    lines = asked(tmp_path, settings="{language: en, listen: '127.0.0.1:1'}\n").stdout.splitlines()
    assert lines[0].split() == ["bridge", "site", "sounds", "loss", "delay", "jitter", "MOS", "line"]
    assert lines[-1].endswith(": 1 of 2 bridges ready (1 poor, 1 good)")


def test_for_scripts(tmp_path: Path) -> None:
    told = json.loads(asked(tmp_path, "--json", "--packets", "25").stdout)
    assert (told["ready"], told["total"], told["event"]) == (1, 2, None)
    poor, good = told["bridges"]
    assert (poor["bridge"], poor["site"], poor["grade"], poor["line"]) == ("ma-room/bridge", "mau-a", "poor", "mau-a/1")
    assert poor["why"].startswith("MOS 4.4 (loss 0.0 %")
    assert (good["bridge"], good["grade"], good["loss_ratio"], good["backup"]) == ("mcu/bridge", "good", 0, None)


@pytest.mark.parametrize(
    ("name", "bridges"),
    [
        ("Họp trực tuyến với Chính phủ", ["ma-room/bridge"]),  # the one that comes first
        ("hop truc tuyen", ["ma-room/bridge"]),
        ("giao ban", ["ma-room/bridge", "mcu/bridge"]),
    ],
)
def test_an_event_by_its_name(tmp_path: Path, name: str, bridges: list[str]) -> None:
    told = json.loads(asked(tmp_path, "--json", "--event", name).stdout)
    assert [each["bridge"] for each in told["bridges"]] == bridges


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Hop da xong", "is no event, or is over (there are Giao ban, Họp trực tuyến với Chính phủ)"),
        ("Giao bann", "is no event, or is over (did you mean 'Giao ban'?)"),
        ("o", "could be several (there are Giao ban, Họp trực tuyến với Chính phủ)"),
    ],
)
def test_an_event_that_is_none(tmp_path: Path, name: str, expected: str) -> None:
    error = asked(tmp_path, "--event", name).exception
    assert isinstance(error, InputError)
    assert str(error) == f"{name}: {expected}"


def test_trains_of_the_wrong_length_are_refused(tmp_path: Path) -> None:
    for packets in ("19", "5000"):
        done = asked(tmp_path, "--packets", packets)
        assert done.exit_code == 2
        assert "--packets" in done.output
