"""Does a mail arrive readable, once for each notice, and in one thread for each incident?"""

from dataclasses import replace
from email import message_from_bytes
from email.policy import SMTP, default

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from netmon.errors import Permanent, Retryable
from netmon.model import Secret
from netmon.notifiers.mail import Mail
from netmon.wire.real import RealNet
from tests.notifiers.receivers import page, smtp
from tests.ports import free_port


async def test_the_mail_as_it_arrives() -> None:
    net = RealNet()
    async with smtp() as box:
        plugin = Mail(server=box.server, to=("noc@example.vn", "truc@example.vn"), sender="netmon@tinh.example.vn")
        await plugin.send(page(), net)
        await net.close()
    [mail] = box.mails
    assert mail["Subject"] == "[MẤT] Xã Châu Quế Hạ mất liên lạc từ 21:14"
    assert mail.get_content().replace("\r\n", "\n") == "[MẤT] Xã Châu Quế Hạ mất liên lạc từ 21:14\nHỏng: …\n"
    assert mail["From"] == "netmon@tinh.example.vn"
    assert box.recipients == ["noc@example.vn", "truc@example.vn"]
    assert mail["Message-ID"] == "<2.opened.noc.1.1000.netmon@tinh.example.vn>"
    assert mail["Date"] == "Sun, 22 Nov 2026 14:14:10 +0000"
    assert mail["Importance"] == "high"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["In-Reply-To"] is None


@settings(max_examples=60)
@given(st.text(st.sampled_from("aĐấ 1-[\n\r\0é=?_\u2028😀"), min_size=1, max_size=200))
@example("[MẤT] Huyện Văn Yên và 11 xã mất liên lạc từ 21:14, khu vực Văn Yên và thị xã Nghĩa Lộ, kênh A-B-01")
@example("=?utf-8?q?a?= =?utf-8?q?b?=")
@example("a" * 998)
@example("")
def test_a_subject_of_any_length_keeps_its_blanks(subject: str) -> None:
    mail = Mail(server="127.0.0.1:25", to=("noc@example.vn",)).compose(replace(page(), subject=subject))
    for policy in (SMTP, default):
        raw = mail.as_bytes(policy=policy)
        head = raw.partition(policy.linesep.encode() * 2)[0]
        assert [line.partition(b":")[0] for line in head.splitlines() if line[:1] != b" "][:2] == [b"Subject", b"From"]
        arrived = message_from_bytes(raw, policy=default)
        assert arrived["Subject"] == " ".join(subject.split())
        assert arrived.get_content().startswith("[MẤT]")


async def test_later_mails_answer_the_first() -> None:
    plugin = Mail(server="127.0.0.1:25", to=("noc@example.vn",), sender="netmon@example.vn")
    first, later = plugin.compose(page()), plugin.compose(page("2/resolved/noc/1"))
    assert later["In-Reply-To"] == later["References"] == first["Message-ID"]
    assert later["Message-ID"] != first["Message-ID"]
    assert plugin.compose(page())["Message-ID"] == first["Message-ID"], "a repeated delivery is the same mail"


@pytest.mark.parametrize(
    ("reply", "failure"),
    [
        ("250 OK", None),
        ("421 shutting down", Retryable),
        ("450 greylisted", Retryable),
        ("452 mailbox full", Retryable),
        ("550 no such user", Permanent),
        ("554 refused", Permanent),
    ],
)
async def test_what_each_reply_means(reply: str, failure: type[Exception] | None) -> None:
    net = RealNet()
    async with smtp(reply) as box:
        plugin = Mail(server=box.server, to=("noc@example.vn",))
        if failure is None:
            await plugin.send(page(), net)
        else:
            with pytest.raises(failure, match=reply[:3]):
                await plugin.send(page(), net)
        await net.close()
    assert len(box.mails) == 1


async def test_no_server_may_work_later() -> None:
    net = RealNet()
    with pytest.raises(Retryable):
        await Mail(server=f"127.0.0.1:{free_port()}", to=("noc@example.vn",)).send(page(), net)
    await net.close()


async def test_an_unset_password_names_its_source_only() -> None:
    net = RealNet()
    plugin = Mail(server="127.0.0.1:9", to=("a@example.vn",), user="u", password=Secret(None, "env:MAIL"))
    with pytest.raises(Permanent, match="env:MAIL is not set"):
        await plugin.send(page(), net)
    await net.close()


async def test_a_person_gets_it_at_their_own_address() -> None:
    net = RealNet()
    async with smtp() as box:
        plugin = Mail(server=box.server, to=("noc@example.vn",))
        await plugin.send(replace(page(), to="binh", by="post", address="binh@example.vn"), net)
        with pytest.raises(Permanent, match="no address to send to"):
            await Mail(server=box.server).send(page(), net)
        await net.close()
    assert box.recipients == ["binh@example.vn"]
    assert box.mails[0]["To"] == "binh@example.vn"
