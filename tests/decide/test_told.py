"""Is every kind of message worded as it was reviewed, as long as it may be, and short enough for the telephone?"""

import pytest

from netmon.decide.telling.messages import FIRST_LINE
from netmon.wire.modem.fit import fit
from netmon.wire.modem.pdu import split
from tests.decide.told import GOLDEN, Told, examples, golden, text

LINES = 5


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_messages_as_reviewed(language: str) -> None:
    assert golden(language) == (GOLDEN / f"{language}.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("one", list(examples()), ids=lambda one: one.title)
def test_the_form_of_each(one: Told, language: str) -> None:
    whole = text(one, language).splitlines()
    assert len(whole[0]) <= FIRST_LINE
    detail = 2 if one.event.incident.kind == "change" and not one.public else 0
    assert len(whole) <= LINES + detail + bool(one.reply.link)
    short = fit("\n".join(whole), 2, accents=False)
    assert short.isascii()
    assert len(split(short)[1]) <= 2
    if one.reply.asked and one.event.event != "updated" and one.event.incident.state == "open":
        assert f'"1 {one.event.incident.id}"' in short
