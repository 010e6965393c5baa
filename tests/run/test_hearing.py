"""Does what people say reach the journal under the right name, and are only those answered who need it?"""

from dataclasses import replace
from datetime import datetime

import pytest
from structlog.testing import capture_logs

from netmon.clock import SystemClock
from netmon.errors import NotTaken
from netmon.notifiers.sms import Sms
from netmon.people import Act, Case
from netmon.run.hearing import Hearing
from netmon.run.replies import ANSWERS, Replies
from netmon.settings.project import Project
from netmon.wire.modem.seam import Heard
from tests.run.listening import BINH, HUNG, LAN, PORT, staffed, stand


class SetClock:
    """One that was set an hour ahead since the start."""

    def now(self) -> float:
        return SystemClock().now()

    def ahead(self) -> float:
        return 3600.0


async def test_an_act_comes_back_once_it_is_written() -> None:
    async with stand() as on:
        written = await on.hearing.say(Act(verb="note", who="binh", at=0.0, by="cli", incident=40, text="cột đổ"))
        [entry] = [one for one in on.entries if isinstance(one.body, Act)]
        assert (written.number, written.at > 1e9) == (entry.seq, True)
        assert on.hearing.counts["taken"] == 1


@pytest.mark.parametrize(
    ("act", "why", "unknown"),
    [
        (Act(verb="ack", who="binh", at=0.0), "Say which incident.", False),
        (Act(verb="ack", who="binh", at=0.0, incident=9), "There is no incident #9. Open: #41, #42.", True),
        (Act(verb="ack", who="binh", at=0.0, incident=40), "#40 is over since ", False),
        (Act(verb="unack", who="binh", at=0.0, incident=41), "Nobody has taken #41.", False),
        (Act(verb="ack", who="lan", at=0.0, incident=42), "#42 is taken by lan already.", False),
        (Act(verb="ticket", who="binh", at=0.0, incident=41), "ticket: the text is missing.", False),
        (Act(verb="promise", who="binh", at=0.0, incident=41), "promise: the time at which it ends is missing.", False),
        (Act(verb="promise", who="binh", at=0.0, incident=41, until=1e9), "08:46 09/09/2001 is past.", False),
        (Act(verb="silence", who="binh", at=0.0, until=9e9), "silence: say what.", False),
        (Act(verb="calm", who="binh", at=0.0), "calm: say what.", False),
        (Act(verb="leave", who="binh", at=0.0), "leave: the text is missing.", False),
    ],
)
async def test_what_cannot_be_said_is_refused_with_the_reason(act: Act, why: str, unknown: bool) -> None:
    async with stand() as on:
        on.desk.cases[42] = Case(incident=42, acked_by="lan")
        with pytest.raises(NotTaken) as caught:
            await on.hearing.say(act)
        assert str(caught.value).startswith(why)
        assert caught.value.unknown is unknown
        assert (on.acts(), on.hearing.counts["objected"]) == ([], 1)


async def test_whoever_answers_is_known_by_any_address_in_any_spelling() -> None:
    async with stand([(41, "binh"), (42, "lan")]) as on:
        assert await on.hearing.reply("+84912345678", "1 41") == ""
        assert await on.hearing.reply("Binh.Zalo", "ghi 41 cột đổ") == ""
        assert await on.hearing.reply("0977000111", "phieu 42 VNPT-1") == ""
        assert on.acts() == [
            ("ack", "binh", 41, "bot", ""),
            ("note", "binh", 41, "bot", "cột đổ"),
            ("ticket", "lan", 42, "bot", "VNPT-1"),
        ]


async def test_strangers_and_those_who_left_are_not_heard_nor_answered() -> None:
    async with stand() as on:
        on.desk.acts[5] = Act(verb="leave", who="binh", at=0.0, text="lan", number=5)
        for sender in ("0999999999", "Viettel", "", "  ", "0977000111", HUNG):
            assert await on.hearing.reply(sender, "1 41") == ""
            assert await on.hearing.called_back(sender) == ""
        assert await on.hearing.reply("binh.zalo", "1 41", "sms") == "", "anybody can send an SMS under a name"
        assert (on.acts(), on.hearing.counts["stranger"]) == ([], 13)


@pytest.mark.parametrize(
    ("sender", "text", "answer"),
    [
        (BINH, "cảm ơn", 'Không hiểu "cảm ơn". Nhận việc: 1 41. Trả lại: 0 41. Số phiếu: phieu 41 <số>.'),
        (BINH, "1 77", "Không có sự cố #77. Đang mở: #41."),
        (BINH, "1 7", "Không có sự cố #7. Đang mở: #41."),
        (BINH, "1#77", "Không có sự cố #77. Đang mở: #41."),
        (BINH, "1 41 77", "Không có sự cố #77. Đang mở: #41."),
        (BINH, "phieu #7 VNPT-1", "Không có sự cố #7. Đang mở: #41."),
        (BINH, "7", "Không có sự cố #7. Đang mở: #41."),
        (BINH, "nhận ７７", "Không có sự cố #77. Đang mở: #41."),
        (BINH, "", 'Không hiểu "". Nhận việc: 1 41.'),
        (BINH, "\u202e", 'Không hiểu "". Nhận việc: 1 41.'),
        (BINH, "hen 41", "Hẹn đến mấy giờ? Ví dụ: hen 41 23h30."),
        (BINH, "phieu 41", "Thiếu nội dung. Ví dụ: ghi 41 mất điện cả xã."),
        (BINH, "1 40", "#40 đã xong lúc "),
        (BINH, "0 41", "Chưa ai nhận #41."),
        (LAN, "1", "No incident is open that you were told of."),
        (LAN, "1 40", "#40 is over since "),
    ],
)
async def test_who_was_not_understood_is_told_in_their_language(sender: str, text: str, answer: str) -> None:
    async with stand() as on:
        assert (await on.hearing.reply(sender, text)).startswith(answer)
        assert on.acts() == []


async def test_an_answer_brings_nothing_that_moves_a_terminal() -> None:
    async with stand() as on:
        assert await on.hearing.reply(BINH, "ghi 41 cột\x1b[2J đ\u202eổ") == ""
        assert on.acts() == [("note", "binh", 41, "bot", "cột [2J đổ")]


async def test_who_has_taken_it_is_told_to_whoever_calls_too_late() -> None:
    async with stand() as on:
        on.desk.cases[41] = replace(on.desk.cases[41], acked_by="lan")
        assert await on.hearing.called_back(BINH) == "#41: lan đã nhận rồi."
        assert on.acts() == []


async def test_the_end_is_told_in_wall_time() -> None:
    async with stand() as on:
        hearing = Hearing(staffed, on.engine, SetClock())
        over = on.engine.incidents()[40].resolved_at or 0.0
        shown = datetime.fromtimestamp(over + 3600.0, hearing.zone).strftime("%H:%M %d/%m/%Y")
        assert await hearing.reply(BINH, "1 40") == f"#40 đã xong lúc {shown}."


async def test_an_sms_takes_an_incident_and_a_call_the_last_one_told() -> None:
    async with stand([(41, "binh"), (42, "binh")]) as on:
        assert await on.hear(Heard(BINH, None, 0.0)) == []
        assert on.acts() == [("ack", "binh", 42, "call", "")]
        on.desk.cases[42] = replace(on.desk.cases[42], acked_by="binh")
        on.hearing.counts.update(taken=0)
        assert await on.hear(Heard("84912345678", "1", 0.0)) == []
        assert on.acts()[1:] == [("ack", "binh", 41, "sms", "")]


async def test_a_text_that_waited_long_is_about_nothing_newer() -> None:
    async with stand() as on:
        [(number, answer)] = await on.hear(Heard(BINH, "1", on.hearing.wall() - 3600))
        assert (number, on.acts()) == (BINH, [])
        assert answer == "Khong co su co nao dang mo ma netmon da bao cho so nay."


async def test_answers_end_where_two_machines_talk_to_each_other() -> None:
    async with stand() as on:
        answers = await on.hear(*[Heard(BINH, "auto-reply: I am away", 0.0)] * (ANSWERS + 3))
        assert len(answers) == ANSWERS
        assert on.replies.withheld == 3


async def test_a_mistake_of_ours_costs_one_sms_and_nothing_else() -> None:
    async with stand() as on:
        mistakes = [ZeroDivisionError("a mistake of ours")]

        def project() -> Project:
            if mistakes:
                raise mistakes.pop()
            return staffed()

        on.hearing = Hearing(project, on.engine, SystemClock())
        on.replies = Replies(on.hearing, on.net, SystemClock(), [Sms(port=PORT)])
        with capture_logs() as logs:
            await on.hear(Heard(BINH, "1 41", 0.0), Heard(BINH, "ghi 41 cột đổ", 0.0))
        assert [verb for verb, *_ in on.acts()] == ["note"]
        assert on.hearing.counts["failed"] == len([log for log in logs if log["log_level"] == "error"]) == 1


async def test_without_a_modem_nobody_listens() -> None:
    async with stand() as on:
        assert Replies(on.hearing, on.net, SystemClock(), [object()]).listen() == []
