"""Does whoever takes over the duty read all that matters, and on one page?"""

from dataclasses import replace
from datetime import date

import pytest

from netmon.model import Incident, Restored
from netmon.people import Act, Roster, Shadow
from netmon.report.handover import page, text
from netmon.report.handover_incidents import LISTED
from netmon.report.shift import Section, Shift, seen
from netmon.run.journal.told import Sent, Told
from netmon.settings.config import Language
from tests.report.shifts import GOLDEN, LANGUAGES, Night, handover
from tests.run.values import notice

NOTHING = Told({}, (), (), ())


def found(shift: Shift, head: str) -> Section:
    """The section whose heading begins like that."""
    [section] = [each for each in page(shift) if each.head.startswith(head)]
    return section


def again(shift: Shift, *, restored: Restored | None = None, told: Told | None = None) -> Shift:
    """The same shift, had this been written in the journal."""
    return seen(shift.project, restored or shift.restored, told or shift.told, shift.since, shift.now)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_is_the_reviewed_one(played: Night, language: Language) -> None:
    assert handover(played, language) == (GOLDEN / f"handover.{language}.txt").read_text(encoding="utf-8")


def test_only_what_was_over_in_the_shift_is_told(played: Night) -> None:
    assert found(played.shift("en"), "Over").head == "Over in this shift: 3"
    assert found(played.shift("en", began=1000.0), "Over").head == "Over in this shift: 2"


def test_a_quiet_shift_is_a_short_page(played: Night) -> None:
    shift = played.shift("vi")
    bare = replace(shift.project, roster=Roster(channels=("sms",)), maintenance=())
    bare = replace(bare, inventory=replace(bare.inventory, events=(), province="yen-bai"))
    quiet = seen(bare, Restored(last_beat=shift.now), NOTHING, shift.since, shift.now)
    assert text(quiet) == (
        "BÀN GIAO CA yen-bai: 02:31 T4 14/10/2026, từ 14:31 13/10\n\nTrực\n  chưa có lịch trực\n\nĐang mở: 0\n"
    )


def test_that_netmon_was_not_there_stands_at_the_top(played: Night) -> None:
    shift = played.shift("en")
    told = shift.told._replace(dead=((shift.now - 7200, shift.now - 6600), (shift.now - 600, shift.now - 540)))
    restored = replace(shift.restored, last_beat=shift.now - 300)
    first, *_ = page(again(shift, restored=restored, told=told))
    assert first.lines == [
        "4 of 7 sites lost, 1 on backup",
        "netmon HAS NOT RUN since 02:26",
        "netmon did not run 00:31–00:41: nobody was told",
        "netmon did not run 02:21–02:22: nobody was told",
    ]


def test_a_shadowed_desk_says_so(played: Night) -> None:
    shift = played.shift("en")
    roster = replace(shift.project.roster, shadow=Shadow(to="binh", until=date(2026, 10, 20)))
    first, *_ = page(replace(shift, project=replace(shift.project, roster=roster)))
    assert first.lines[2:] == ["tried out: only Bình is told until 20/10/2026"]


def test_who_has_left_has_no_duty(played: Night) -> None:
    shift = played.shift("en")
    gone = replace(shift.restored, acts=(Act(verb="leave", who="chief", at=shift.now, text="an"),))
    assert found(again(shift, restored=gone), "On duty").lines == ["duty: Bình 0912000002"]


def broken(shift: Shift, number: int, root: str = "lake") -> Incident:
    """Open, and the older the higher its number."""
    return Incident(
        id=number, kind="outage", severity="critical", root=root, seat=root, state="open", cause="unknown",
        opened_at=shift.now - number, affected=(root,),
    )  # fmt: skip


def test_more_than_can_be_read_out_is_counted(played: Night) -> None:
    shift = played.shift("en")
    many = Restored(incidents={n: broken(shift, n) for n in range(1, LISTED + 4)}, last_beat=shift.now)
    section = found(again(shift, restored=many), "Open")
    assert section.head == f"Open: {LISTED + 3}"
    assert section.lines[0].startswith(f"#{LISTED + 3} "), "the oldest first"
    assert section.lines[-1] == "and 3 more"


def test_priority_sites_come_before_older_ones(played: Night) -> None:
    shift = played.shift("en")
    two = Restored(incidents={1: broken(shift, 1, "hill-r"), 2: broken(shift, 2)}, last_beat=shift.now)
    assert [line[:12] for line in found(again(shift, restored=two), "Open").lines if line[0] == "#"] == [
        "#1 PRIORITY ", "#2 Lake: dow",
    ]  # fmt: skip


def test_a_drill_is_no_priority_site(played: Night) -> None:
    shift = played.shift("en")
    drill = Restored(incidents={1: replace(broken(shift, 1, "hill-r"), kind="drill", affected=())}, last_beat=shift.now)
    assert "PRIORITY" not in found(again(shift, restored=drill), "Open").lines[0]


def test_sites_that_run_on_their_reserve_because_of_something_else_are_named(played: Night) -> None:
    shift = played.shift("en")
    bare = again(shift, restored=replace(shift.restored, incidents={}))
    assert found(bare, "On backup") == Section("On backup, or of poor quality: 1", ["1 on backup by 4G: Mill"])


def test_a_storm_is_quiet_too(played: Night) -> None:
    shift = played.shift("en")
    storm = Act(verb="storm", who="an", at=shift.now, number=900, what=("ridge",), until=shift.now + 90000)
    section = found(again(shift, restored=replace(shift.restored, acts=(*shift.restored.acts, storm))), "Silenced")
    assert section.head == "Silenced: 2"
    assert section.lines[-1] == "storm ridge until 03:31 15/10 (An)"


def test_what_is_promised_of_something_silenced_is_not_lost(played: Night) -> None:
    shift = played.shift("en")
    [(number, case)] = [each for each in shift.desk.cases.items() if each[1].silenced]
    promise = Act(verb="promise", who="an", at=shift.now - 60, incident=number, number=900, until=shift.now + 600)
    section = found(again(shift, restored=replace(shift.restored, acts=(*shift.restored.acts, promise))), "Silenced")
    at = next(n for n, line in enumerate(section.lines) if f"hides #{number}" in line)
    assert section.lines[at + 1] == "    promised for 02:41 (An at 02:30)", case


def test_a_promise_is_late_only_once_its_time_has_passed(played: Night) -> None:
    lines = found(played.shift("en"), "Open").lines
    assert [line for line in lines if "promised" in line] == [
        "  OVERDUE by 11 min, promised for 02:20: a new card (Bình at 02:05, promise no. 2)"
    ]


def test_the_last_notes_are_read_out(played: Night) -> None:
    shift = played.shift("en")
    [hill] = [one.id for one in shift.restored.incidents.values() if one.root == "hill"]
    notes = [
        Act(verb="note", who="an", at=shift.now - 60 + n, incident=hill, number=900 + n, text=f"note {n}")
        for n in range(5)
    ]
    restored = replace(shift.restored, acts=(*shift.restored.acts, *notes))
    lines = found(again(shift, restored=restored), "Open").lines
    assert lines[2:7] == ["  and 2 older notes", *(f"  02:30 An: note {n}" for n in range(1, 5))]


def test_what_did_not_get_through_is_told_with_its_reason(played: Night) -> None:
    shift = played.shift("en")
    now, lost = shift.now, replace(notice(to="an"), by="sms")
    sent = (
        Sent(lost, "given_up", now - 600, 3, "no network"),
        Sent(replace(lost, to="binh"), "given_up", now - 300, 1, "no network"),
        Sent(replace(lost, by="zalo"), "spared", now - 300, 0, "over before it could be told"),
        Sent(replace(lost, by="call"), "waits", now - 300, 0, ""),
    )
    told = shift.told._replace(sent=sent)
    gone = "sms: 2 GIVEN UP, the last at 02:26 to Bình; no network"
    assert found(again(shift, told=told), "Channels").lines == [gone]
    told = told._replace(sent=(*sent, Sent(lost, "delivered", now - 60, 1)))
    assert found(again(shift, told=told), "Channels").lines == [f"{gone}; it works again since 02:30"]
