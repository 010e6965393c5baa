"""What does a train of echoes say of a conference bridge?"""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from collectors.bridge import JITTER, LOSS, MOS, PACKETS, RTT, Bridge
from netmon.errors import NotServing, Refused, Unreachable
from netmon.model import Sample
from netmon.reading.voice import heard
from netmon.settings.options import declare
from netmon.wire.real import RealNet
from tests.collectors.fakes import FakeNet, target
from tests.collectors.servers import Require, asked, sipp
from tests.ports import free_port
from tests.wire import hostile

HERE = "10.0.0.1"
FAST = Bridge(packets=20, spacing=0.001)


def told(samples: list[Sample] | tuple[Sample, ...]) -> dict[str, float]:
    return {sample.metric: sample.value for sample in samples}


def net_with(train: list[float | None]) -> FakeNet:
    net = FakeNet()
    net.trains[HERE] = list(train)
    return net


async def test_the_samples_are_those_of_the_whole_train() -> None:
    train = [0.020 + 0.004 * (n % 3) if n % 10 else None for n in range(20)]
    found = await replace(FAST, min_mos=1).collect(target(), net_with(train))
    quality = heard(train)
    assert quality.loss == pytest.approx(0.1)
    assert found == [
        Sample(LOSS, quality.loss, ("bridge",)),
        Sample(PACKETS, 20.0, ("bridge",)),
        Sample(RTT, (quality.delay or 0) * 2, ("bridge",)),
        Sample(JITTER, quality.jitter or 0, ("bridge", "rfc3550")),
        Sample(MOS, quality.mos, ("bridge",)),
    ]


LOSSY: list[float | None] = [None, None, *[0.02] * 18]


@pytest.mark.parametrize(
    ("train", "more", "loss"),
    [
        (LOSSY, [0.02] * 60, 0.025),  # a tenth was chance
        (LOSSY, LOSSY * 3, 0.1),
        ([0.02] * 20, [], 0.0),  # nothing is lost, so that there is nothing to doubt
        ([None] * 10 + [0.02] * 10, [], 0.5),  # no chance makes that of a good line
    ],
)
async def test_where_chance_would_decide_more_packets_follow(
    train: list[float | None], more: list[float | None], loss: float
) -> None:
    net = net_with([*train, *more])
    try:
        found = told(await FAST.collect(target(), net))
    except NotServing as error:
        found = told(error.samples)
    assert [packets for _, packets, _, _ in net.asked_trains] == [20, 60][: 2 if more else 1]
    assert found[LOSS] == pytest.approx(loss)
    assert found[PACKETS] == 20 + len(more)


async def test_a_limit_for_loss_is_not_decided_by_chance_either() -> None:
    strict, calm = Bridge(packets=100, spacing=0.001, min_mos=1, max_loss=0.01), Bridge(packets=100, min_mos=1)
    for bridge, asked_for in ((strict, [100, 300]), (calm, [100])):
        net = net_with([None, None, *[0.02] * 398])
        await bridge.collect(target(), net)
        assert [packets for _, packets, _, _ in net.asked_trains] == asked_for


def test_a_train_with_all_its_doubts_has_an_end() -> None:
    assert Bridge().lasts() == 10
    assert Bridge(packets=500).lasts() == 25
    assert Bridge(packets=25, spacing=1).lasts() == 25


async def test_it_asks_for_what_its_options_say() -> None:
    net = FakeNet(times={HERE: 0.02})
    await Bridge(packets=30, spacing=0.02).collect(target(timeout=0.7), net)
    assert net.asked_trains == [(HERE, 30, 0.02, 0.7)]


async def test_a_bad_sounding_bridge_does_not_serve_and_its_figures_are_kept() -> None:
    train: list[float | None] = [None, None, *[0.28] * 18] * 4
    with pytest.raises(NotServing) as raised:
        await FAST.collect(target(), net_with(train))
    assert str(raised.value) == "MOS 3.3 (loss 10.0 %, delay 140 ms, jitter 0 ms), wanted 3.6"
    assert told(raised.value.samples)[LOSS] == pytest.approx(0.1)
    assert told(raised.value.samples)[MOS] == pytest.approx(heard(train).mos)


@pytest.mark.parametrize(
    ("limit", "expected"),
    [
        ({"max_loss": 0.01}, "wanted loss of 1 % at most"),
        ({"max_jitter": 0.0005}, "wanted jitter of 0.5 ms at most"),
        ({"max_rtt": 0.015}, "wanted round trip of 15 ms at most"),
        ({"max_rtt": 0.015, "max_loss": 0.0}, "wanted loss of 0 % at most, round trip of 15 ms at most"),
    ],
)
async def test_a_limit_of_its_own_is_held_to(limit: dict[str, float], expected: str) -> None:
    train: list[float | None] = [None, *[0.020 + 0.001 * (n % 2) for n in range(19)]] * 4
    with pytest.raises(NotServing) as raised:
        await Bridge(packets=20, spacing=0.001, **limit).collect(target(), net_with(train))  # type: ignore[arg-type]
    assert str(raised.value).endswith(expected)
    await FAST.collect(target(), net_with(train))


@pytest.mark.parametrize("heard_of", [5, 20, 40])
async def test_silence_is_unreachable_however_short_it_was_cut(heard_of: int) -> None:
    with pytest.raises(Unreachable) as raised:
        await Bridge().collect(target(), net_with([None] * heard_of))
    assert str(raised.value) == f"10.0.0.1: none of {heard_of} packets came back"
    figures = {LOSS: 1.0, PACKETS: float(heard_of)}
    assert told(raised.value.samples) == figures | ({MOS: 1.0} if heard_of >= 20 else {})


async def test_outside_its_window_it_says_whether_it_answers_and_nothing_of_the_sound() -> None:
    brief, every = replace(FAST, max_loss=0.0, max_rtt=0.001).outside()
    assert every >= 300
    net = net_with([None, 0.3, 0.3, 0.3, 0.3])
    found = told(await brief.collect(target(), net))
    assert net.asked_trains[0][1] == 5
    assert found[LOSS] == pytest.approx(0.2)
    assert MOS not in found


async def test_loopback_sounds_perfect() -> None:
    net = RealNet()
    try:
        found = told(await Bridge(packets=20, spacing=0.01).collect(target("127.0.0.1"), net))
    finally:
        await net.close()
    assert found[LOSS] == 0
    assert found[MOS] == pytest.approx(heard([0.0001] * 20).mos, abs=0.02)


# --- by SIP -----------------------------------------------------------------------------------

SIP = Bridge(by="sip", packets=20, spacing=0.005)


async def test_a_real_sip_server_answers_each_packet(require_program: Require, tmp_path: Path) -> None:
    with sipp(require_program, tmp_path, "100 Trying", "200 OK") as port:
        found = told(await asked(replace(SIP, port=port), timeout=2))
    assert (found[LOSS], found[PACKETS]) == (0, 20)
    assert found[RTT] > 0
    assert found[MOS] > 4


async def test_answers_that_do_not_come_are_lost() -> None:
    count = 0

    def every_other(question: bytes) -> Iterable[bytes]:
        nonlocal count
        count += 1
        [own] = [line for line in question.split(b"\r\n") if line.startswith(b"Call-ID:")]
        if count % 2:
            yield b"\r\n".join((b"SIP/2.0 200 OK", own, b"CSeq: 1 OPTIONS", b"", b""))

    async with hostile.udp(every_other) as port:
        with pytest.raises(NotServing, match=r"MOS 1\.0 \(loss 50\.0 %") as raised:
            await asked(replace(SIP, port=port), timeout=0.3)
    assert told(raised.value.samples)[LOSS] == 0.5


@pytest.mark.parametrize("answering", [hostile.rubbish, hostile.echo], ids=["rubbish", "echo"])
async def test_a_stranger_is_no_bridge(answering: hostile.Answering) -> None:
    async with hostile.udp(answering) as port:
        with pytest.raises(NotServing, match="answers, but not with SIP"):
            await asked(replace(SIP, port=port), timeout=0.3)


async def test_nobody_at_the_port_is_a_refusal() -> None:
    with pytest.raises(Refused):
        await asked(replace(SIP, port=free_port()), timeout=0.3)


async def test_sip_silence_ends_the_train_early() -> None:
    async with hostile.udp(hostile.nothing) as port:
        with pytest.raises(Unreachable, match=r"none of \d+ packets") as raised:
            await asked(replace(SIP, port=port, packets=1000, spacing=0.01), timeout=0.2)
    assert told(raised.value.samples)[PACKETS] < 100


async def test_a_train_has_a_packet_however_late_it_leaves() -> None:
    async with hostile.udp(hostile.nothing) as port:
        with pytest.raises(Unreachable, match=r"none of 1 packets"):
            await asked(replace(SIP, port=port), timeout=0)


@pytest.mark.parametrize(
    "options",
    [{"packets": 19}, {"packets": 1001}, {"spacing": "5ms"}, {"min_mos": 4.5}, {"min_mos": 0.5}, {"max_loss": 2}],
)
def test_options_out_of_range_are_refused(options: dict[str, Any]) -> None:
    adapter = declare("bridge", Bridge, framed=True).adapter
    adapter.validate_python({"packets": 100, "spacing": "20ms", "min_mos": 4, "max_loss": "1%", "max_rtt": "150ms"})
    with pytest.raises(ValidationError):
        adapter.validate_python(options)


def test_a_train_that_takes_too_long_is_refused() -> None:
    with pytest.raises(ValueError, match="100 packets every 1000 ms take longer than 25 s"):
        Bridge(packets=100, spacing=1)
