"""Does the whole service tell who is new on a segment of its own, and who has moved, once each?"""

import json
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ROOT, needs_scapy
from tests.wire.segment import HOSTS, Segment, mac

pytestmark = pytest.mark.netns

EVERY, SOON = 6, 120.0
NETWORK = "10.7.0.0/26"
"""The part in which hosts are: the others would take most of a sweep's time, and a busy machine needs it."""
INVENTORY = f"""
province: lab
vantage: noc
sites:
  hq:
    name: Trụ sở
    level: province
    devices:
      gw: {{address: 10.7.0.10, role: router}}
      noc:
        address: 10.7.0.1
        role: server
        behind: gw
        collect:
          sweep: {{interface: lan, network: {NETWORK}, every: {EVERY}s, timeout: {EVERY}s, tell: [new, changed]}}
"""


class Station:
    """A netmon that runs on the segment."""

    def __init__(self, segment: Segment, folder: Path) -> None:
        self.segment, self.folder = segment, folder
        (folder / "inventory").mkdir()
        (folder / "inventory" / "all.yaml").write_text(INVENTORY, encoding="utf-8")
        with (folder / "netmon.log").open("wb") as log:
            segment.cage.popen("noc", self._argv("run", str(folder)), stdout=log, stderr=subprocess.STDOUT, cwd=ROOT)

    @staticmethod
    def _argv(*arguments: str) -> list[str]:
        return [sys.executable, "-m", "netmon.cli.main", *arguments]

    def incidents(self) -> list[dict[str, Any]]:
        asked = self.segment.cage.popen(
            "noc", self._argv("incidents", str(self.folder), "--json"), stdout=subprocess.PIPE, cwd=ROOT
        )
        return list(json.loads(asked.communicate(timeout=60)[0] or b"[]"))

    def page(self) -> str:
        ask = "import urllib.request as r; print(r.urlopen('http://127.0.0.1:9680/metrics').read().decode())"
        asked = self.segment.cage.popen(
            "noc", [sys.executable, "-I", "-c", ask], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        return asked.communicate(timeout=60)[0].decode()

    def sweeps(self) -> int:
        """How many have brought an answer."""
        found = re.search(r'^netmon_polls_answered_total\{collector="sweep"\} (\d+)$', self.page(), re.MULTILINE)
        return 0 if found is None else int(found[1])

    def wait(self, condition: Callable[[], bool]) -> None:
        until = time.monotonic() + SOON
        while not condition():
            assert time.monotonic() < until, (self.folder / "netmon.log").read_text(errors="replace")[-3000:]
            time.sleep(0.5)


@pytest.fixture
def station(netns: None, tmp_path: Path) -> Iterator[Station]:
    needs_scapy()
    segment = Segment()
    try:
        segment.build()
        segment.cage.must(["ip", "-n", "noc", "link", "set", "lo", "up"])
        yield Station(segment, tmp_path)
    finally:
        segment.cage.close()


def test_who_comes_and_who_moves_is_told_once(station: Station) -> None:
    station.wait(lambda: station.page().count("netmon_lan_host_info{") >= HOSTS)
    assert station.incidents() == [], "whoever was there before is known, not new"
    moved = ["addr del 10.7.0.12/24 dev h3", "addr add 10.7.0.62/24 dev h3"]
    station.segment.hosts(*station.segment.host(99, 61), *moved)
    station.wait(lambda: sum(len(one["evidence"]) for one in station.incidents()) >= 2)  # a sweep may come in between
    done = station.sweeps()
    station.wait(lambda: station.sweeps() >= done + 3)  # two whole ones have nothing to add
    told = [(one["kind"], one["state"], clue["text"]) for one in station.incidents() for clue in one["evidence"]]
    assert len(told) == 2, told
    assert {(kind, state) for kind, state, _ in told} == {("change", "resolved")}
    new, old = (next(text for *_, text in told if each in text) for each in (mac(99), mac(3)))
    assert new == f"thiết bị lạ {mac(99)} (10.7.0.61) ở cổng lan"
    assert old == f"thiết bị {mac(3)} đổi địa chỉ 10.7.0.12 sang 10.7.0.62"
    messages = (station.folder / "netmon.log").read_text(errors="replace").split("Báo để biết")
    assert [sum(each in message for message in messages) for each in (mac(99), mac(3))] == [1, 1]
