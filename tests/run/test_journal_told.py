"""Does the journal tell what became of each message, and what people were told of?"""

from pathlib import Path

import pytest

from netmon.errors import NotRunning
from netmon.model import Entry
from netmon.people import Act
from netmon.run.hearers import OVER
from netmon.run.journal.seam import open_inline
from netmon.run.journal.told import read, said
from tests.run.values import event, notice


async def test_messages_and_what_became_of_them(tmp_path: Path) -> None:
    path = tmp_path / "j.db"
    journal = open_inline(path)
    names = ("delivered", "refused", "spared", "tried", "fresh", "old", "stuck")
    letters = [notice(2, to=name, at=10.0 if name in ("old", "stuck") else 1010.0) for name in names]
    await journal.write([], letters)
    for letter in letters:
        if letter.to in ("delivered", "refused", "tried", "old"):
            assert await journal.claim(letter.id, 1011.0)
    await journal.delivered(letters[0].id, 1012.0)
    await journal.failed(letters[1].id, 1013.0, "no such number", final=True)
    await journal.failed(letters[2].id, 1014.0, OVER, final=True)
    await journal.failed(letters[3].id, 1015.0, "no network", final=False)
    await journal.delivered(letters[5].id, 1016.0)
    await journal.close()
    found = {one.notice.to: one[1:] for one in read(path, 1000.0).sent}
    assert found == {
        "delivered": ("delivered", 1012.0, 1, ""),
        "refused": ("given_up", 1013.0, 1, "no such number"),
        "spared": ("spared", 1014.0, 0, OVER),
        "tried": ("waits", 1015.0, 1, "no network"),
        "fresh": ("waits", 1010.0, 0, ""),
        "stuck": ("waits", 10.0, 0, ""),
    }, "what waits is told however old it is"


async def test_the_last_word_on_each_incident_and_what_was_said(tmp_path: Path) -> None:
    path = tmp_path / "j.db"
    journal = open_inline(path)
    old, act = Act(verb="note", who="lan", at=900.0, text="x"), Act(verb="ack", who="lan", at=1050.0, incident=2)
    await journal.write([Entry(1, 900.0, old), Entry(2, 1010.0, event(2)), Entry(3, 1050.0, act)], [notice(9)])
    await journal.write([Entry(4, 1100.0, event(2, "resolved", 1100.0)), Entry(5, 800.0, event(3))])
    await journal.beat(1100.0)
    await journal.beat(1200.0)
    await journal.close()
    found = read(path, 1000.0)
    assert {number: one.state for number, one in found.incidents.items()} == {2: "resolved", 9: "open"}
    assert [(one.number, one.verb) for one in found.acts] == [(3, "ack")]
    assert found.dead == ((1100.0, 1200.0),)
    assert read(path, 1200.0).dead == ()


async def test_what_people_said_is_told_when_it_matters_to_nobody_any_more(tmp_path: Path) -> None:
    path = tmp_path / "j.db"
    journal = open_inline(path)
    acts = [Act(verb="ack", who="lan", at=1000.0 + n, incident=2, number=n) for n in (1, 2, 3)]
    await journal.write([Entry(act.number, act.at, act) for act in acts])
    await journal.snapshot(1000.0 + 100 * 86400)
    assert (await journal.restore()).acts == (), "it is folded away"
    await journal.close()
    assert said(path, 0.0) == tuple(acts)
    assert said(path, 1002.5) == (acts[2],)


def test_without_a_journal_there_is_nothing_to_tell(tmp_path: Path) -> None:
    with pytest.raises(NotRunning):
        read(tmp_path / "j.db", 0.0)
    with pytest.raises(NotRunning):
        said(tmp_path / "j.db", 0.0)
