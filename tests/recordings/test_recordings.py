"""Is a real device read as somebody has gone through it: every number there, none made up, nothing broken?

The golden files are what was reviewed; `python -m tests.recordings.regenerate` writes them anew. Each recording is
asked by every collector through the real wire and the real frame.
"""

from pathlib import Path

import pytest

from netmon.errors import BadAnswer
from tests.conftest import missing
from tests.recordings.plausible import bounds, implausible
from tests.recordings.playing import (
    GOLDEN,
    RECORDED,
    WRITTEN,
    Told,
    ask,
    families,
    find_data,
    find_file,
    read_file,
    show,
    vendors,
)  # fmt: skip

EVERY = [*RECORDED, *WRITTEN]
FEWEST, VENDORS = 40, 10
"""How much of the world has to be covered by recordings of real devices, at least."""


def require(name: str) -> Path:
    """The file of a recording, or a skip that says how to get it."""
    path = find_file(name, find_data())
    if path is None:
        missing(f"the recording {name} is not installed (pip install --no-deps -r requirements-recordings.lock)")
    assert path is not None
    return path


@pytest.mark.parametrize("name", EVERY, ids=[name.rpartition("/")[2] for name in EVERY])
async def test_a_device_is_read_as_reviewed(name: str) -> None:
    told = await ask(read_file(require(name)))

    assert told.bugs == [], "a collector has fallen over what the device says"
    assert list(implausible(told.samples, families())) == []
    only_nonsense(told)
    golden = (GOLDEN / f"{name.rpartition('/')[2]}.txt").read_text(encoding="utf-8")
    assert show(told).splitlines() == golden.splitlines()


def only_nonsense(told: Told) -> None:
    """A device that answers is never called silent, nor its credential wrong."""
    errors = [error for _, error in told.answers.values() if error is not None]
    assert {type(error) for error in errors} <= {BadAnswer}, errors


def test_enough_devices_were_recorded() -> None:
    assert len(RECORDED) >= FEWEST
    names = {name.rpartition("/")[2].partition("-")[0] for name in RECORDED}
    assert len(names) >= VENDORS


def test_each_golden_file_belongs_to_a_recording() -> None:
    assert {path.stem for path in GOLDEN.iterdir()} == {name.rpartition("/")[2] for name in EVERY}


def test_each_vendor_is_proved_by_a_device() -> None:
    picked = {path.read_text(encoding="utf-8").split()[1].rstrip(":") for path in GOLDEN.iterdir()}
    assert {profile.id for profile in vendors().values() if profile.matches} <= picked


def test_every_family_of_the_profiles_has_a_range() -> None:
    for profile in vendors().values():
        for reading in (*profile.scalars, *(each for table in profile.tables for each in table.readings)):
            assert bounds(reading.metric)
