"""Is an SMS sent to the right telephones, short enough, and is a failure told as what it is?"""

from dataclasses import replace

import pytest
from pydantic import ValidationError
from structlog.testing import capture_logs

from netmon.errors import Permanent, Retryable
from netmon.notifiers.sms import Sms
from netmon.settings.options import declare
from netmon.wire.real import RealNet
from tests.notifiers.receivers import page
from tests.wire.modem_pty import Fake, plugged, submitted


def plugin(fake: Fake, *to: str, parts: int = 2, accents: bool = False) -> Sms:
    return Sms(port=str(fake.path), to=to, parts=parts, accents=accents, timeout=5)


async def test_the_message_as_it_arrives() -> None:
    net = RealNet()
    async with plugged() as (fake, _):
        await plugin(fake, "0912345678", "+84987654321").send(page(), net)
        await plugin(fake, accents=True).send(replace(page(), address="0977 000 111"), net)
        await net.close()
    assert [submitted(each)[::2] for each in fake.sent] == [
        ("0912345678", "[MAT] Xa Chau Que Ha mat lien lac tu 21:14\nHong: ..."),
        ("+84987654321", "[MAT] Xa Chau Que Ha mat lien lac tu 21:14\nHong: ..."),
        ("0977000111", "[MẤT] Xã Châu Quế Hạ mất liên lạc từ 21:14\nHỏng: …"),
    ]


async def test_a_long_message_takes_no_more_parts_than_it_may() -> None:
    net = RealNet()
    async with plugged() as (fake, _):
        long = replace(page(), text="[MẤT] Xã\n" + "Hỏng: cả 2 kênh. " * 40 + '\n#4127. Nhận việc: nhắn "1 4127".')
        await plugin(fake, "0912345678").send(long, net)
        await net.close()
    one, two = (submitted(each) for each in fake.sent)
    assert (one.text + two.text).endswith('\n#4127. Nhan viec: nhan "1 4127"')


@pytest.mark.parametrize(("code", "failure"), [(500, Retryable), (38, Retryable), (21, Permanent), (28, Permanent)])
async def test_what_a_refusal_means(code: int, failure: type[Exception]) -> None:
    net = RealNet()
    async with plugged() as (fake, _):
        fake.answers["message"] = [f"+CMS ERROR: {code}"]
        with pytest.raises(failure, match=rf"0912345678: .*{code}.*; 0987654321: .*{code}"):
            await plugin(fake, "0912345678", "0987654321").send(page(), net)
        await net.close()


async def test_one_number_that_is_wrong_keeps_nobody_else_from_it() -> None:
    net = RealNet()
    async with plugged() as (fake, _):
        with capture_logs() as logged:
            await plugin(fake, "Viettel", "0987654321").send(page(), net)
        await net.close()
    assert [submitted(each).number for each in fake.sent] == ["0987654321"]
    assert ["Viettel" in each["why"] for each in logged if each["event"] == "SMS not sent to some numbers"] == [True]


async def test_nobody_to_send_to() -> None:
    with pytest.raises(Permanent, match="no telephone number"):
        await Sms(port="/dev/none").send(page(), RealNet())


def test_a_number_is_checked_where_it_is_written() -> None:
    adapter = declare("sms", Sms, framed=False).adapter
    assert adapter.validate_python({"port": "/dev/ttyUSB2", "to": ["0912 345 678"]}).to == ("0912345678",)
    with pytest.raises(ValidationError, match="no telephone number"):
        adapter.validate_python({"port": "/dev/ttyUSB2", "to": ["O912345678"]})
