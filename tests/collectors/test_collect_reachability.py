"""What do icmp, tcp and snmp say of a device?"""

import pytest

from collectors.icmp import Icmp
from collectors.snmp import ENGINE_BOOTS, SYS_DESCR, SYS_LOCATION, SYS_NAME, SYS_OBJECT_ID, SYS_UPTIME, Snmp
from collectors.tcp import Tcp
from netmon.errors import AuthFailed, BadAnswer, CollectError, Refused, Unreachable
from netmon.model import Sample
from netmon.wire.net import SnmpValue
from tests.collectors.fakes import FakeNet, FakeSession, target

RTT = "netmon_probe_rtt_seconds"


async def test_icmp_gives_the_round_trip_time() -> None:
    net = FakeNet(times={"10.0.0.1": 0.02})
    assert await Icmp().collect(target(), net) == [Sample(RTT, 0.02, ("icmp",))]
    assert net.pings == [(("10.0.0.1",), 1.0)]


async def test_icmp_without_an_answer_is_silence() -> None:
    with pytest.raises(Unreachable, match=r"10\.0\.0\.1: no echo reply within 1 s"):
        await Icmp().collect(target(), FakeNet())


async def test_icmp_asks_a_slice_in_one_call() -> None:
    net = FakeNet(times={"10.0.0.1": 0.02, "10.0.0.3": 0.03})
    first, second, third = await Icmp().collect_slice([target(f"10.0.0.{n}") for n in (1, 2, 3)], net)
    assert first == [Sample(RTT, 0.02, ("icmp",))]
    assert isinstance(second, Unreachable)
    assert third == [Sample(RTT, 0.03, ("icmp",))]
    assert len(net.pings) == 1


async def test_icmp_judges_each_target_by_its_own_patience() -> None:
    net = FakeNet(times={"10.0.0.1": 0.7, "10.0.0.2": 0.7})
    quick, slow = await Icmp().collect_slice([target("10.0.0.1", 0.5), target("10.0.0.2", 2.0)], net)
    assert net.pings[0][1] == 2.0
    assert isinstance(quick, Unreachable)
    assert isinstance(slow, list)


async def test_icmp_does_not_hold_a_busy_loop_against_the_device() -> None:
    assert isinstance(await Icmp().collect(target(timeout=1.0), FakeNet(times={"10.0.0.1": 1.2})), list)


async def test_tcp_gives_the_time_of_the_handshake() -> None:
    assert await Tcp(port=443).collect(target(), FakeNet()) == [Sample(RTT, 0.01, ("tcp",))]


async def test_a_refused_connection_stays_a_refusal() -> None:
    net = FakeNet()
    net.handshake = Refused("closed")
    with pytest.raises(Refused):
        await Tcp(port=443).collect(target(), net)


SYSTEM: dict[str, SnmpValue] = {
    SYS_DESCR: b"Huawei Versatile Routing Platform\r\nVersion 8\x00",
    SYS_OBJECT_ID: "1.3.6.1.4.1.2011.2.224.1",
    SYS_UPTIME: 12345,
    SYS_NAME: "Xã Châu Quế Hạ".encode(),
    SYS_LOCATION: b"\x1b[2Jtop\xff" + b"x" * 300,
    ENGINE_BOOTS: 7,
}


async def test_snmp_tells_the_system_group() -> None:
    samples = await Snmp().collect(target(), FakeNet(FakeSession(SYSTEM)))
    told = {sample.metric: sample for sample in samples}
    assert told["netmon_device_uptime_seconds"] == Sample("netmon_device_uptime_seconds", 123.45)
    assert told["netmon_device_boots"] == Sample("netmon_device_boots", 7)
    name, descr, object_id, location = told["netmon_device_snmp_info"].labels
    assert name == "Xã Châu Quế Hạ"
    assert descr == "Huawei Versatile Routing Platform Version 8"
    assert object_id == "1.3.6.1.4.1.2011.2.224.1"
    assert location.startswith("\ufffd[2Jtop\ufffdxxx")
    assert len(location) == 255
    assert told[RTT].labels == ("snmp",)
    assert told[RTT].value >= 0


@pytest.mark.parametrize("missing", SYSTEM)
async def test_snmp_leaves_out_what_the_agent_lacks(missing: str) -> None:
    full = {sample.metric for sample in await Snmp().collect(target(), FakeNet(FakeSession(SYSTEM)))}
    rest = {oid: value for oid, value in SYSTEM.items() if oid != missing}
    some = {sample.metric for sample in await Snmp().collect(target(), FakeNet(FakeSession(rest)))}
    gone = {SYS_UPTIME: {"netmon_device_uptime_seconds"}, ENGINE_BOOTS: {"netmon_device_boots"}}
    assert full - some == gone.get(missing, set())


async def test_snmp_takes_a_wrong_type_for_missing() -> None:
    odd = SYSTEM | {SYS_UPTIME: b"12345", ENGINE_BOOTS: "1.3"}
    told = {sample.metric for sample in await Snmp().collect(target(), FakeNet(FakeSession(odd)))}
    assert told == {RTT, "netmon_device_snmp_info"}


@pytest.mark.parametrize("error", [Unreachable("x"), Refused("x"), AuthFailed("x"), BadAnswer("x")], ids=repr)
async def test_snmp_passes_on_what_went_wrong(error: CollectError) -> None:
    with pytest.raises(type(error)):
        await Snmp().collect(target(), FakeNet(FakeSession(error)))


async def test_snmp_without_a_credential_is_no_evidence() -> None:
    with pytest.raises(BadAnswer, match="credential"):
        await Snmp().collect(target(snmp=False), FakeNet())
