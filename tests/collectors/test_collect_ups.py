"""Is a UPS read as it tells, however little that is?"""

import pytest

from collectors.ups import Ups
from netmon.errors import BadAnswer, Unreachable
from netmon.model import PowerSeen
from netmon.run.evidence import of_samples
from netmon.wire.net import SnmpValue
from tests.collectors.fakes import FakeNet, FakeSession, target

UPS = "1.3.6.1.2.1.33.1."
ALL: dict[str, SnmpValue] = {
    f"{UPS}4.1.0": 5, f"{UPS}2.1.0": 3, f"{UPS}2.2.0": 90, f"{UPS}2.3.0": 12, f"{UPS}2.4.0": 87, f"{UPS}2.7.0": 31,
}  # fmt: skip


async def read(values: dict[str, SnmpValue]) -> dict[str, float]:
    samples = await Ups().collect(target(), FakeNet(FakeSession(values)))
    assert all(not sample.labels for sample in samples)
    return {sample.metric.removeprefix("netmon_ups_"): sample.value for sample in samples}


async def test_everything() -> None:
    assert await read(ALL) == {
        "on_battery": 1,
        "battery_low": 1,
        "charge_ratio": 0.87,
        "remaining_seconds": 720,
        "temperature_celsius": 31,
    }


@pytest.mark.parametrize("source", [1, 2, 3, 4, 6, 7])
async def test_every_other_source_is_not_the_battery(source: int) -> None:
    assert (await read({f"{UPS}4.1.0": source}))["on_battery"] == 0


@pytest.mark.parametrize(("seconds", "on_battery"), [(0, 0), (7, 1)])
async def test_without_a_source_the_seconds_on_battery_tell(seconds: int, on_battery: int) -> None:
    assert await read({f"{UPS}2.2.0": seconds}) == {"on_battery": on_battery}


@pytest.mark.parametrize("missing", sorted(ALL))
async def test_whatever_is_missing_the_rest_is_kept(missing: str) -> None:
    assert len(await read({oid: value for oid, value in ALL.items() if oid != missing})) >= 4


async def test_nonsense_counts_as_missing() -> None:
    odd: dict[str, SnmpValue] = {
        f"{UPS}4.1.0": b"five", f"{UPS}2.1.0": 1, f"{UPS}2.3.0": -1, f"{UPS}2.4.0": 255, f"{UPS}2.7.0": 20,
    }  # fmt: skip
    assert await read(odd) == {"temperature_celsius": 20}


async def test_an_agent_without_ups_mib_is_a_bad_answer() -> None:
    with pytest.raises(BadAnswer, match="nothing of a UPS"):
        await read({})
    with pytest.raises(BadAnswer, match="credential"):
        await Ups().collect(target(snmp=False), FakeNet())


async def test_silence_stays_silence() -> None:
    with pytest.raises(Unreachable):
        await Ups().collect(target(), FakeNet(FakeSession(Unreachable("no answer"))))


@pytest.mark.parametrize(("source", "on_battery"), [(3, False), (5, True)])
async def test_it_is_evidence_of_where_the_power_comes_from(source: int, on_battery: bool) -> None:
    samples = await Ups().collect(target(), FakeNet(FakeSession({f"{UPS}4.1.0": source})))
    assert list(of_samples(target(), 7.0, samples)) == [PowerSeen("r1", 7.0, on_battery)]
