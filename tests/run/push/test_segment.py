"""What is left of a file that was cut off, or damaged, wherever that happened?"""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netmon.run.push.segment import HEAD, Segment, written

PAYLOADS = (b"first", b"", b"the third nmB1 looks like a head", b"last")
LINES = (7, 1, 5, 3)
NUMBERS = (11, 12, 15, 16)
"""With a gap: what was never written has a number, too."""


def whole(path: Path) -> bytes:
    """A file with these batches."""
    segment = Segment(path)
    for number, lines, payload in zip(NUMBERS, LINES, PAYLOADS, strict=True):
        segment.append(number, number + 0.5, lines, written(number, number + 0.5, lines, payload))
    return path.read_bytes()


def scanned(path: Path, octets: bytes) -> Segment:
    path.write_bytes(octets)
    segment = Segment(path)
    segment.scan()
    return segment


def payloads(segment: Segment) -> dict[int, bytes | None]:
    return {number: segment.read(number) for number in segment.numbers()}


def test_what_is_written_is_read(tmp_path: Path) -> None:
    segment = scanned(tmp_path / "a", whole(tmp_path / "b"))
    assert payloads(segment) == dict(zip(NUMBERS, PAYLOADS, strict=True))
    assert [segment.about(number) for number in NUMBERS] == [
        (number + 0.5, lines, len(payload)) for number, lines, payload in zip(NUMBERS, LINES, PAYLOADS, strict=True)
    ]
    assert (segment.first, segment.last, len(segment), segment.damaged) == (11, 16, 4, 0)
    assert 13 not in segment
    with pytest.raises(LookupError):
        segment.read(13)


def test_wherever_the_file_ends_what_is_whole_is_kept_and_the_rest_is_cut_and_counted(tmp_path: Path) -> None:
    octets, ends = whole(tmp_path / "whole"), [0]
    for payload in PAYLOADS:
        ends.append(ends[-1] + HEAD + len(payload))
    for length in range(len(octets) + 1):
        segment = scanned(tmp_path / "cut", octets[:length])
        good = sum(end <= length for end in ends[1:])
        assert payloads(segment) == dict(zip(NUMBERS[:good], PAYLOADS[:good], strict=True))
        assert (tmp_path / "cut").stat().st_size == segment.size == ends[good]
        torn = length - ends[good]
        assert segment.damaged == (0 if not torn else LINES[good] if torn >= HEAD else 1)
        segment.append(20, 0.0, 1, written(20, 0.0, 1, b"more"))
        assert payloads(scanned(tmp_path / "cut", (tmp_path / "cut").read_bytes()))[20] == b"more"


def test_whatever_octet_is_damaged_only_its_batch_is_lost(tmp_path: Path) -> None:
    octets, place = whole(tmp_path / "whole"), 0
    for number, payload in zip(NUMBERS, PAYLOADS, strict=True):
        for at in range(place, place + HEAD + len(payload)):
            damaged = bytearray(octets)
            damaged[at] ^= 0xFF
            segment = scanned(tmp_path / "damaged", bytes(damaged))
            found = payloads(segment)
            assert found.pop(number, None) is None
            assert found == {n: each for n, each in zip(NUMBERS, PAYLOADS, strict=True) if n != number}
            assert segment.damaged or number in segment
        place += HEAD + len(payload)


@settings(max_examples=50)
@given(st.binary(max_size=300), st.binary(max_size=60))
def test_any_octets_at_all_are_survived(tmp_path_factory: pytest.TempPathFactory, before: bytes, behind: bytes) -> None:
    folder = tmp_path_factory.getbasetemp()
    batch = written(5, 0.0, 2, b"payload")
    segment = scanned(folder / "any", before + batch + behind)
    assert payloads(segment)[5] == b"payload"
    assert segment.damaged >= bool(before)
