"""Is a way told only if it is the whole way?"""

import pytest

from collectors.path import Path
from netmon.errors import Unreachable
from netmon.model import Remembered, Sample
from tests.collectors.fakes import FakeNet, target


async def follow(*hops: str, most: int = 20) -> list[Sample]:
    net = FakeNet()
    net.ways["10.0.0.1"] = hops
    return await Path(most=most).collect(target("10.0.0.1"), net)


async def test_a_whole_way_with_a_silent_router() -> None:
    assert await follow("10.9.0.1", "", "10.0.0.1") == [
        Sample("netmon_path_info", 1, ("10.9.0.1 > * > 10.0.0.1",)),
        Sample("netmon_path_hops", 3),
    ]


async def test_a_way_that_ends_before_is_none() -> None:
    with pytest.raises(Unreachable, match=r"ends at hop 2: 10\.9\.0\.1 > 10\.9\.0\.5") as raised:
        await follow("10.9.0.1", "10.9.0.5")
    assert raised.value.samples == ()
    with pytest.raises(Unreachable, match="nobody"):
        await follow()
    with pytest.raises(Unreachable, match="ends at hop 1"):
        await follow("10.9.0.1", "10.0.0.1", most=1)


def test_the_way_as_a_whole_is_remembered() -> None:
    assert Path().remembered() == (Remembered("netmon_path_info", ()),)
    assert Path(tell=("changed",)).remembered() == (Remembered("netmon_path_info", (), 0, frozenset({"changed"})),)
