"""Does a carrier read all it needs to mend a line, and nothing of another carrier's?"""

from dataclasses import replace

import pytest

from netmon.decide.telling.messages import speaker
from netmon.report.tickets import Sender, carriers_of, tickets
from netmon.settings.config import Language
from tests.decide.messages_province import at, blind, district_cut, half_blind, storm
from tests.decide.told import MESSAGES
from tests.report.letters import GOLDEN, examples, golden, inventory

WORDS = speaker(MESSAGES, inventory(), "vi")
SENDER = Sender("vi", WORDS, at(21, 49), "", {})


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_letters_as_reviewed(language: Language) -> None:
    assert golden(language) == (GOLDEN / f"tickets.{language}.txt").read_text(encoding="utf-8")


def test_each_carrier_reads_of_its_own_lines_and_of_what_names_it() -> None:
    [(_, event, acts), *_] = examples()
    vnpt, viettel = tickets(event.incident, acts, SENDER)
    assert (vnpt.carrier, viettel.carrier) == ("vnpt", "viettel")
    assert "VNPT-123/22" in vnpt.text
    for theirs in ("VNPT", "YB-VY-01", "10.28.250.2"):
        assert theirs not in viettel.text + viettel.subject
    alone = replace(event.incident, links=("van-yen/2",))
    [only] = tickets(alone, acts, SENDER)
    assert "xã báo còn điện" in only.text, "where one carrier is concerned all was said about its line"


def test_many_lines_of_one_carrier_are_one_letter() -> None:
    letters = tickets(storm().incident, (), SENDER)
    assert [letter.carrier for letter in letters] == ["vnpt"]
    assert letters[0].text.count("- Kênh ") == 3
    assert list(carriers_of(half_blind().incident, WORDS)) == ["viettel"]


def test_where_no_carrier_can_help_nobody_is_written_to() -> None:
    assert tickets(blind().incident, (), SENDER) == []
    assert tickets(replace(district_cut().incident, links=(), root="van-yen"), (), SENDER) == []
    assert tickets(replace(district_cut().incident, kind="alert"), (), SENDER) == []
