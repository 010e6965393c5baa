"""What comes out of the spool, whatever happens to the disk and to the program?"""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from netmon.model import Batch
from netmon.run.push.position import FILE
from netmon.run.push.segment import HEAD
from netmon.run.push.spool import Spool, State
from netmon.run.push.waiting import AGAIN
from tests.conftest import ROOT

MOST = 100_000


def spool(folder: Path, most: int = MOST, memory: int = 1_000_000) -> Spool:
    one = Spool(folder, most, memory)
    one.open()
    return one


def fill(one: Spool, numbers: range, octets: int = 10) -> None:
    """A moment for each number, whose payload begins with it and has as many lines."""
    for number in numbers:
        one.begin()
        one.add(Batch(b"%d " % number + b"." * octets, number), 1000.0 + number)


def waits(one: Spool) -> list[int]:
    """The numbers that come out one after the other, nothing being acknowledged."""
    found, behind = [], 0
    while (item := one.pick(behind)) is not None:
        found.append(int(item.payload.split()[0]))
        behind = item.number + 1
    return found


def take(one: Spool, now: float = 0.0) -> int:
    item = one.pick()
    assert item is not None
    one.done(item.number, now)
    return int(item.payload.split()[0])


def test_what_goes_in_comes_out_in_order_and_is_told(tmp_path: Path) -> None:
    one = spool(tmp_path)
    fill(one, range(1, 4))
    assert one.state == State(6, 36, 1001.0)
    assert waits(one) == [1, 2, 3]
    newest = one.pick(one.live)
    assert newest is not None
    assert newest.payload.startswith(b"3 ")
    assert [take(one), take(one), take(one)] == [1, 2, 3]
    assert (one.pick(), one.state) == (None, State())
    assert sum(one.lost.values()) == 0


def test_after_a_restart_the_last_minute_that_was_acknowledged_goes_again_and_what_waited_goes_too(
    tmp_path: Path,
) -> None:
    one = spool(tmp_path)
    fill(one, range(1, 7))
    assert [take(one, 100.0), take(one, 100.0 + AGAIN), take(one, 101.0 + AGAIN)] == [1, 2, 3]
    one.save()
    again = spool(tmp_path)
    assert waits(again) == [1, 2, 3, 4, 5, 6]
    assert again.state == State(21, one.state.octets + 3 * 12, 1001.0)
    take(again, 1000.0)
    item = again.pick()
    assert item is not None
    assert item.times == 1
    assert [take(again, 1000.0 + 2 * AGAIN) for _ in range(5)] == [2, 3, 4, 5, 6]
    fill(again, range(7, 8))
    assert [take(again, 1001.0 + 2 * AGAIN)] == [7]
    again.save()
    assert waits(spool(tmp_path)) == [2, 3, 4, 5, 6, 7]  # 1 was acknowledged long before the rest


@pytest.mark.parametrize(
    "damage", [b"", b"{}", b"[" * 100_000, b'{"next": 1e999, "waiting": [[5, 2, 0]], "taken": []}']
)
def test_without_a_position_all_goes_again(tmp_path: Path, damage: bytes) -> None:
    one = spool(tmp_path)
    fill(one, range(1, 4))
    take(one)
    one.save()
    (tmp_path / FILE).write_bytes(damage)
    again = spool(tmp_path)
    assert waits(again) == [1, 2, 3]
    fill(again, range(4, 5))
    assert waits(again) == [1, 2, 3, 4]


def test_an_old_position_costs_only_that_more_goes_again(tmp_path: Path) -> None:
    one = spool(tmp_path)
    fill(one, range(1, 3))
    one.save()
    old = (tmp_path / FILE).read_bytes()
    fill(one, range(3, 6))
    assert [take(one) for _ in range(3)] == [1, 2, 3]
    (tmp_path / FILE).write_bytes(old)
    assert waits(spool(tmp_path)) == [1, 2, 3, 4, 5]


def test_killed_between_any_two_octets_nothing_that_was_whole_is_lost(tmp_path: Path) -> None:
    one = spool(tmp_path / "whole")
    fill(one, range(1, 3))
    one.save()
    [file] = (tmp_path / "whole").glob("*.spool")
    octets = file.read_bytes()
    half = len(octets) // 2
    for length in range(half, len(octets)):
        folder = tmp_path / f"{length}"
        folder.mkdir()
        (folder / file.name).write_bytes(octets[:length])
        (folder / FILE).write_bytes((tmp_path / "whole" / FILE).read_bytes())
        again = spool(folder)
        assert waits(again) == [1]
        torn = length - half
        assert again.lost["damaged"] == (0 if not torn else 2 if torn >= HEAD else 1)
        fill(again, range(3, 4))
        assert waits(again) == [1, 3]


def test_at_the_limit_the_oldest_goes_and_its_lines_are_counted(tmp_path: Path) -> None:
    one = spool(tmp_path)
    fill(one, range(1, 201), octets=1000)
    left = waits(one)
    assert left == [*range(left[0], 201)]
    assert one.lost["spool_full"] == sum(range(1, left[0]))
    size = sum(file.stat().st_size for file in tmp_path.glob("*.spool"))
    assert MOST * 0.8 < size <= MOST
    assert one.state.lines == sum(left)
    assert waits(spool(tmp_path)) == left


def test_what_was_acknowledged_long_ago_leaves_the_disk(tmp_path: Path) -> None:
    one = spool(tmp_path)
    fill(one, range(1, 81), octets=1000)
    for number in range(1, 81):
        assert take(one, number * 10.0) == number
    files = sorted(tmp_path.glob("*.spool"))
    assert len(files) == 2
    assert int(files[0].stem) <= 80 - AGAIN / 10
    assert one.lost == Spool(tmp_path, MOST).lost


def test_a_batch_that_is_damaged_is_counted_and_passed_over(tmp_path: Path) -> None:
    one = spool(tmp_path)
    fill(one, range(1, 4))
    [file] = tmp_path.glob("*.spool")
    octets = bytearray(file.read_bytes())
    octets[octets.index(b"2 .")] ^= 1
    file.write_bytes(octets)
    assert waits(one) == [1, 3]
    assert (one.lost["damaged"], one.state.lines) == (2, 4)
    file.unlink()
    assert waits(one) == []
    assert (one.lost["damaged"], one.state) == (6, State())


def test_refused_lines_are_counted_unless_they_were_acknowledged_before(tmp_path: Path) -> None:
    one = spool(tmp_path)
    fill(one, range(1, 3))
    first = one.pick()
    assert first is not None
    one.drop(first.number)
    one.done(first.number, 0.0, refused=1)  # not there any more
    second = one.pick()
    assert second is not None
    one.done(second.number, 5.0, refused=1)
    assert (one.lost["refused"], one.state) == (2, State())
    one.again()
    assert one.state.lines == 2
    one.done(second.number, 6.0, refused=1)
    one.again()
    one.drop(second.number)
    assert (one.lost["refused"], one.state) == (2, State())


def test_a_folder_that_cannot_be_written_is_a_full_disk(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    one = spool(tmp_path / "file" / "spool", memory=100)
    fill(one, range(1, 21))
    one.save()
    assert one.why
    left = waits(one)
    assert left == [*range(left[0], 21)]
    assert sum(one.lost.values()) == sum(range(1, left[0]))
    (tmp_path / "file").unlink()
    fill(one, range(21, 22))
    assert (one.why, waits(spool(tmp_path / "file" / "spool"))) == ("", [*left, 21])


FULL = """
import json, sys
from pathlib import Path
from tests.run.push.test_spool import fill, spool, waits
folder = Path(sys.argv[1])
one = spool(folder / "spool", most=10_000_000, memory=100_000)
ballast = folder / "ballast"
fill(one, range(1, 11), octets=10_000)
with ballast.open("wb", buffering=0) as file:
    try:
        while True:
            file.write(bytes(1000))
    except OSError:
        pass
fill(one, range(11, 41), octets=10_000)
one.save()
told = {"why": one.why, "full": waits(one), "lost": dict(one.lost)}
ballast.unlink()
fill(one, range(41, 43), octets=10_000)
one.save()
print(json.dumps(told | {"after": one.why, "again": waits(spool(folder / "spool", most=10_000_000))}))
"""


def test_with_a_full_disk_it_goes_on_in_memory_and_with_room_on_the_disk(
    tmp_path: Path, require_program: Callable[[str, str], str]
) -> None:
    unshare = require_program("unshare", "util-linux")
    mounted = 'mount -t tmpfs -o size=600k tmpfs "$0" && exec "$@" "$0"'
    command = [unshare, "-Urm", "sh", "-c", mounted, str(tmp_path), sys.executable, "-c", FULL]
    done = subprocess.run(command, cwd=ROOT, env=dict(os.environ), capture_output=True, timeout=30, check=False)
    assert done.returncode == 0, done.stderr.decode()
    told = json.loads(done.stdout)
    assert told["why"] == "No space left on device"
    kept = told["full"]
    assert kept[:10] == [*range(1, 11)]
    assert kept[-9:] == [*range(32, 41)]
    missing = set(range(1, 41)) - set(kept)
    assert 0 < told["lost"]["disk_full"] == sum(missing) == sum(told["lost"].values())
    assert (told["after"], told["again"]) == ("", [*kept, 41, 42])
