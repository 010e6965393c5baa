"""Does the simulated net answer as the real one does, from the model alone, and the same way each time?"""

import asyncio
import os
import subprocess
import sys
from collections.abc import Callable, Coroutine
from email.message import EmailMessage
from typing import Any, TypeVar

import pytest

from netmon.errors import AuthFailed, BadAnswer, Refused, Unreachable
from netmon.model import Credential, Secret
from netmon.sim.mib import Mib
from netmon.sim.net import SimNet
from netmon.sim.network import Network
from netmon.sim.ports import ports_of
from netmon.sim.snmp import Responder
from netmon.sim.specs import agent_spec, agent_specs
from netmon.sim.virtual import VirtualClock, run_virtual
from netmon.wire.modem.seam import Heard
from netmon.wire.net import Net
from netmon.wire.snmp import ber
from tests.conftest import ROOT
from tests.sim.world import COMMUNITY, province

START = 1_791_936_000.0
UPTIME = "1.3.6.1.2.1.1.3.0"
NAME = "1.3.6.1.2.1.1.5.0"
IF_NAME = "1.3.6.1.2.1.31.1.1.1.1"
OPER = "1.3.6.1.2.1.2.2.1.8"
RIGHT = province().credentials["default"]
WRONG = Credential(id="wrong", version="2c", community=Secret("public", "test"))
V3 = Credential(id="v3", version="3", user="nobody")
T = TypeVar("T")
Scene = Callable[[SimNet, Network], Coroutine[Any, Any, T]]


def play(scene: Scene[T], seed: int = 1) -> T:
    async def main() -> T:
        clock = VirtualClock()
        network = Network(province(), seed, clock=clock)
        net = SimNet(network, clock, seed)
        return await scene(net, network)

    return run_virtual(main(), START)


def time() -> float:
    return asyncio.get_running_loop().time()


def test_a_slice_is_back_with_its_last_answer() -> None:
    async def scene(net: SimNet, _: Network) -> None:
        rtts = await net.ping(["10.0.1.1", "10.9.4.2", "10.0.0.10"], 1.0)
        assert all(rtt is not None for rtt in rtts)
        assert max(rtt for rtt in rtts if rtt is not None) == time() == rtts[1]
        assert 0.07 < time() < 0.08
        assert await net.ping([], 1.0) == []

    play(scene)


def test_a_train_is_on_its_way_while_things_break() -> None:
    async def scene(net: SimNet, network: Network) -> None:
        running = asyncio.ensure_future(net.train("10.0.1.1", 40, 0.05, 1.0))
        await asyncio.sleep(1.0)
        network.cut("d/1", "d/2")
        times = await running
        assert len(times) == 40
        assert 18 <= times.index(None) <= 21
        assert set(times[21:]) == {None}
        assert time() == pytest.approx(40 * 0.05 + 1.0)
        assert await net.train("10.0.1.1", 40, 0.05, 1.0) == [None] * 20, "it ends after a time-out of silence"

    play(scene)


def test_a_missing_answer_takes_the_timeout() -> None:
    async def scene(net: SimNet, network: Network) -> None:
        network.cut("d/1", "d/2")
        one, other = await net.ping(["10.0.1.1", "10.0.2.1"], 0.8)
        assert (one, time()) == (None, 0.8)
        assert other is not None

    play(scene)


def test_an_answer_after_the_timeout_is_none() -> None:
    async def scene(net: SimNet, _: Network) -> None:
        assert await net.ping(["10.9.4.2"], 0.05) == [None]
        assert time() == 0.05

    play(scene)


def test_loss_follows_its_rate() -> None:
    async def scene(net: SimNet, network: Network) -> float:
        network.loss("d/1", 0.2)
        answers = [rtt for _ in range(200) for rtt in await net.ping(["10.0.1.1"] * 10, 1.0)]
        return answers.count(None) / len(answers)

    assert play(scene) == pytest.approx(0.2, abs=0.03)


def test_connect() -> None:
    async def scene(net: SimNet, network: Network) -> None:
        assert await net.connect("10.0.1.1", 22, 1.0) == time()
        with pytest.raises(Refused):
            await net.connect("10.0.1.1", 0, 1.0)
        network.fail("d-r1")
        before = time()
        with pytest.raises(Unreachable):
            await net.connect("10.0.1.1", 22, 1.0)
        assert time() - before == pytest.approx(1.0)

    play(scene)


def test_snmp_reads_the_model() -> None:
    async def scene(net: SimNet, network: Network) -> None:
        session = net.snmp("10.0.0.1", RIGHT)
        assert net.snmp("10.0.0.1", RIGHT) is session
        first = await session.get([NAME, UPTIME, "1.3.6.1.9"], 1.0)
        assert first[NAME] == b"core-1"
        assert set(first) == {NAME, UPTIME}
        await asyncio.sleep(10)
        later = await session.get([UPTIME], 1.0)
        assert 1000 <= int(later[UPTIME]) - int(first[UPTIME]) <= 1002
        names = await session.table([IF_NAME, OPER], 1.0)
        assert list(names[IF_NAME].values()) == [b"lo", *(p.name.encode() for p in ports_of(province())["core-1"])]
        assert set(names[OPER].values()) == {1}
        network.cut("d/1")
        down = await session.table([IF_NAME, OPER], 1.0)
        assert [name for index, name in down[IF_NAME].items() if down[OPER][index] == 2] == [b"Gi0/0/4"]
        assert await session.table(["1.3.6.1.9"], 1.0) == {"1.3.6.1.9": {}}
        with pytest.raises(BadAnswer):
            await session.get(["1.3.6.1.9"], 1.0)

    play(scene)


def test_snmp_after_a_reboot() -> None:
    async def scene(net: SimNet, network: Network) -> None:
        session = net.snmp("10.0.4.1", RIGHT)
        assert int((await session.get([UPTIME], 1.0))[UPTIME]) > 8_640_000
        network.fail("a-r1")
        with pytest.raises(Unreachable):
            await session.get([UPTIME], 1.0)
        await asyncio.sleep(60)
        network.restore()
        await asyncio.sleep(5)
        assert 500 <= int((await session.get([UPTIME], 1.0))[UPTIME]) < 600

    play(scene)


@pytest.mark.parametrize(
    ("credential", "error", "took"), [(WRONG, Unreachable, 1.0), (V3, AuthFailed, 0.0)], ids=["v2c", "v3"]
)
def test_a_wrong_credential(credential: Credential, error: type[Exception], took: float) -> None:
    async def scene(net: SimNet, _: Network) -> None:
        with pytest.raises(error):
            await net.snmp("10.0.4.1", credential).get([NAME], 1.0)
        assert time() == pytest.approx(took, abs=0.1)

    play(scene)


def test_a_session_is_serial() -> None:
    async def scene(net: SimNet, network: Network) -> None:
        network.cut("a/1", "a/2")
        session = net.snmp("10.0.4.1", RIGHT)
        await asyncio.gather(*(session.get([NAME], 1.0) for _ in range(3)), return_exceptions=True)
        assert time() == 3.0

    play(scene)


def test_what_is_sent_is_kept() -> None:
    async def scene(net: SimNet, _: Network) -> None:
        await asyncio.sleep(5)
        wire: Net = net
        reply = await wire.post("http://127.0.0.1:9000/", b"{}", {}, 1.0)
        message = EmailMessage()
        message["Subject"] = "down"
        await wire.mail("127.0.0.1:25", message, 1.0)
        modem = wire.modem("/dev/ttyUSB2")
        await modem.text("0912345678", "down", 1.0, 1)
        assert await modem.ring("0912345678", 30.0) == "rang"
        net.modem("").awake.add("0912345678")
        assert await modem.ring("0912345678", 30.0) == "answered"
        net.modem("").incoming.put_nowait(Heard("0912345678", "1 2", START))
        assert await anext(modem.heard()) == Heard("0912345678", "1 2", START)
        assert (await modem.seen(1.0)).registration == 1
        await wire.close()
        assert reply.status == 200
        assert [(each.at, each.by, each.to) for each in net.sent] == [
            (START + 5, "post", "http://127.0.0.1:9000/"),
            (START + 5, "mail", "127.0.0.1:25"),
            (START + 5, "text", "0912345678"),
            (START + 5, "ring", "0912345678"),
            (START + 35, "ring", "0912345678"),
        ]
        assert b"Subject: down" in net.sent[1].body

    play(scene)


def lossy_minutes(seed: int) -> list[object]:
    """All that is seen in a lossy stretch of time."""

    async def scene(net: SimNet, network: Network) -> list[object]:
        network.loss("d/1", 0.3)
        network.loss("e/1", 0.3, burst=2)
        seen: list[object] = []
        for _ in range(50):
            seen.append(tuple(await net.ping(["10.0.1.1", "10.0.2.1", "10.0.4.1"], 1.0)))
            try:
                seen.append(await net.snmp("10.0.4.1", RIGHT).table(["1.3.6.1.2.1.31.1.1.1.6", OPER], 0.5))
            except Unreachable as error:
                seen.append(str(error))
            seen.append(time())
        return seen

    return play(scene, seed)


def test_the_same_seed_gives_the_same_run() -> None:
    assert repr(lossy_minutes(5)) == repr(lossy_minutes(5))
    assert repr(lossy_minutes(5)) != repr(lossy_minutes(6))


def test_the_same_seed_gives_the_same_run_in_another_process() -> None:
    code = "from tests.sim.test_sim_net import lossy_minutes; print(repr(lossy_minutes(5)))"
    for hash_seed in ("1", "2"):
        env = {**os.environ, "PYTHONHASHSEED": hash_seed}
        done = subprocess.run(
            [sys.executable, "-c", code], cwd=ROOT, env=env, capture_output=True, check=True, text=True
        )
        assert done.stdout == repr(lossy_minutes(5)) + "\n"


def test_the_simulated_net_and_the_agent_say_the_same() -> None:
    async def scene(net: SimNet, network: Network) -> None:
        spec = agent_spec(network, network.inventory.devices["core-1"], ports_of(network.inventory)["core-1"])
        assert spec in agent_specs(network)
        assert spec.community == COMMUNITY
        mib, responder = net.mib("10.0.0.1"), Responder(Mib(spec))
        now = net.now()
        for oid, row in mib.rows.items():
            null = ber.wrap(ber.SEQUENCE, ber.encode_oid(oid) + ber.wrap(ber.NULL, b""))
            pdu = ber.wrap(0xA0, ber.encode_int(1) * 1 + ber.encode_int(0) * 2 + ber.wrap(ber.SEQUENCE, null))
            head = ber.encode_int(1) + ber.wrap(ber.OCTET_STRING, COMMUNITY.encode())
            answer = responder.answer(ber.wrap(ber.SEQUENCE, head + pdu), now)
            value = row.at(now)
            if isinstance(value, str):
                expected = ber.encode_oid(tuple(map(int, value.split("."))))
            else:
                expected = ber.wrap(row.tag, value) if isinstance(value, bytes) else ber.encode_int(int(value), row.tag)
            assert answer is not None
            assert answer.endswith(ber.encode_oid(oid) + expected)

    play(scene)
