"""Does a profile make the right numbers of what agents send, and nothing of what makes no sense?"""

import math
import struct
from collections.abc import Mapping

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from netmon.errors import BadAnswer, CollectError, Unreachable
from netmon.model import LabelSource, Metric, MibTable, Profile, Reading, Sample, Target
from netmon.reading.ask import read
from netmon.reading.labels import formed
from netmon.reading.rows import samples
from netmon.reading.values import Columns, number, worth
from netmon.wire.net import SnmpValue
from tests.collectors.fakes import FakeNet, FakeSession, target

BOARDS = "1.3.6.1.4.1.99999.1"
NAME, CPU, SIZE, STATE = f"{BOARDS}.2", f"{BOARDS}.3", f"{BOARDS}.4", f"{BOARDS}.5"
METRICS = {
    "netmon_cpu_ratio": Metric("gauge", "Busy.", ("cpu",)),
    "netmon_sessions": Metric("gauge", "Sessions."),
    "netmon_neighbour_info": Metric("info", "Who.", ("protocol", "neighbour")),
}
NAMED = (LabelSource(NAME),)
BUSY = Reading(metric="netmon_cpu_ratio", oid=CPU, labels=NAMED, scale=0.01)


def made(reading: Reading, columns: Columns) -> list[tuple[float, tuple[str, ...]]]:
    return [(sample.value, sample.labels) for sample in samples([reading], columns)]


def with_profile(*tables: MibTable, scalars: tuple[Reading, ...] = ()) -> Target:
    profile = Profile(id="acme", name="Acme", scalars=scalars, tables=tables)
    return Target(**{name: getattr(target(), name) for name in Target.__slots__} | {"profile": profile})


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (7, 7),
        (b"23 C", 23),
        (b"-12.5 dBm", -12.5),
        (b"61%", 61),
        (b"\x9f\x78\x04" + struct.pack(">f", 0.5), 0.5),
        (b"\x9f\x79\x08" + struct.pack(">d", 0.25), 0.25),
        (b"N/A", None),
        (b"", None),
        ("1.5e3", 1500.0),
    ],
)
def test_numbers_as_agents_write_them(raw: SnmpValue, expected: float | None) -> None:
    assert number(raw) == expected


@pytest.mark.parametrize(
    ("reading", "raw", "beside", "expected"),
    [
        (Reading(metric="m", oid=CPU, scale=0.01, offset=-10000), 7680, {}, -23.2),
        (Reading(metric="m", oid=CPU, form="signed16", scale=0.002, offset=-15000), 65535 - 999, {}, -32.0),
        (Reading(metric="m", oid=CPU, form="watts_or_dbm"), -2154, {}, -21.54),
        (Reading(metric="m", oid=CPU, form="watts_or_dbm"), 500, {}, 10 * math.log10(0.5)),
        (Reading(metric="m", oid=CPU, of=SIZE), 30, {SIZE: 120}, 0.25),
        (Reading(metric="m", oid=CPU, of=SIZE, invert=True), 30, {SIZE: 120}, 0.75),
        (Reading(metric="m", oid=CPU, free=SIZE), 30, {SIZE: 90}, 0.25),
        (Reading(metric="m", oid=CPU, times=SIZE), 30, {SIZE: 4096}, 122880),
        (Reading(metric="m", oid=CPU, of=SIZE), 30, {}, None),
        (Reading(metric="m", oid=CPU, of=SIZE), 0, {SIZE: 0}, None),
        (Reading(metric="m", oid=CPU, free=SIZE), 0, {SIZE: 0}, None),
        # RFC 3433: 235 with scale units(9) and precision 1 is 23.5; 3300 with milli(8) and 0 is 3.3
        (Reading(metric="m", oid=CPU, scale_by=SIZE, precision=STATE), 235, {SIZE: 9, STATE: 1}, 23.5),
        (Reading(metric="m", oid=CPU, scale_by=SIZE, precision=STATE), 3300, {SIZE: 8, STATE: 0}, 3.3),
        (Reading(metric="m", oid=CPU, scale_by=SIZE, precision=STATE), 3300, {SIZE: 99, STATE: 0}, None),
        (Reading(metric="m", oid=CPU, scale_by=SIZE, precision=STATE), 3300, {}, None),
        (Reading(metric="m", oid=CPU, yes=frozenset({3})), 3, {}, 1),
        (Reading(metric="m", oid=CPU, yes=frozenset({3})), 4, {}, 0),
        (Reading(metric="m", oid=CPU, yes=frozenset({3}), invalid=frozenset({5})), 5, {}, None),
        (Reading(metric="m", oid=CPU, invalid=frozenset({65535, -1})), 65535, {}, None),
        (Reading(metric="m", oid=CPU, invalid=frozenset({65535, -1})), -1, {}, None),
        (Reading(metric="m", oid=CPU, low=-60, high=200), 201, {}, None),
        (Reading(metric="m", oid=CPU, low=-60, high=200), -61, {}, None),
        (Reading(metric="m", oid=CPU, low=-60, high=200), 200, {}, 200),
    ],
)
def test_what_a_raw_value_is_worth(
    reading: Reading, raw: SnmpValue, beside: Mapping[str, SnmpValue], expected: float | None
) -> None:
    columns = {oid: {"1": value} for oid, value in beside.items()}
    found = worth(reading, raw, "1", columns)
    assert found == (expected if expected is None else pytest.approx(expected))


def test_rows_that_do_not_count_are_left_out() -> None:
    columns: Columns = {
        CPU: {"1": 10, "2": 20, "3": 30},
        NAME: {"1": b"mpu", "2": b"lpu 1", "3": b"lpu 2"},
        STATE: {"1": 3, "2": 4},
    }
    alive = Reading(metric="netmon_cpu_ratio", oid=CPU, labels=NAMED, where=((STATE, frozenset({3})),))
    assert made(alive, columns) == [(10, ("mpu",))]
    lines = Reading(metric="netmon_cpu_ratio", oid=CPU, labels=NAMED, where=((NAME, "^lpu"),))
    assert made(lines, columns) == [(20, ("lpu 1",)), (30, ("lpu 2",))]


def test_two_rows_of_one_name_keep_apart_and_a_row_without_a_name_has_its_index() -> None:
    columns: Columns = {CPU: {"1": 10, "2": 20, "3": 30}, NAME: {"1": b"fan", "2": b"fan", "3": b""}}
    assert made(BUSY, columns) == [
        (0.1, ("fan#1",)),
        (0.2, ("fan#2",)),
        (0.3, ("3",)),
    ]


def test_labels_from_parts_of_the_index() -> None:
    rows: Columns = {CPU: {"4194304.7": 1}, NAME: {"4194304": b"0/1/0"}}
    pon = LabelSource(NAME, (0, 1))
    assert made(Reading(metric="m", oid=CPU, labels=(pon, LabelSource("", (-1, 1), "index"))), rows) == [
        (1, ("0/1/0", "7"))
    ]
    assert made(Reading(metric="m", oid=CPU, labels=(LabelSource(text="all"),)), rows) == [(1, ("all",))]
    peer: Columns = {CPU: {"10.254.0.46": 6}}
    assert made(Reading(metric="m", oid=CPU, labels=(LabelSource("", None, "ipv4"),)), peer) == [(6, ("10.254.0.46",))]


@pytest.mark.parametrize(
    ("part", "expected"),
    [
        (r"^\S+/\S+", "Te3/1"),
        (r"Te(\S+)", "3/1"),
        ("Ethernet", "Te3/1 Receive Power"),
        (r"(x)?$", "Te3/1 Receive Power"),
    ],
)
def test_a_part_of_a_text(part: str, expected: str) -> None:
    columns: Columns = {CPU: {"1": 5}, NAME: {"1": b"Te3/1 Receive Power"}}
    assert made(Reading(metric="m", oid=CPU, labels=(LabelSource(NAME, part=part),)), columns) == [(5, (expected,))]


@pytest.mark.parametrize(
    ("form", "value", "expected"),
    [
        ("mac", b"\x00\x1f\x88\x01\x02\x03", "00:1f:88:01:02:03"),
        ("serial", b"HWTC\x1a\x2b\x3c\x4d", "HWTC1A2B3C4D"),
        ("ipv4", b"\x0a\x00\x00\x01", "10.0.0.1"),
        ("hex", b"\x01\xff", "01ff"),
        ("text", b"two\nlines\x00", "two lines"),
        ("text", b"\x1b[31mred", "\ufffd[31mred"),
    ],
)
def test_forms_of_labels(form: str, value: bytes, expected: str) -> None:
    assert formed(value, form) == expected  # type: ignore[arg-type]


def test_an_info_family_has_a_row_for_each_name() -> None:
    info = Reading(metric="netmon_neighbour_info", labels=(LabelSource(text="lldp"), LabelSource(NAME)))
    assert made(info, {NAME: {"1": b"core-1", "2": b""}}) == [(1, ("lldp", "core-1"))]


async def test_only_what_is_wanted_is_asked_and_names_only_where_there_are_rows() -> None:
    session = FakeSession({}, {CPU: {"1": 55}, NAME: {"1": b"mpu"}})
    fans = MibTable(name="fans", readings=(Reading(metric="netmon_fan_ok", oid=STATE, labels=NAMED),))
    empty = MibTable(name="empty", readings=(Reading(metric="netmon_cpu_ratio", oid=SIZE, labels=NAMED),))
    wanted = with_profile(fans, empty, MibTable(name="boards", readings=(BUSY,)))
    found = await read(wanted, FakeNet(session), METRICS)
    assert found == [Sample("netmon_cpu_ratio", 0.55, ("mpu",))]
    assert session.asked == [SIZE, CPU, NAME]


async def test_the_nearer_group_wins_where_two_tell_the_same() -> None:
    other = Reading(metric="netmon_cpu_ratio", oid=SIZE, labels=NAMED)
    session = FakeSession({}, {CPU: {"1": 55}, SIZE: {"1": 0.9}, NAME: {"1": b"mpu"}})
    wanted = with_profile(MibTable(name="far", readings=(BUSY,)), MibTable(name="near", readings=(other,)))
    assert [sample.value for sample in await read(wanted, FakeNet(session), METRICS)] == [0.9]


async def test_scalars_that_are_missing_are_no_error() -> None:
    sessions = Reading(metric="netmon_sessions", oid=f"{BOARDS}.9.0")
    wanted = with_profile(scalars=(sessions,))
    assert await read(wanted, FakeNet(FakeSession(BadAnswer("none of them"))), METRICS) == []
    assert await read(wanted, FakeNet(FakeSession({f"{BOARDS}.9.0": 12})), METRICS) == [Sample("netmon_sessions", 12)]


async def test_a_broken_table_costs_itself_alone() -> None:
    broken = MibTable(name="broken", readings=(Reading(metric="netmon_cpu_ratio", oid=SIZE, labels=NAMED),))
    session = FakeSession({}, {SIZE: BadAnswer("in circles"), CPU: {"1": 55}, NAME: {"1": b"mpu"}})
    with pytest.raises(BadAnswer, match="in circles") as raised:
        await read(with_profile(broken, MibTable(name="boards", readings=(BUSY,))), FakeNet(session), METRICS)
    assert [sample.labels for sample in raised.value.samples] == [("mpu",)]


async def test_a_silent_agent_is_asked_no_more_and_what_came_is_kept() -> None:
    partly: CollectError = Unreachable("gone", columns={CPU: {"1": 20}})
    session = FakeSession({}, {CPU: partly, SIZE: {"1": 1}})
    later = MibTable(name="later", readings=(Reading(metric="netmon_cpu_ratio", oid=SIZE, labels=NAMED),))
    with pytest.raises(Unreachable) as raised:
        await read(with_profile(MibTable(name="boards", readings=(BUSY,)), later), FakeNet(session), METRICS)
    assert raised.value.samples == (Sample("netmon_cpu_ratio", 0.2, ("1",)),)
    assert session.asked == [CPU]


raw_values = st.one_of(
    st.integers(-(2**63), 2**64), st.floats(allow_nan=True), st.binary(max_size=20), st.text(max_size=20)
)


@example(raw=5e-324, beside={}, form="watts_or_dbm", how="none")  # a thousandth of it is 0
@given(
    raw=raw_values,
    beside=st.dictionaries(st.sampled_from([SIZE, STATE, NAME]), raw_values),
    form=st.sampled_from(["number", "signed16", "watts_or_dbm"]),
    how=st.sampled_from(["times", "of", "free", "scale_by", "none"]),
)
def test_whatever_an_agent_sends_is_a_finite_number_or_nothing(
    raw: SnmpValue, beside: Mapping[str, SnmpValue], form: str, how: str
) -> None:
    oids = {name: SIZE if name == how else "" for name in ("times", "of", "free", "scale_by")}
    reading = Reading(
        metric="m", oid=CPU, labels=NAMED, form=form, precision=STATE if how == "scale_by" else "", **oids  # type: ignore[arg-type]
    )  # fmt: skip
    for sample in samples([reading], {CPU: {"1": raw}, **{oid: {"1": value} for oid, value in beside.items()}}):
        assert math.isfinite(sample.value)
        assert sample.labels[0].isprintable()
