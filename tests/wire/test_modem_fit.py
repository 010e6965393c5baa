"""Does an SMS keep what happened and how to take it, and never more than its parts?"""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netmon.wire.modem import pdu
from netmon.wire.modem.fit import FIRST_LINE, fit

MESSAGE = """[MẤT] KV Văn Yên: 24 xã mất liên lạc từ 21:14
Hỏng: cả 2 kênh YB-VY-01 (VNPT), YB-VY-02 (Viettel); cổng phía tỉnh tắt cùng giây; chưa rõ mất điện hay đứt cáp.
Ảnh hưởng: 24/27 xã; 3 xã còn 4G: Châu Quế Hạ, An Thịnh, Mậu A. Họp trực tuyến 07:30 mai: 24 điểm cầu.
Gọi: 1) trực KV 0216 3852 001 (hỏi điện) 2) VNPT 0216 3852 002
#4127, CN 22/11. Nhận việc: nhắn "1 4127". Chưa ai nhận sau 5 phút: gọi người kế tiếp."""


KEPT = {
    (2, False): """[MAT] KV Van Yen: 24 xa mat lien lac tu 21:14
Hong: ca 2 kenh YB-VY-01 (VNPT), YB-VY-02 (Viettel); cong phia tinh tat...
Anh huong: 24/27 xa; 3 xa con 4G: Chau Que Ha, An Thinh, Mau A. Hop truc...
Goi: 1) truc KV 0216 3852 001 (hoi dien) 2) VNPT 0216 3852 002
#4127, CN 22/11. Nhan viec: nhan "1 4127\"""",
    (1, False): """[MAT] KV Van Yen: 24 xa mat lien lac tu 21:14
Anh huong: 24/27 xa; 3 xa con...
Goi: 1) truc KV 0216 3852 001...
#4127, CN 22/11. Nhan viec: nhan "1 4127\"""",
    (2, True): """[MẤT] KV Văn Yên: 24 xã mất liên lạc từ 21:14
Gọi: 1) trực KV 0216 3852 001 (hỏi điện) 2)…
#4127, CN 22/11. Nhận việc: nhắn "1 4127\"""",
    (1, True): """[MẤT] KV Văn Yên: 24 xã mất liên lạc từ 21:14
#4127 "1 4127\"""",
}
"""What is left of it, by parts and accents."""


@pytest.mark.parametrize(("how", "expected"), KEPT.items())
def test_what_is_kept_of_five_lines(how: tuple[int, bool], expected: str) -> None:
    assert fit(MESSAGE, *how) == expected
    assert len(pdu.split(expected)[1]) <= how[0]


def test_what_fits_stays_whole() -> None:
    assert fit(MESSAGE, 3, False).endswith("goi nguoi ke tiep.")
    assert fit("a" * 160, 1, False) == "a" * 160
    assert fit("a" * 306, 2, False) == "a" * 306
    assert fit("Xã " + "ấ" * 67, 1, True) == "Xã " + "ấ" * 67
    assert fit("Xa " + "[" * 79, 1, False).endswith("..."), "a bracket is two septets"


def test_the_first_line_is_what_a_locked_telephone_shows() -> None:
    first, second = fit("[MẤT] " + "Xã Châu Quế Hạ, " * 9 + "\n#1", 2, False).split("\n")
    assert first == "[MAT] Xa Chau Que Ha, Xa Chau Que Ha, Xa Chau Que Ha, Xa..."
    assert len(first) <= FIRST_LINE
    assert second == "#1"


@pytest.mark.parametrize(
    ("last", "kept"),
    [
        (
            '#4127, CN 22/11. Nhận việc: nhắn "1 4127". ' + "Chưa ai nhận. " * 20,
            '#4127, CN 22/11. Nhan viec: nhan "1 4127"',
        ),
        ("#4127 " + "chờ " * 60 + 'nhắn "1 4127"', '#4127 "1 4127"'),
        ("#4127 " + "không cần dậy " * 20, "#4127"),
    ],
)
def test_number_and_acknowledgement_outlast_all_else(last: str, kept: str) -> None:
    assert fit(f"[MẤT] Xã\n{'Hỏng ' * 60}\n{last}", 1, False).split("\n")[-1] == kept


def test_letters_whose_accents_stand_apart_take_no_more_room() -> None:
    apart = unicodedata.normalize("NFD", "é oà " * 60)
    assert fit(apart, 2, True) == fit(unicodedata.normalize("NFC", apart), 2, True)
    assert len(pdu.split(fit(apart, 1, True))[1]) == 1


@given(st.text('aấ[€ \n#1"🔥', max_size=700), st.integers(1, 4), st.booleans())
def test_never_more_than_its_parts(text: str, parts: int, accents: bool) -> None:
    assert len(pdu.split(fit(text, parts, accents))[1]) <= parts
    first, *others = fit(text, parts, accents).split("\n")
    assert len(first) <= FIRST_LINE or not others
