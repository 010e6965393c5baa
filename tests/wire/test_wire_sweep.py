"""Is everybody on a segment found, whoever comes or moves, and does nothing stay behind?

On a real segment (tests.wire.segment).
"""

import asyncio
import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from netmon.errors import BadAnswer, NotPermitted
from netmon.wire.arp import EXITS
from netmon.wire.sweep import SCRIPT, sweep
from tests.conftest import ROOT, missing, needs_scapy
from tests.wire.cage import Caged
from tests.wire.segment import HOSTS, NETWORK, Segment, mac

pytestmark = pytest.mark.netns


@pytest.fixture
def segment(netns: None) -> Iterator[Segment]:
    needs_scapy()
    made = Segment()
    try:
        made.build()
        yield made
    finally:
        made.cage.close()


def test_everybody_is_found_and_so_is_who_comes_or_moves(
    segment: Segment, record_property: Callable[[str, object], None]
) -> None:
    before = segment.probe("sweep", "lan", NETWORK)
    assert before["found"] == [[f"10.7.0.{number + 9}", mac(number)] for number in range(1, HOSTS + 1)]
    record_property("figures", f"ARP sweep of {NETWORK} with {HOSTS} hosts: {before['took']:.1f} s")
    moved = ["addr del 10.7.0.12/24 dev h3", "addr add 10.7.0.200/24 dev h3"]
    segment.hosts(*segment.host(99, 99), *moved)
    after = segment.probe("sweep", "lan", NETWORK)["found"]
    assert [one for one in after if one not in before["found"]] == [["10.7.0.99", mac(99)], ["10.7.0.200", mac(3)]]
    assert [one for one in before["found"] if one not in after] == [["10.7.0.12", mac(3)]]


def test_two_that_claim_one_address_are_both_told(segment: Segment) -> None:
    segment.hosts("addr add 10.7.0.10/24 dev h2")
    found = segment.probe("sweep", "lan", NETWORK)["found"]
    assert found[:3] == [["10.7.0.10", mac(1)], ["10.7.0.10", mac(2)], ["10.7.0.11", mac(2)]]


def test_an_interface_that_is_not_there(segment: Segment) -> None:
    said = segment.probe("sweep", "nowhere", NETWORK)
    assert said["error"] == "BadAnswer"
    assert "nowhere" in said["text"]


@pytest.mark.parametrize("network", ["10.0.0.0/21", "fd00::/120", "10.0.0.1/24", "lan"])
async def test_only_small_networks_of_ipv4(network: str) -> None:
    with pytest.raises(BadAnswer):
        await sweep("lo", network, 5)


def program(folder: Path, text: str) -> Path:
    """A stand-in for the program that asks."""
    script = folder / "script.py"
    script.write_text(text)
    return script


@pytest.mark.parametrize(
    ("code", "error", "text"),
    [
        (EXITS["no scapy"], BadAnswer, r"netmon\[lan\]"),
        (EXITS["no right"], NotPermitted, "CAP_NET_RAW"),
        (EXITS["no interface"], BadAnswer, "on lo: no such thing"),
        (1, BadAnswer, "ended with 1: no such thing"),
    ],
)
async def test_what_keeps_it_from_asking_is_said(tmp_path: Path, code: int, error: type[Exception], text: str) -> None:
    script = program(tmp_path, f"import sys\nsys.stderr.write('lost\\nno such thing\\n')\nsys.exit({code})\n")
    with pytest.raises(error, match=text):
        await sweep("lo", "10.0.0.0/30", 10, script)


async def test_one_that_hangs_is_ended(tmp_path: Path) -> None:
    noted = f"import os, time\nopen({str(tmp_path / 'pid')!r}, 'w').write(str(os.getpid()))\n"
    script = program(tmp_path, noted + "time.sleep(600)\n")
    asking = asyncio.ensure_future(sweep("lo", "10.0.0.0/30", 60, script))
    while not (tmp_path / "pid").exists() or not (tmp_path / "pid").read_text():
        await asyncio.sleep(0.01)
    pid = int((tmp_path / "pid").read_text())
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    assert not Path(f"/proc/{pid}").exists()
    with pytest.raises(BadAnswer, match="not done within"):
        await sweep("lo", "10.0.0.0/30", 0.05, script)


def test_netmon_itself_never_loads_scapy() -> None:
    texts = {path: path.read_text() for top in ("netmon", "collectors") for path in ROOT.glob(f"{top}/**/*.py")}
    assert [path for path, text in texts.items() if re.search(r"\b(from|import) scapy", text)] == [SCRIPT]
    assert not [path for path, text in texts.items() if re.search(r"import arp\b|wire\.arp import", text)]


def test_without_the_right_it_says_so(caged_without_rights: Caged) -> None:
    needs_scapy()
    if os.geteuid():
        missing("root is needed to give rights away")
    said = caged_without_rights("sweep", "lo", "127.0.0.0/30")
    assert said["error"] == "NotPermitted"
    assert "CAP_NET_RAW" in said["text"]
