"""Who wins, the spreadsheet or the hand, and which line is which?"""

import pytest

from netmon.settings.sheets.facts import Facts
from netmon.settings.sheets.merge import Change, match_lines, merge

CASES = [
    # sheet, now, last import: new value, conflict, remembered
    ("a", "a", "a", None, False, "a"),
    ("b", "a", "a", "b", False, "b"),
    ("a", "h", "a", None, False, "a"),
    ("b", "h", "a", None, True, "a"),
    ("b", "b", "a", None, False, "b"),
    ("a", "", "", "a", False, "a"),
    ("a", "", "a", None, False, "a"),
    ("b", "", "a", None, True, "a"),
    ("a", "h", "", None, True, None),
    ("", "a", "a", None, False, "a"),
]


@pytest.mark.parametrize(("sheet", "now", "base", "new", "conflict", "remembered"), CASES)
def test_three_ways(sheet: str, now: str, base: str, new: str | None, conflict: bool, remembered: str | None) -> None:
    def of(value: str) -> Facts:
        return Facts({"name": value} if value else {})

    merged = merge(of(sheet), of(now), of(base))
    assert merged.changes == (() if new is None else (Change("name", now, new),))
    assert merged.conflicts == ((Change("name", now, sheet),) if conflict else ())
    assert merged.memory.fields.get("name") == remembered


VNPT = {"carrier": "vnpt", "circuit": "K1", "role": "primary"}
VIETTEL = {"carrier": "viettel", "role": "backup"}


def test_lines_are_known_again() -> None:
    assert match_lines([VNPT, VIETTEL], [VNPT, VIETTEL], []) == (0, 1)
    assert match_lines([VNPT, VIETTEL], [VIETTEL, VNPT], []) == (1, 0)
    assert match_lines([{"circuit": "K9", "carrier": "vnpt"}], [VNPT], [VNPT]) == (0,)
    assert match_lines([{"carrier": "fpt"}], [VIETTEL, VNPT], []) == (1,)
    assert match_lines([VNPT, VIETTEL], [VNPT], []) == (0, 1)
    assert match_lines([VNPT, VIETTEL], [VNPT], [VNPT, VIETTEL]) == (0, None)


def test_a_line_that_was_taken_away_by_hand_stays_away() -> None:
    merged = merge(Facts({}, (VNPT, VIETTEL)), Facts({}, (VNPT,)), Facts({}, (VNPT, VIETTEL)))
    assert (merged.changes, merged.conflicts, merged.places) == ((), (), (0, None))
    assert merged.memory.lines == (VNPT, VIETTEL)
