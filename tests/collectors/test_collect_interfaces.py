"""What do interfaces say, and what if they say it badly?"""

from collections.abc import Mapping
from typing import Any

import pytest

from collectors.interfaces import (
    ADMIN,
    ALIAS,
    CHANGED,
    DESCR,
    DISCONTINUITY,
    ENGINE_BOOTS,
    HIGH_SPEED,
    IF,
    IFX,
    MOST,
    NAME,
    OPER,
    SPEED,
    SYS_UPTIME,
    Interfaces,
)
from netmon.errors import AuthFailed, BadAnswer, CollectError, Refused, Unreachable
from netmon.model import Sample
from netmon.wire.snmp.ifnames import names
from tests.collectors.fakes import FakeNet, FakeSession, target

HC_IN, HC_OUT, IN, OUT = f"{IFX}.6", f"{IFX}.10", f"{IF}.10", f"{IF}.16"
IN_ERRORS, OUT_ERRORS, IN_DISCARDS, OUT_DISCARDS = f"{IF}.14", f"{IF}.20", f"{IF}.13", f"{IF}.19"

ROUTER: dict[str, Any] = {
    NAME: {"1": b"Gi0/0/0", "2": b"Gi0/0/1", "9": b"Loopback0"},
    DESCR: {"1": b"GigabitEthernet0/0/0", "2": b"GigabitEthernet0/0/1", "9": b"Loopback0"},
    OPER: {"1": 1, "2": 2, "9": 1},
    ADMIN: {"1": 1, "2": 1, "9": 1},
    HC_IN: {"1": 2**63 + 1, "2": 0, "9": 0},
    HC_OUT: {"1": 222, "2": 0, "9": 0},
    IN: {"1": 11, "2": 12, "9": 19},
    OUT: {"1": 21, "2": 22, "9": 29},
    IN_ERRORS: {"1": 31, "2": 32, "9": 0},
    OUT_ERRORS: {"1": 41, "2": 42, "9": 0},
    IN_DISCARDS: {"1": 51, "2": 52, "9": 0},
    OUT_DISCARDS: {"1": 61, "2": 62, "9": 0},
    HIGH_SPEED: {"1": 1000, "2": 100, "9": 0},
    SPEED: {"1": 1_000_000_000, "2": 100_000_000, "9": 0},
    CHANGED: {"1": 4200, "2": 0, "9": 0},
    ALIAS: {"1": "YB-VY-01 Viễn thông".encode(), "2": b"", "9": b""},
}


def without(*columns: str) -> dict[str, Any]:
    return {column: rows for column, rows in ROUTER.items() if column not in columns}


async def collected(columns: Mapping[str, Any], plugin: Interfaces | None = None, **about: Any) -> dict[Any, float]:
    samples = await (plugin or Interfaces()).collect(target(**about), FakeNet(FakeSession(columns=columns)))
    return {(sample.metric.removeprefix("netmon_if_"), *sample.labels): sample.value for sample in samples}


async def test_a_router() -> None:
    assert await collected(ROUTER) == {
        ("oper_status", "Gi0/0/0"): 1,
        ("oper_status", "Gi0/0/1"): 2,
        ("admin_status", "Gi0/0/0"): 1,
        ("admin_status", "Gi0/0/1"): 1,
        ("receive_bytes_total", "Gi0/0/0"): 2**63 + 1,
        ("receive_bytes_total", "Gi0/0/1"): 0,
        ("transmit_bytes_total", "Gi0/0/0"): 222,
        ("transmit_bytes_total", "Gi0/0/1"): 0,
        ("receive_errors_total", "Gi0/0/0"): 31,
        ("receive_errors_total", "Gi0/0/1"): 32,
        ("transmit_errors_total", "Gi0/0/0"): 41,
        ("transmit_errors_total", "Gi0/0/1"): 42,
        ("receive_discards_total", "Gi0/0/0"): 51,
        ("receive_discards_total", "Gi0/0/1"): 52,
        ("transmit_discards_total", "Gi0/0/0"): 61,
        ("transmit_discards_total", "Gi0/0/1"): 62,
        ("speed_bytes_per_second", "Gi0/0/0"): 125_000_000,
        ("speed_bytes_per_second", "Gi0/0/1"): 12_500_000,
        ("last_change_seconds", "Gi0/0/0"): 42,
        ("last_change_seconds", "Gi0/0/1"): 0,
        ("info", "Gi0/0/0", "YB-VY-01 Viễn thông", "GigabitEthernet0/0/0", "1"): 1,
        ("info", "Gi0/0/1", "", "GigabitEthernet0/0/1", "2"): 1,
    }


async def test_counters_stay_whole_numbers() -> None:
    assert type((await collected(ROUTER))["receive_bytes_total", "Gi0/0/0"]) is int


async def test_wide_counters_spare_the_narrow_ones() -> None:
    session = FakeSession(columns=ROUTER)
    await Interfaces().collect(target(), FakeNet(session))
    assert not {IN, OUT, SPEED} & set(session.asked)
    assert len(session.asked) == len(set(session.asked)) == 16
    assert session.walks == 1


async def test_what_a_few_interfaces_lack_costs_one_walk_more() -> None:
    session = FakeSession(columns=ROUTER | {HC_IN: {"1": 100}, HC_OUT: {"1": 200}, HIGH_SPEED: {"1": 1000, "2": 0}})
    await Interfaces().collect(target(), FakeNet(session))
    assert session.asked[-3:] == [IN, OUT, SPEED]
    assert session.walks == 2


async def test_an_agent_without_the_newer_table() -> None:
    told = await collected(without(NAME, HC_IN, HC_OUT, HIGH_SPEED, ALIAS))
    assert told["receive_bytes_total", "GigabitEthernet0/0/0"] == 11
    assert told["transmit_bytes_total", "GigabitEthernet0/0/1"] == 22
    assert told["speed_bytes_per_second", "GigabitEthernet0/0/0"] == 125_000_000
    assert told["info", "GigabitEthernet0/0/0", "", "GigabitEthernet0/0/0", "1"] == 1


async def test_a_slow_interface_without_wide_counters_beside_a_fast_one() -> None:
    told = await collected(ROUTER | {HC_IN: {"1": 100}, HC_OUT: {"1": 200}})
    assert told["receive_bytes_total", "Gi0/0/0"] == 100
    assert told["receive_bytes_total", "Gi0/0/1"] == 12


async def test_a_saturated_speed_is_no_speed() -> None:
    told = await collected(without(HIGH_SPEED) | {SPEED: {"1": 2**32 - 1, "2": 64_000}})
    assert ("speed_bytes_per_second", "Gi0/0/0") not in told
    assert told["speed_bytes_per_second", "Gi0/0/1"] == 8000


@pytest.mark.parametrize(
    ("column", "family"),
    [
        (OPER, "oper_status"),
        (ADMIN, "admin_status"),
        (IN_ERRORS, "receive_errors_total"),
        (OUT_DISCARDS, "transmit_discards_total"),
        (CHANGED, "last_change_seconds"),
    ],
)
async def test_what_is_missing_is_left_out_not_zero(column: str, family: str) -> None:
    told = await collected(without(column))
    assert not [key for key in told if key[0] == family]
    assert len(told) == len(await collected(ROUTER)) - 2


async def test_a_value_of_the_wrong_type_is_left_out() -> None:
    told = await collected(ROUTER | {OPER: {"1": b"up", "2": 2}})
    assert ("oper_status", "Gi0/0/0") not in told
    assert told["oper_status", "Gi0/0/1"] == 2


async def test_packets_on_request() -> None:
    columns = ROUTER | {f"{IFX}.7": {"1": 71, "2": 72}, f"{IFX}.11": {"1": 81}, f"{IF}.17": {"1": 91, "2": 92}}
    told = await collected(columns, Interfaces(packets=True))
    assert told["receive_packets_total", "Gi0/0/1"] == 72
    assert told["transmit_packets_total", "Gi0/0/0"] == 81
    assert told["transmit_packets_total", "Gi0/0/1"] == 92
    assert not [key for key in await collected(columns) if "packets" in key[0]]


def shown(told: Mapping[Any, float]) -> set[str]:
    return {key[1] for key in told}


@pytest.mark.parametrize(
    ("plugin", "expected"),
    [
        (Interfaces(), {"Gi0/0/0", "Gi0/0/1"}),
        (Interfaces(exclude=()), {"Gi0/0/0", "Gi0/0/1", "Loopback0"}),
        (Interfaces(include=("gi*/0",)), {"Gi0/0/0"}),
        (Interfaces(include=("gi*",), exclude=("*/0",)), {"Gi0/0/1"}),
        (Interfaces(include=("nothing",)), set()),
        (Interfaces(include=()), set()),
    ],
)
async def test_choosing(plugin: Interfaces, expected: set[str]) -> None:
    assert shown(await collected(ROUTER, plugin)) == expected


async def test_what_a_link_names_is_always_there() -> None:
    assert shown(await collected(ROUTER, Interfaces(include=()), ports=("Gi0/0/1",))) == {"Gi0/0/1"}


@pytest.mark.parametrize("column", [OPER, ALIAS, HC_IN, IN_ERRORS, HIGH_SPEED])
@pytest.mark.parametrize("error", [Unreachable, Refused, AuthFailed, BadAnswer])
async def test_what_came_before_a_failure_is_kept(column: str, error: type[CollectError]) -> None:
    with pytest.raises(error, match="half-way") as raised:
        await collected(ROUTER | {column: error("half-way")})
    kept = {sample.metric for sample in raised.value.samples}
    assert ("netmon_if_oper_status" in kept) == (column != OPER)
    assert ("netmon_if_receive_bytes_total" in kept) == (column in (IN_ERRORS, HIGH_SPEED))
    assert ("netmon_if_receive_errors_total" in kept) == (column == HIGH_SPEED)
    assert ("netmon_if_info" in kept) == (column not in (OPER, ALIAS))


async def partial(columns: Mapping[str, Any]) -> dict[Any, float]:
    """What is kept of a walk that broke off when it had brought these."""
    error = Unreachable("half-way", columns=columns)
    with pytest.raises(Unreachable, match="half-way") as raised:
        await collected({NAME: error})
    return {(sample.metric.removeprefix("netmon_if_"), *sample.labels): sample.value for sample in raised.value.samples}


async def test_a_walk_that_broke_off_in_the_middle_keeps_the_rows_that_came() -> None:
    whole = await collected(ROUTER)
    told = await partial({oid: {"1": rows["1"]} for oid, rows in ROUTER.items()})
    assert told == {key: value for key, value in whole.items() if key[1] == "Gi0/0/0"}


async def test_names_that_did_not_arrive_are_not_made_up() -> None:
    told = await partial(ROUTER | {NAME: {"1": b"Gi0/0/0"}})
    assert {key[1] for key in told} == {"Gi0/0/0"}


async def test_an_agent_without_ifname_goes_by_ifdescr_even_half_way() -> None:
    told = await partial({OPER: {"1": 1, "2": 2}, DESCR: {"1": b"GigabitEthernet0/0/0"}})
    assert told == {("oper_status", "GigabitEthernet0/0/0"): 1}


async def test_a_counter_without_what_tells_whose_it_is_is_not_kept() -> None:
    came = {NAME: ROUTER[NAME], OPER: ROUTER[OPER], DISCONTINUITY: {"1": 0}, HC_IN: {"1": 5, "2": 6}}
    told = await partial(came)
    assert told == {("oper_status", "Gi0/0/0"): 1, ("oper_status", "Gi0/0/1"): 2, ("receive_bytes_total", "Gi0/0/0"): 5}


async def test_a_second_walk_that_broke_off_keeps_both() -> None:
    error = Unreachable("half-way", columns={IN: {"2": 12}})
    with pytest.raises(Unreachable) as raised:
        await collected(ROUTER | {HC_IN: {"1": 7}, HC_OUT: {"1": 8}, IN: error})
    kept = {(sample.metric, sample.labels[0]) for sample in raised.value.samples if "_bytes_total" in sample.metric}
    assert kept == {
        ("netmon_if_receive_bytes_total", "Gi0/0/0"),
        ("netmon_if_transmit_bytes_total", "Gi0/0/0"),
        ("netmon_if_receive_bytes_total", "Gi0/0/1"),
    }


async def test_nothing_of_an_interface_is_nothing_at_all() -> None:
    session = FakeSession({SYS_UPTIME: 100}, {NAME: Unreachable("silent")})
    with pytest.raises(Unreachable) as raised:
        await Interfaces().collect(target(), FakeNet(session))
    assert raised.value.samples == ()


AGE = ("table_uptime_seconds",), ("table_boots",)


@pytest.mark.parametrize(
    ("scalars", "expected"),
    [
        ({SYS_UPTIME: 12_345, ENGINE_BOOTS: 7}, [123.45, 7]),
        ({SYS_UPTIME: 12_345}, [123.45, None]),
        ({SYS_UPTIME: b"odd"}, [None, None]),
        (BadAnswer("nothing of the sort"), [None, None]),
    ],
)
async def test_the_age_of_the_device_comes_with_its_counters(scalars: Any, expected: list[float | None]) -> None:
    samples = await Interfaces().collect(target(), FakeNet(FakeSession(scalars, ROUTER)))
    told = {(sample.metric.removeprefix("netmon_if_"), *sample.labels): sample.value for sample in samples}
    assert [told.get(key) for key in AGE] == expected
    assert told["oper_status", "Gi0/0/0"] == 1


async def test_a_device_that_does_not_tell_its_age_in_time_is_not_waited_for_twice() -> None:
    session = FakeSession(Unreachable("silent"), ROUTER)
    with pytest.raises(Unreachable):
        await Interfaces().collect(target(), FakeNet(session))
    assert session.walks == 0


async def test_only_a_discontinuity_that_was_is_told() -> None:
    told = await collected(ROUTER | {DISCONTINUITY: {"1": 0, "2": 4250}})
    assert {key: value for key, value in told.items() if key[0] == "discontinuity_seconds"} == {
        ("discontinuity_seconds", "Gi0/0/1"): 42.5
    }


async def test_a_narrow_counter_says_so() -> None:
    told = await collected(ROUTER | {HC_IN: {"1": 100}})
    assert {key: value for key, value in told.items() if key[0] == "counter_narrow"} == {
        ("counter_narrow", "Gi0/0/1", "netmon_if_receive_bytes_total"): 1
    }


async def test_a_line_slower_than_half_a_megabit_has_a_speed() -> None:
    told = await collected(ROUTER | {HIGH_SPEED: {"1": 1000, "2": 0}, SPEED: {"1": 10**9, "2": 64_000}})
    assert told["speed_bytes_per_second", "Gi0/0/0"] == 125_000_000
    assert told["speed_bytes_per_second", "Gi0/0/1"] == 8000


async def test_an_agent_without_interfaces() -> None:
    with pytest.raises(BadAnswer, match="no interfaces"):
        await collected({})


async def test_no_credential_is_no_evidence() -> None:
    with pytest.raises(BadAnswer, match="credential"):
        await collected(ROUTER, snmp=False)


async def test_too_many_interfaces_are_refused() -> None:
    many = {str(n): n for n in range(1, MOST + 2)}
    with pytest.raises(BadAnswer, match="include"):
        await collected({OPER: many})


@pytest.mark.parametrize(
    ("name", "descr", "expected"),
    [
        ({"1": b"eth0"}, {"1": b"Ethernet"}, {"1": "eth0"}),
        ({"1": b""}, {"1": b"Ethernet"}, {"1": "Ethernet"}),
        ({}, {"1": b"Ethernet"}, {"1": "Ethernet"}),
        ({"1": b"\x00"}, {}, {"1": "if1"}),
        ({"1": b"eth0", "2": b"eth0"}, {}, {"1": "eth0#1", "2": "eth0#2"}),
        ({"1": b"eth0", "2": b"eth0", "3": b"eth0#1"}, {}, {"1": "eth0#1#1", "2": "eth0#2", "3": "eth0#1"}),
        ({"10": b"b", "9": b"a"}, {}, {"9": "a", "10": "b"}),
        ({"1": b"x" * 100}, {}, {"1": "x" * 64}),
        ({"1": b'"} 1\nevil'}, {}, {"1": '"} 1 evil'}),
        ({"1.2": b"odd", "": b"odd"}, {}, {}),
    ],
)
def test_names(name: Mapping[str, bytes], descr: Mapping[str, bytes], expected: dict[str, str]) -> None:
    assert names(name, descr) == expected


def test_names_are_never_the_same_twice() -> None:
    tricky = {str(n): text for n, text in enumerate([b"a", b"a", b"a#0", b"a#1", b"a#0#0", b"a#0"])}
    found = names(tricky, {})
    assert len(set(found.values())) == len(tricky)


async def test_the_order_of_samples_does_not_matter_to_labels() -> None:
    session = FakeSession(columns=ROUTER)
    samples = await Interfaces().collect(target(), FakeNet(session))
    for sample in samples:
        assert isinstance(sample, Sample)
        assert len(sample.labels) == len(Interfaces.METRICS[sample.metric].labels)
