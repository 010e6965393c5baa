"""Are texts coded as telephones read them, and is whatever comes in read, or refused without harm?

The vectors are from the field, or made with another coder; what is sent is read back by the decoder of modem_pty.
"""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netmon.errors import Permanent, Retryable
from netmon.wire.modem import alphabet, inbox, pdu
from netmon.wire.modem.numbers import dialled, same_number
from netmon.wire.modem.refusals import refusal
from netmon.wire.modem.seam import Heard
from tests.wire.modem_pty import BEHIND_ESCAPE, ROWS, submitted

GSM = "".join(ROWS).replace("\x1b", "") + "".join(BEHIND_ESCAPE.values())

SENT, SENT_AT = "62112221150082", 1_795_326_660.0
"""12:51 on 22 November 2026 in Viet Nam, as a service centre writes it."""

VIETNAMESE = "Mất điện cả xã, điện lực báo 5 giờ chiều có lại. Em đang ra trạm, nhận việc 4127."
UNACCENTED = (
    "Da nhan viec 4127, dang goi dien luc hoi xem bao gio co dien lai, neu qua 30 phut thi chay may no; anh em o tram"
    " noi con khoang 40 phut ac quy. Goi lai cho toi so nay khi can."
)
FROM = "00440B914819325476F8"
VIETNAMESE_PARTS = (
    f"{FROM}0008{SENT}8C0500030002010"
    "04D1EA500740020011100691EC7006E002000631EA30020007800E3002C0020011100691EC7006E0020006C1EF100630020006200E1006F00200"
    "0350020006700691EDD00200063006800691EC100750020006300F30020006C1EA10069002E00200045006D002001110061006E0067002000720"
    "0610020007400721EA1006D002C0020006E "
    f"{FROM}0008{SENT}2205000300020200681EAD006E0020007600691EC7006300200034003100320037002E"
).split()
UNACCENTED_PARTS = (
    f"{FROM}0000{SENT}A0050003070201"
    "8861901B1D7683ECE9F218448BC96E2C1039EC3E83CEEF34889C2EBB41ECFA18847EA741F8721B240EBF41E7F41B347E83C8E9B21BC40EA75920"
    "77B90E8AD7C3A0190C0447D7E9203A3A0D1AA3C379503B9C07B9DF3B50D88D0695DBA037882E0FB741EE771A347EBB416BF43BEC3E836830101C"
    "5DA783C26350BC9E77818EEF34881D4E83C6 "
    f"{FROM}0000{SENT}1D050003070202D06F10FD9D06CDDF2077380F5AA3D3A071D8ED02"
).split()


def test_the_message_of_every_tutorial() -> None:
    assert pdu.submit("+46708251358", "hellohello") == ["0011000B916407281553F80000A70AE8329BFD4697D9EC37"]


@pytest.mark.parametrize(("text", "received"), [(VIETNAMESE, VIETNAMESE_PARTS), (UNACCENTED, UNACCENTED_PARTS)])
def test_parts_are_those_of_another_coder(text: str, received: list[str]) -> None:
    """All but the reference, which every coder chooses."""
    for mine, theirs in zip(pdu.submit("+84912345678", text), received, strict=True):
        length_and_text = mine.partition("F800")[2][4:]
        assert length_and_text[:8] == theirs.partition(SENT)[2][:8]
        assert length_and_text[10:] == theirs.partition(SENT)[2][10:]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("", 1),
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("[" * 80, 1),
        ("[" * 81, 2),
        ("[" * 152, 2),
        ("[" * 153, 3),
        ("a" * 152 + "[" + "a" * 151, 2),
        ("a" * 152 + "[" + "a" * 152, 3),
        ("ấ" * 70, 1),
        ("ấ" * 71, 2),
        ("ấ" * 134, 2),
        ("ấ" * 135, 3),
        ("ấ" * 66 + "🔥" + "ấ" * 65, 2),
        ("ấ" * 66 + "🔥" + "ấ" * 66, 3),
    ],
)
def test_how_many_parts_a_text_takes(text: str, parts: int) -> None:
    messages = [submitted(each) for each in pdu.submit("0912345678", text)]
    assert "".join(each.text for each in messages) == text
    assert [each.header[-4:] for each in messages] == (
        [""] if parts == 1 else [f"{parts:02x}{place:02x}" for place in range(1, parts + 1)]
    )


@given(st.one_of(st.text(GSM), st.text(st.characters(codec="utf-8"))), st.sampled_from(["0912345678", "+84912345678"]))
def test_what_is_sent_is_what_is_read(text: str, number: str) -> None:
    messages = pdu.submit(number, text)
    read = [submitted(each) for each in messages]
    assert "".join(each.text for each in read) == unicodedata.normalize("NFC", text)
    assert {each.number for each in read} == {number}
    assert len({each.header[:8] for each in read}) == 1, "one reference"
    assert messages == pdu.submit(number, text), "and the same one when the text is sent again"


def test_a_text_without_end_is_no_sms() -> None:
    with pytest.raises(ValueError, match="255"):
        pdu.submit("0912345678", "a" * 40_000)


@pytest.mark.parametrize(
    ("received", "expected"),
    [
        (
            "07911326040000F0040B911346610089F60000208062917314080CC8F71D14969741F977FD07",
            pdu.Delivered("+31641600986", 1030390661.0, "How are you?", None),
        ),
        (
            "07917283010010F5040BC87238880900F10000993092516195800AE8329BFD4697D9EC37",
            pdu.Delivered("27838890001", 4078473419.0, "hellohello", None),
        ),
        (VIETNAMESE_PARTS[1], pdu.Delivered("+84912345678", SENT_AT, "hận việc 4127.", pdu.Part(0, 2, 2))),
        (UNACCENTED_PARTS[1], pdu.Delivered("+84912345678", SENT_AT, UNACCENTED[153:], pdu.Part(7, 2, 2))),
        (  # shown at once and kept nowhere (class 0), from a short number, with brackets
            f"0004038191F50010{SENT}131BDE73B9F18162205A4C76036D50F84D0A",
            pdu.Delivered("195", SENT_AT, "[OK] 1 4127 {x}", None),
        ),
        (  # from a name, and the part's reference has 16 bits and stands behind something else
            f"00440DD0D674994E2FB3010008{SENT}170A0102AABB080412340201003100200034003100320037",
            pdu.Delivered("Viettel", SENT_AT, "1 4127", pdu.Part(0x1234, 2, 1)),
        ),
        (  # the second part of one, and no time: neither is believed
            f"{FROM}0008FFFFFFFFFFFFFF080500030701020031",
            pdu.Delivered("+84912345678", 0.0, "1", None),
        ),
    ],
)  # fmt: skip
def test_what_comes_in(received: str, expected: pdu.Delivered) -> None:
    assert pdu.deliver(received) == expected


@pytest.mark.parametrize(
    "received",
    [
        "",
        "0",
        "no hexadecimal",
        "07",
        VIETNAMESE_PARTS[1][:40],
        "0006D60B914819325476F8621122211500826211222115008200",  # a status report
        f"0004038191F50004{SENT}0201FF",  # data
        f"0004038191F50020{SENT}0201FF",  # compressed
        "00" * 600,
    ],
)  # fmt: skip
def test_what_is_no_text_is_refused(received: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        pdu.deliver(received)


@given(st.one_of(st.binary(max_size=200).map(bytes.hex), st.text("0123456789ABCDEFg", max_size=60)))
def test_garbage_is_read_or_refused(garbage: str) -> None:
    for message in (garbage, f"00{garbage}", FROM + garbage):
        try:
            read = pdu.deliver(message)
        except ValueError:
            continue
        assert len(read.text) <= 160


def memory(*received: str) -> dict[int, str]:
    return dict(enumerate(received, 1))


def test_parts_come_together_in_any_order_once_all_are_there() -> None:
    stored = memory(UNACCENTED_PARTS[1], VIETNAMESE_PARTS[1], "FF", VIETNAMESE_PARTS[0], UNACCENTED_PARTS[0])
    letters, unreadable = inbox.sorted_out(stored, SENT_AT)
    assert letters == [
        inbox.Letter((1, 5), Heard("+84912345678", UNACCENTED, SENT_AT)),
        inbox.Letter((2, 4), Heard("+84912345678", VIETNAMESE, SENT_AT)),
    ]
    assert unreadable == [3]


@pytest.mark.parametrize("later", [0.0, inbox.PATIENCE])
def test_a_part_waits_for_the_others_but_not_for_ever(later: float) -> None:
    letters, _ = inbox.sorted_out(memory(VIETNAMESE_PARTS[1]), SENT_AT + later)
    assert [letter.heard.text for letter in letters] == (["hận việc 4127."] if later else [])


def test_a_part_that_came_twice_is_read_once_and_deleted_twice() -> None:
    letters, _ = inbox.sorted_out(memory(VIETNAMESE_PARTS[0], VIETNAMESE_PARTS[1], VIETNAMESE_PARTS[1]), SENT_AT)
    assert letters == [inbox.Letter((1, 2, 3), Heard("+84912345678", VIETNAMESE, SENT_AT))]


def test_messages_that_were_sent_from_the_memory_are_left_alone() -> None:
    lines = ['+CMGL: 3,1,"",40', "0A", '+CMGL: 4,2,"",40', "0B", "+CMGL: 12,0,,40", "0C", "garbage"]
    assert inbox.listed(lines) == {3: "0A", 12: "0C"}


# --- letters, numbers, refusals ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("[DỰ PHÒNG] Xã Đông Cuông: chạy 4G…", "[DU PHONG] Xa Dong Cuong: chay 4G..."),
        ("“21 °C” – 5 → 3", "\"21  do C\" - 5 -> 3"),
        ("café, Straße, 100 €\n日本", "cafe, Straße, 100 €\n??"),
        ("Xa\u0303 Mâ\u0323u A", "Xa Mau A"),
    ],
)  # fmt: skip
def test_a_text_without_accents(text: str, plain: str) -> None:
    assert alphabet.plain(text) == plain


@given(st.text())
def test_any_text_without_accents_is_sent_in_septets(text: str) -> None:
    assert pdu.split(alphabet.plain(text))[0] == pdu.SEPTETS


@pytest.mark.parametrize(
    "written",
    ["0912 345 678", "0912.345.678", "+84912345678", "84912345678", "912345678", "0084 912-345-678", "(+84) 912345678"],
)
def test_one_number_is_written_in_many_ways(written: str) -> None:
    assert same_number(written, "0912345678")
    assert same_number("+84912345678", written)
    assert not same_number(written, "0912345679")


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("0216 3852 001", "+842163852001", True),
        ("0841234567", "+84841234567", True),
        ("841234567", "0841234567", True),
        ("+85512345678", "012345678", False),
        ("195", "195", True),
        ("18001091", "18001091", True),
        ("Viettel", "Viettel", False),
        ("", "", False),
    ],
)
def test_which_numbers_are_the_same(one: str, other: str, same: bool) -> None:
    assert same_number(one, other) is same


@pytest.mark.parametrize("number", ["", "12", "0912;ATH", "0912\r345678", "+", "09123456789012345", "Viettel", "*101#"])
def test_only_a_number_is_dialled(number: str) -> None:
    with pytest.raises(ValueError, match="no telephone number"):
        dialled(number)


@pytest.mark.parametrize(
    ("line", "error", "text"),
    [
        ("+CMS ERROR: 500", Retryable, "unknown error"),
        ("+CMS ERROR: 38", Retryable, "the network is out of order"),
        ("+CMS ERROR: 331", Retryable, "no network"),
        ("+CMS ERROR: 310", Retryable, "there is no SIM card"),
        ("+CMS ERROR: 777", Retryable, "the modem refuses AT"),
        ("+CME ERROR: 28", Retryable, "the modem refuses AT"),
        ("+CME ERROR: 11", Retryable, "the SIM card asks for its PIN"),
        ("ERROR", Retryable, "the modem answers ERROR to AT"),
        ("+CME ERROR: SIM not inserted", Retryable, "SIM not inserted"),
        ("+CMS ERROR: 1", Permanent, "no such number"),
        ("+CMS ERROR: 21", Permanent, "the network rejects the message"),
        ("+CMS ERROR:28", Permanent, "no subscriber has this number"),
    ],
)
def test_what_a_refusal_means(line: str, error: type[Exception], text: str) -> None:
    made = refusal("/dev/ttyUSB2", "AT", line)
    assert type(made) is error
    assert str(made).startswith("/dev/ttyUSB2: ")
    assert text in str(made)
