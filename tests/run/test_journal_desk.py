"""Does the journal remember what people said and where incidents stand with them, whatever is folded in between?"""

from dataclasses import replace
from pathlib import Path

import pytest

from netmon.model import Entry, IncidentEvent
from netmon.people import Act, Case
from netmon.run.journal.seam import open_inline, read_only
from tests.run.values import event

DAY = 86400.0
LOG: list[IncidentEvent | Act | Case] = [
    event(1),
    Case(incident=1, route="night", urgency="ring", step=0, due=1310.0, told=(("binh", "sms"),)),
    Act(verb="ack", who="binh", at=1100.0, by="sms", incident=1),
    Case(incident=1, route="night", urgency="ring", step=0, told=(("binh", "sms"),), acked_by="binh", acked_at=1100.0),
    Act(verb="silence", who="lan", at=1200.0, what=("van-yen",), until=1200.0 + 60 * DAY, text="thay tủ nguồn"),
    Act(verb="leave", who="hung", at=1300.0, text="hung"),
]


@pytest.mark.parametrize("folded", range(len(LOG) + 1))
async def test_acts_and_cases_are_restored_from_any_mixture_of_snapshot_and_log(tmp_path: Path, folded: int) -> None:
    path = tmp_path / "j.db"
    journal = open_inline(path)
    for number, one in enumerate(LOG, 1):
        await journal.write([Entry(number, float(number), one)])
        if number == folded:
            await journal.snapshot(1400.0)
    await journal.close()
    found = read_only(path)
    said = [replace(one, number=number) for number, one in enumerate(LOG, 1) if isinstance(one, Act)]
    assert list(found.acts) == said
    assert found.cases == {1: LOG[3]}


async def test_what_people_said_is_kept_as_long_as_it_matters(tmp_path: Path) -> None:
    path = tmp_path / "j.db"
    journal = open_inline(path)
    await journal.write([Entry(number, float(number), one) for number, one in enumerate(LOG, 1)])
    kept = []
    for days in (29, 31, 61):
        await journal.snapshot(1200.0 + days * DAY)
        kept.append([act.verb for act in (await journal.restore()).acts])
    await journal.close()
    assert kept == [["ack", "silence", "leave"], ["silence", "leave"], ["leave"]]


async def test_a_case_goes_with_its_incident(tmp_path: Path) -> None:
    journal = open_inline(tmp_path / "j.db")
    await journal.write([Entry(number, float(number), one) for number, one in enumerate(LOG, 1)])
    await journal.write([Entry(7, 7.0, event(1, "resolved", 2000.0))])
    await journal.snapshot(2000.0 + 29 * DAY)
    assert set((await journal.restore()).cases) == {1}
    await journal.snapshot(2000.0 + 31 * DAY)
    assert (await journal.restore()).cases == {}
    await journal.close()
