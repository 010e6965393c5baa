"""What comes out of the spool, whatever happens to the disk and to the program?"""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from zlib import crc32

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
    (tmp_path / FILE).write_bytes(b"%08x %b" % (crc32(damage), damage))
    again = spool(tmp_path)
    assert waits(again) == [1, 2, 3]
    fill(again, range(4, 5))
    assert waits(again) == [1, 2, 3, 4]


def test_a_position_that_was_damaged_hides_nothing_that_waits(tmp_path: Path) -> None:
    one = spool(tmp_path)
    fill(one, range(1, 4))
    one.save()
    whole = (tmp_path / FILE).read_bytes()
    assert b"[1, 4, 0]" in whole
    (tmp_path / FILE).write_bytes(whole.replace(b"[1, 4, 0]", b"[3, 4, 0]"))
    assert waits(spool(tmp_path)) == [1, 2, 3]


def test_how_far_things_have_come_is_written_after_what_the_disk_has_to_keep(tmp_path: Path) -> None:
    """A machine that loses its power keeps the first and not always the second."""
    one = spool(tmp_path)
    fill(one, range(1, 3))
    one.save()
    before = (tmp_path / FILE).read_bytes()
    fill(one, range(3, 5))
    [segment] = tmp_path.glob("*.spool")
    segment.unlink()
    segment.symlink_to(segment)  # nothing can be kept there
    one.save()
    assert one.why
    assert (tmp_path / FILE).read_bytes() == before


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


def test_what_is_newer_and_acknowledged_takes_no_room_of_what_waits(tmp_path: Path) -> None:
    """A server that is back and slow gets the newest at once, and the past a little at a time."""
    one = spool(tmp_path)
    fill(one, range(1, 51), 1000)
    for number in range(51, 201):
        fill(one, range(number, number + 1), 1000)
        one.done(number, number * AGAIN)
    assert one.lost["spool_full"] == 0
    assert waits(one) == [*range(1, 51)]
    one.save()
    again = spool(tmp_path)
    assert waits(again) == [*range(1, 51), 199, 200], "the last minute goes again"
    assert sum(again.lost.values()) == 0


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


def test_a_file_that_cannot_be_read_is_put_aside_and_in_nobodys_way(tmp_path: Path) -> None:
    """What another user wrote, perhaps; who runs the tests may read everything, but no folder as a file."""
    odd = tmp_path / f"{1:020d}.spool"
    odd.mkdir()
    one = spool(tmp_path)
    fill(one, range(1, 4))
    assert (one.why, one.lost["damaged"]) == ("", 1)
    assert waits(spool(tmp_path)) == [1, 2, 3]
    assert odd.with_suffix(".unreadable").is_dir()


def test_what_is_under_way_when_its_file_goes_is_lost_if_it_does_not_arrive(tmp_path: Path) -> None:
    for arrives in (True, False):
        one = spool(tmp_path / f"{arrives}")
        fill(one, range(1, 11), octets=1000)
        under_way = one.pick()
        assert under_way is not None
        fill(one, range(11, 201), octets=1000)
        if arrives:
            one.done(under_way.number, 0.0)
        left = waits(one)
        assert left[0] > 1
        assert one.lost["spool_full"] == sum(range(2 if arrives else 1, left[0]))


def test_at_the_limit_what_the_server_may_have_forgotten_is_counted_by_itself(tmp_path: Path) -> None:
    one = spool(tmp_path)
    fill(one, range(1, 41), octets=1000)
    assert [take(one, 1.0) for _ in range(20)] == [*range(1, 21)]
    one.again()
    fill(one, range(41, 151), octets=1000)
    left = waits(one)
    assert left == [*range(left[0], 151)]
    assert left[0] > 41
    lost = {reason: lines for reason, lines in one.lost.items() if lines}
    assert lost == {"uncertain": sum(range(1, 21)), "spool_full": sum(range(21, left[0]))}


def test_what_went_at_the_limit_after_it_was_acknowledged_does_not_wait_again(tmp_path: Path) -> None:
    one = spool(tmp_path)
    fill(one, range(1, 81), octets=1000)
    assert [take(one, 1.0) for _ in range(40)] == [*range(1, 41)]
    fill(one, range(81, 121), octets=1000)
    one.again()
    first = one.state.oldest
    left = waits(one)
    assert 1 < left[0] <= 40
    assert (first, one.state.lines) == (1000.0 + left[0], sum(left))
    assert one.lost["uncertain"] == sum(range(1, left[0])) == one.lost.total()


def test_what_went_at_the_limit_and_was_acknowledged_long_ago_is_no_loss(tmp_path: Path) -> None:
    one = spool(tmp_path)
    fill(one, range(1, 81), octets=1000)
    assert [take(one, 1.0) for _ in range(40)] == [*range(1, 41)]
    assert take(one, 3 + AGAIN) == 41
    fill(one, range(81, 121), octets=1000)
    one.again()
    assert (waits(one)[0], one.lost.total()) == (41, 0)


def test_a_restart_asks_for_what_was_acknowledged_and_is_gone(tmp_path: Path) -> None:
    """The server may have died meanwhile; what is there still goes again, though it was taken with what is not."""
    one = spool(tmp_path)
    fill(one, range(1, 81), octets=1000)
    assert [take(one, 1.0) for _ in range(40)] == [*range(1, 41)]
    fill(one, range(81, 121), octets=1000)
    one.save()
    again = spool(tmp_path)
    left = waits(again)
    assert left == [*range(left[0], 121)]
    assert 1 < left[0] <= 40
    assert again.lost["uncertain"] == sum(range(1, left[0])) == again.lost.total()


@pytest.mark.parametrize(("before", "reason"), [(False, "refused"), (True, "uncertain")])
def test_what_arrives_while_its_file_goes_is_uncertain_when_the_server_fails(
    tmp_path: Path, before: bool, reason: str
) -> None:
    """And what it refuses is, if it had acknowledged that `before`."""
    one = spool(tmp_path)
    fill(one, range(100, 111), octets=1000)
    if before:
        take(one)
        one.again()
    under_way = one.pick()
    assert under_way is not None
    fill(one, range(111, 301), octets=1000)
    one.done(under_way.number, 0.0, refused=7)
    full = one.lost["spool_full"]
    assert one.lost[reason] == one.lost.total() - full == 7
    one.again()
    assert one.lost["spool_full"] == full
    assert (one.lost["refused"], one.lost["uncertain"]) == ((0, 100) if before else (7, 93))


def test_what_was_sent_from_memory_is_uncertain_when_the_server_fails(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    one = spool(tmp_path / "file" / "spool")
    fill(one, range(1, 4))
    assert [take(one, 0.0), take(one, 0.0)] == [1, 2]
    assert one.lost.total() == 0
    one.again()
    assert (waits(one), one.lost["uncertain"], one.lost.total()) == ([3], 3, 3)


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
    done = subprocess.run(command, cwd=ROOT, env=dict(os.environ), capture_output=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr.decode()
    told = json.loads(done.stdout)
    assert told["why"] == "No space left on device"
    kept = told["full"]
    assert kept[:10] == [*range(1, 11)]
    assert kept[-9:] == [*range(32, 41)]
    missing = set(range(1, 41)) - set(kept)
    assert 0 < told["lost"]["disk_full"] == sum(missing) == sum(told["lost"].values())
    assert (told["after"], told["again"]) == ("", [*kept, 41, 42])
