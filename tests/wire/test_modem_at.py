"""Do SMS and calls go out and come in over a real terminal, whatever the modem on it does?"""

import asyncio
import fcntl
import os
from contextlib import aclosing, suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from netmon.errors import Permanent, Retryable, SendError
from netmon.wire.modem.at import LOOK, AtModem
from netmon.wire.modem.chat import Chat
from netmon.wire.modem.seam import Heard, ModemSeen
from netmon.wire.real import RealNet
from tests.wire.modem_pty import Fake, plugged, submitted
from tests.wire.test_modem_pdu import SENT_AT, UNACCENTED, UNACCENTED_PARTS, VIETNAMESE, VIETNAMESE_PARTS

NUMBER = "+84912345678"
SOON = LOOK / 2
"""Seconds: who waits longer hears what the modem finds when it looks by itself, whatever it was told."""


async def heard(modem: AtModem, count: int) -> list[Heard]:
    """The first so many that come in, each dealt with."""
    found: list[Heard] = []
    async with asyncio.timeout(SOON), aclosing(modem.heard()) as listening:
        async for each in listening:
            if len(found) == count:
                break
            found.append(each)
            if len(found) == count and each.text is None:
                break
    return found


# --- SMS out ----------------------------------------------------------------------------------


@pytest.mark.parametrize("echo", [False, True])
async def test_a_text_in_parts(echo: bool) -> None:
    async with plugged() as (fake, modem):
        fake.echo = echo
        await modem.text("0912 345 678", UNACCENTED, 5, 2)
        await modem.text(NUMBER, "Mất điện", 5, 1)
        seen = await modem.seen(5)
    one, two, other = (submitted(each) for each in fake.sent)
    assert (one.number, one.text + two.text) == ("0912345678", UNACCENTED)
    assert (one.header[-4:], two.header[-4:], one.length) == ("0201", "0202", 160)
    assert (other.number, other.text, other.header) == (NUMBER, "Mất điện", "")
    lengths = [int(each.partition("=")[2]) for each in fake.asked if each.startswith("AT+CMGS")]
    assert lengths == [len(each) // 2 - 1 for each in fake.sent]
    assert seen.counted["parts_sent"] == 3
    assert seen.counted["opened"] == 1


async def test_callers_wait_for_one_another() -> None:
    async with plugged() as (fake, modem):
        await asyncio.gather(*(modem.text(NUMBER, str(n), 5, 1) for n in range(5)), modem.seen(5))
    assert [submitted(each).text for each in fake.sent] == list("01234")


async def test_what_comes_between_command_and_answer_is_no_answer() -> None:
    async with plugged() as (fake, modem):
        fake.before = b'\r\n^RSSI:21\r\n\r\n+CMTI: "ME",7\r\n\xff\x00\x1b[2J garbage\r\n+CREG: 1\r\n'
        await modem.text(NUMBER, "1", 5, 1)
        assert (await modem.seen(5)).signal == -71.0
    assert len(fake.sent) == 1


@pytest.mark.parametrize(
    ("lines", "error", "text"),
    [
        (["+CMS ERROR: 500"], Retryable, "unknown error"),
        (["+CMS ERROR: 331"], Retryable, "no network"),
        (["+CMS ERROR: 21"], Permanent, "rejects the message"),
        (["+CMS ERROR: 28"], Permanent, "no subscriber"),
        (["ERROR"], Retryable, "the modem answers ERROR"),
        (["OK"], Retryable, "does not say that the network took"),
    ],
)
@pytest.mark.parametrize("when", ["message", "AT+CMGS"])
async def test_an_sms_that_is_refused(when: str, lines: list[str], error: type[SendError], text: str) -> None:
    """After the message, and before it could be handed over."""
    async with plugged() as (fake, modem):
        fake.answers[when] = lines
        with pytest.raises(error, match=text):
            await modem.text(NUMBER, "1", 5, 1)
        del fake.answers[when]
        await modem.text(NUMBER, "2", 5, 1)
    assert [submitted(each).text for each in fake.sent] == ["2"]


async def test_what_never_can_be_sent_is_not_tried() -> None:
    async with plugged() as (fake, modem):
        with pytest.raises(Permanent, match="takes 2 SMS, and at most 1"):
            await modem.text(NUMBER, "a" * 161, 5, 1)
        with pytest.raises(Permanent, match="no telephone number"):
            await modem.text("Viettel", "a", 5, 1)
        with pytest.raises(Permanent, match="no telephone number"):
            await modem.ring("0912345678;ATD113", 5)
    assert fake.asked == []


# --- a modem that is not there, hangs, or is taken away --------------------------------------------


async def test_a_modem_that_hangs_is_given_up_and_asked_anew() -> None:
    async with plugged() as (fake, modem):
        await modem.text(NUMBER, "1", 5, 1)
        fake.silent = True
        with pytest.raises(Retryable, match=r"the SMS was not sent within 0\.1 s"):
            await modem.text(NUMBER, "2", 0.1, 1)
        fake.silent = False
        await modem.text(NUMBER, "3", 5, 1)
        assert (await modem.seen(5)).counted["opened"] == 2
    assert [submitted(each).text for each in fake.sent] == ["1", "3"]


async def test_unplugged_in_the_middle_of_a_message_and_plugged_in_again() -> None:
    async with plugged() as (fake, modem):
        fake.silent = True
        sending = asyncio.create_task(modem.text(NUMBER, "1", 5, 1))
        await asyncio.sleep(0.05)
        fake.unplug()
        with pytest.raises(Retryable, match="unplugged"):
            await sending
        with pytest.raises(Retryable, match="is the modem plugged in"):
            await modem.text(NUMBER, "1", 5, 1)
        fake.silent = False
        fake.plug()
        await modem.text(NUMBER, "1", 5, 1)
    assert len(fake.sent) == 1


async def test_a_program_that_was_killed_at_the_prompt_leaves_no_text_behind() -> None:
    """The next one begins with ESC, which takes the half message back (TS 27.005, 3.5.1)."""
    async with plugged() as (fake, modem):
        chat = Chat(str(fake.path), lambda line, message: None)
        with suppress(TimeoutError):
            async with asyncio.timeout(0.05):
                await chat.ask("AT+CMGS=20", 5)  # nothing is handed over
        await modem.text(NUMBER, "1", 5, 1)
    assert [submitted(each).text for each in fake.sent] == ["1"]


async def test_a_modem_that_takes_nothing() -> None:
    async with plugged() as (fake, modem):
        fake.stop(True)
        with pytest.raises(Retryable, match=r"not sent within 0\.1 s"):
            await modem.text(NUMBER, "1", 0.1, 1)
        chat = Chat(str(fake.path), lambda line, message: None)
        with pytest.raises(Retryable, match="the modem takes nothing"):
            await chat.wake(0.01, 0.05)
        asking = asyncio.create_task(chat.ask("AT", 5))
        await asyncio.sleep(0.02)
        fake.unplug()
        with pytest.raises(Retryable, match="unplugged"):
            await asking


async def test_the_port_belongs_to_one_program() -> None:
    async with plugged() as (fake, modem):
        fd = os.open(fake.path, os.O_RDWR | os.O_NOCTTY)
        fcntl.flock(fd, fcntl.LOCK_EX)
        with pytest.raises(Retryable, match="another program has it open"):
            await modem.text(NUMBER, "1", 5, 1)
        os.close(fd)
        await modem.text(NUMBER, "1", 5, 1)


async def test_what_is_no_serial_port(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for path, why in (
        (tmp_path / "file", "no serial port"),
        (tmp_path, "Is a directory"),
        (tmp_path / "none", "no such"),
    ):
        with pytest.raises(Retryable, match=why):
            await AtModem(str(path)).seen(5)


async def test_a_sim_card_with_a_pin_is_named() -> None:
    async with plugged() as (fake, modem):
        fake.answers["AT+CPIN?"] = ["+CPIN: SIM PIN", "OK"]
        with pytest.raises(Retryable, match="the SIM card says SIM PIN; it must be there, without a PIN"):
            await modem.text(NUMBER, "1", 5, 1)
        fake.answers["AT+CPIN?"] = ["+CME ERROR: 10"]
        with pytest.raises(Retryable, match="there is no SIM card"):
            await modem.text(NUMBER, "1", 5, 1)


async def test_what_an_old_modem_lacks_it_is_not_held_to() -> None:
    async with plugged() as (fake, modem):
        refused = ["+CME ERROR: 4"]
        fake.answers = {"AT+CNMI": refused, "AT+CLIP": refused, "AT+CPMS": refused, "AT+CEREG?": refused}
        fake.answers["AT+CREG?"] = ["+CREG: 0,5", "OK"]
        fake.answers["AT+CSQ"] = ["+CSQ: 99,99", "OK"]
        seen = await modem.seen(5)
        await modem.text(NUMBER, "1", 5, 1)
    assert (seen.signal, seen.registration) == (None, 5)


async def test_the_memory_of_the_sim_card_where_the_modem_has_none() -> None:
    async with plugged() as (fake, modem):
        fake.answers['AT+CPMS="ME","ME","ME"'] = ["+CPMS: 0,0,0,0,0,0", "OK"]
        await modem.seen(5)
    assert 'AT+CPMS="SM","SM","SM"' in fake.asked


@pytest.mark.parametrize("flood", [b"x" * 1000, b"OK\r\n" * 200, b"> " * 500, b"+CSQ: 1,1\r\n" * 90])
async def test_a_flood_holds_nothing_up(flood: bytes) -> None:
    """Neither an endless line nor endless lines: the question ends in time, and the loop turns meanwhile."""
    async with plugged() as (fake, modem):

        async def pour() -> None:
            while True:
                fake.raw(flood)
                await asyncio.sleep(0.001)

        pouring = asyncio.create_task(pour())
        with suppress(SendError):
            await modem.text(NUMBER, "1", 0.1, 1)
        pouring.cancel()
        await asyncio.sleep(0.05)
        await modem.text(NUMBER, "2", 5, 1)
    assert submitted(fake.sent[-1]).text == "2"


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.one_of(
            st.binary(max_size=60),
            st.sampled_from(
                [b"\r\n", b"OK\r\n", b"+CMT: ,20\r\n", b"+CMGL: 1,0,,9\r\n", b'+CLIP: "",', b"> ", b"RING\r\n"]
            ),
        ),
        max_size=8,
    ).map(b"".join)
)
def test_garbage_does_no_harm(garbage: bytes) -> None:
    async def main() -> None:
        async with plugged() as (fake, modem):
            await modem.seen(5)
            fake.raw(garbage + b"\r\n\r\n")
            with suppress(SendError):
                await modem.text(NUMBER, "1", 0.5, 1)
            with suppress(TimeoutError):
                async with asyncio.timeout(0.02):
                    async for each in modem.heard():
                        assert each.text is None or each.text.isprintable()
            await modem.text(NUMBER, "2", 5, 1)

    asyncio.run(main())


# --- SMS in -----------------------------------------------------------------------------------


async def test_what_waited_is_heard_and_then_deleted() -> None:
    def stored(fake: Fake) -> None:
        fake.memory = dict(
            enumerate([UNACCENTED_PARTS[0], VIETNAMESE_PARTS[1], UNACCENTED_PARTS[1], VIETNAMESE_PARTS[0]])
        )

    async with plugged(stored) as (fake, modem):
        listening = modem.heard()
        first = await anext(listening)
        assert first == Heard(NUMBER, UNACCENTED, SENT_AT)
        assert len(fake.memory) == 4, "kept until it was dealt with"
        assert await anext(listening) == Heard(NUMBER, VIETNAMESE, SENT_AT)
        assert fake.memory.keys() == {1, 3}
        await listening.aclose()
        assert fake.memory.keys() == {1, 3}, "what was being dealt with comes again"


async def test_a_new_sms_is_heard_while_one_listens() -> None:
    async with plugged() as (fake, modem):
        listening = modem.heard()
        coming = asyncio.ensure_future(anext(listening))
        while "AT+CMGL=4" not in fake.asked:
            await asyncio.sleep(0.01)
        fake.memory[5] = VIETNAMESE_PARTS[0]
        fake.memory[6] = VIETNAMESE_PARTS[1]
        fake.say('+CMTI: "ME",6')
        assert (await asyncio.wait_for(coming, SOON)).text == VIETNAMESE
        await listening.aclose()


async def test_an_sms_that_the_modem_does_not_keep() -> None:
    async with plugged() as (fake, modem):
        await modem.seen(5)
        fake.before = b"\r\n+CMT: and nothing behind it\r\n"
        assert (await modem.seen(5)).signal == -71.0
        fake.before = b""
        fake.say(f'+CMT: "",37\r\n{VIETNAMESE_PARTS[1]}', f"+CMT: ,150\r\n{VIETNAMESE_PARTS[0]}")
        listening = modem.heard()
        assert (await asyncio.wait_for(anext(listening), SOON)).text == VIETNAMESE
        await listening.aclose()


async def test_what_cannot_be_deleted_is_heard_once() -> None:
    async with plugged() as (fake, modem):
        fake.memory = {1: UNACCENTED_PARTS[0], 2: UNACCENTED_PARTS[1]}
        fake.answers["AT+CMGD"] = ["+CMS ERROR: 320"]
        listening = modem.heard()
        assert (await anext(listening)).text == UNACCENTED
        coming = asyncio.ensure_future(anext(listening))
        while fake.asked.count("AT+CMGD=2") < 1:
            await asyncio.sleep(0.01)
        del fake.memory[1], fake.memory[2]
        fake.memory[3] = f"{VIETNAMESE_PARTS[1][:4]}" + VIETNAMESE_PARTS[1][4:]
        fake.memory[4] = VIETNAMESE_PARTS[0]
        fake.say('+CMTI: "ME",4')
        assert (await asyncio.wait_for(coming, SOON)).text == VIETNAMESE
        assert (await modem.seen(5)).counted["not_deleted"] == 2
        await listening.aclose()


async def test_what_cannot_be_read_is_deleted_and_counted() -> None:
    async with plugged() as (fake, modem):
        fake.memory = {1: "0006", 2: UNACCENTED_PARTS[0], 3: UNACCENTED_PARTS[1]}
        listening = modem.heard()
        await anext(listening)
        coming = asyncio.ensure_future(anext(listening))
        async with asyncio.timeout(30):
            while fake.memory:
                await asyncio.sleep(0.01)
        coming.cancel()
        await asyncio.wait([coming])
        assert (await modem.seen(5)).counted["unreadable"] == 1


async def test_a_listener_waits_for_a_modem_that_is_gone() -> None:
    async with plugged() as (fake, modem):
        fake.unplug()
        listening = modem.heard()
        coming = asyncio.ensure_future(anext(listening))
        await asyncio.sleep(0.05)
        fake.memory = {1: UNACCENTED_PARTS[0], 2: UNACCENTED_PARTS[1]}
        fake.plug()
        assert (await asyncio.wait_for(coming, SOON)).text == UNACCENTED
        await listening.aclose()


# --- calls ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("calls", "reports", "outcome"),
    [
        ([2, 2, 3, 3, 0], {}, "answered"),
        ([2, 3], {}, "rang"),
        ([2, 3, 3, None], {4: "NO CARRIER"}, "rang"),
        ([2, 3, None], {}, "rang"),
        ([2, None], {2: "BUSY"}, "busy"),
        ([2, 3, None], {3: "BUSY"}, "busy"),
        ([2, None], {2: "NO CARRIER"}, "unreachable"),
        ([2], {}, "unreachable"),
        ([None], {}, "unreachable"),
        ([2, None], {2: "NO ANSWER"}, "rang"),
    ],
)
async def test_what_becomes_of_a_call(calls: list[int | None], reports: dict[int, str], outcome: str) -> None:
    async with plugged() as (fake, modem):
        fake.calls, fake.reports = calls, reports
        for_ever = calls[-1] in (2, 3)
        assert await modem.ring("0912 345 678", 0.5 if for_ever else 30) == outcome
    assert "ATD0912345678;" in fake.asked
    assert fake.asked[-1] == "AT+CHUP", "whatever became of it, the line is free again"


@pytest.mark.parametrize(
    ("lines", "outcome"), [(["BUSY"], "busy"), (["NO CARRIER"], "unreachable"), (["NO DIALTONE"], "unreachable")]
)
async def test_modems_that_end_the_command_as_the_call_ends(lines: list[str], outcome: str) -> None:
    async with plugged() as (fake, modem):
        fake.answers["ATD0912345678;"] = lines
        assert await modem.ring("0912345678", 30) == outcome


async def test_a_call_that_the_modem_refuses() -> None:
    async with plugged() as (fake, modem):
        fake.answers["ATD0912345678;"] = ["+CME ERROR: 30"]
        fake.answers["AT+CHUP"] = ["ERROR"]
        with pytest.raises(Retryable, match="no network"):
            await modem.ring("0912345678", 0.2)
    assert fake.asked[-2:] == ["AT+CHUP", "ATH"]


async def test_who_is_called_off_hangs_up() -> None:
    async with plugged() as (fake, modem):
        fake.calls = [2, 3]
        ringing = asyncio.create_task(modem.ring("0912345678", 60))
        while "AT+CLCC" not in fake.asked:
            await asyncio.sleep(0.01)
        ringing.cancel()
        with suppress(asyncio.CancelledError):
            await ringing
        assert fake.asked[-1] == "AT+CHUP"


async def test_an_sms_goes_out_while_a_telephone_rings() -> None:
    async with plugged() as (fake, modem):
        fake.calls = [2, 3]
        ringing = asyncio.create_task(modem.ring("0912345678", 60))
        await modem.text(NUMBER, "1", 5, 1)
        assert len(fake.sent) == 1
        fake.calls = [0]
        assert await ringing == "answered"


async def test_whoever_calls_is_heard_once_and_turned_down() -> None:
    async with plugged() as (fake, modem):
        await modem.seen(5)
        for caller in ('"84912345678",145', '"",128', '"84912345678",145', '"0216 385;ATD1",129', '"195",129'):
            fake.say("RING", f"+CLIP: {caller},,,,0")
        found = await heard(modem, 3)
        assert [(each.number, each.text) for each in found] == [(NUMBER, None), ("0216 385;ATD1", None), ("195", None)]
        assert fake.asked.count("AT+CHUP") == 1
        assert (await modem.seen(5)).counted["withheld"] == 1


async def test_a_call_that_waits_behind_ours_does_not_end_it() -> None:
    async with plugged() as (fake, modem):
        fake.calls = [3]
        ringing = asyncio.create_task(modem.ring("0912345678", 60))
        while "AT+CLCC" not in fake.asked:
            await asyncio.sleep(0.01)
        fake.say('+CLIP: "0987654321",129')
        assert (await heard(modem, 1))[0].number == "0987654321"
        assert "AT+CHLD=0" in fake.asked
        assert "AT+CHUP" not in fake.asked
        fake.calls = [0]
        assert await ringing == "answered"


async def test_the_real_network_has_one_modem_a_port_and_gives_it_back() -> None:
    async with plugged() as (fake, _):
        net = RealNet()
        assert net.modem(str(fake.path)) is net.modem(str(fake.path))
        seen = await net.modem(str(fake.path)).seen(5)
        assert seen == ModemSeen(-71.0, 1, seen.counted)
        await net.close()
        fd = os.open(fake.path, os.O_RDWR | os.O_NOCTTY)
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        os.close(fd)
