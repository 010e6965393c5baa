"""Is text read alike, whatever it was typed with?"""

import subprocess
from collections.abc import Callable

import pytest

from netmon.settings.sheets.text import ABC, ABC_FIRST, clean, from_abc, speaks_abc
from tests.settings.sheets.workbook import abc, decomposed

NAMES = (
    "Xã Đông Cuông",
    "Thị trấn Mậu A",
    "Xã Nà Hẩu",
    "Phường Nguyễn Thái Học",
    "Xã Púng Luông",
    "Huyện Mù Cang Chải",
)


def test_the_table_is_that_of_the_standard(require_program: Callable[[str, str], str]) -> None:
    iconv = require_program("iconv", "libc-bin")
    for n, letter in enumerate(ABC):
        done = subprocess.run(
            [iconv, "-f", "TCVN5712-1", "-t", "UTF-8"], input=bytes([ABC_FIRST + n]), capture_output=True, check=True
        )
        assert done.stdout.decode() == letter


def test_a_sheet_in_tcvn3() -> None:
    assert speaks_abc([abc(name) for name in NAMES])
    assert [from_abc(abc(name), dense=True) for name in NAMES] == list(NAMES)
    assert from_abc("HUYÖN V¡N Y£N", dense=True) == "HUYỆN VĂN YÊN"


@pytest.mark.parametrize("text", [*NAMES, "Cisco® ISR", "20 µm", "5×2", "Sở Y tế · tầng 2", "café", "Ñandú", "A·B"])
def test_what_is_no_tcvn3_stays(text: str) -> None:
    assert not speaks_abc([text, *NAMES])
    assert from_abc(text, dense=False) == text


def test_a_cell_in_tcvn3_among_others() -> None:
    assert from_abc("X· An B×nh", dense=False) == "Xã An Bình"
    assert from_abc("Xã Nà Hẩu", dense=True) == "Xã Nà Hẩu"


def test_marks_apart_spaces_and_the_invisible() -> None:
    assert [clean(decomposed(name)) for name in NAMES] == list(NAMES)
    assert clean("\u200b Xã\u00a0 An \t Bình\u00ad \n\n x ") == "Xã An Bình\nx"
