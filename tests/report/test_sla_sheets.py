"""What do a carrier and an operator read who have to agree on a month, and on a single outage?"""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from netmon.decide.ledger.facts import Asset, Facts, assets_of
from netmon.decide.telling.messages import speaker
from netmon.errors import InputError, NotRunning
from netmon.model import Contract, Entry, Inventory, Link, Standing, State, Transition, Valid
from netmon.people import Act
from netmon.report import document
from netmon.report.asked import Asked, Structure
from netmon.report.document import Break, Cell, Document, Heading, Lasted, Moment, Share, Signatures, Text
from netmon.report.papers.sla import write as report
from netmon.report.pen import Pen
from netmon.report.sla.groups import heirs
from netmon.report.sla.page import LISTED, SHEETS, Material, written
from netmon.report.sla.sheets import about
from netmon.report.sources import Sources
from netmon.report.words.sla import WORDS
from netmon.run.journal.seam import open_inline
from tests.decide.messages_province import district_cut
from tests.decide.told import MESSAGES
from tests.report.letters import examples
from tests.report.letters import inventory as of_letters
from tests.report.months import (
    NOVEMBER,
    OCTOBER,
    SEPTEMBER,
    Broken,
    at,
    confirm,
    facts,
    october,
    province,
    rows,
    sources,
    table,
    words,
    write,
)

CUT, BACK = at("2026-10-05 22:00"), at("2026-10-06 00:30")
LINE = Broken(root="mill/2", since=CUT, until=BACK, kind="redundancy_lost", cause="fibre", affected=("mill",))
NUMBER = 10_000


def promising(share: float, *names: str) -> Inventory:
    """The little province, these lines with a contract."""
    inventory = province().inventory
    lines: dict[str, Link] = {
        key: replace(line, contract=Contract(availability=share)) if key in names else line
        for key, line in inventory.links.items()
    }
    return replace(inventory, links=lines)


def later(where: Sources, acts: Sequence[Act], known: Inventory | None = None) -> None:
    """People say this, too; and the service is started with another inventory."""

    async def add() -> None:
        journal = open_inline(where.journal)
        last = (await journal.restore()).seq
        await journal.write([Entry(last + n, act.at, act) for n, act in enumerate(acts, 1)])
        if known is not None:
            await journal.note_assets(float(BACK), assets_of(known))
        await journal.close()

    asyncio.run(add())


def sheets(found: Document) -> list[dict[str, Cell]]:
    """The rows of each confirmation sheet, by key."""
    made = [one for one in found.blocks if isinstance(one, document.Facts) and one.key.startswith("sheet_")]
    return [facts(found, one.key) for one in made]


def month(structure: Structure = "date") -> Asked:
    return Asked(since=OCTOBER, until=NOVEMBER, month="2026-10", by="site", structure=structure, language="en")


def test_a_sheet_says_what_was_measured_and_what_was_said(folder: Path) -> None:
    where = sources(folder)
    write(where, [LINE])
    said = [
        Act(verb="called", who="an", at=CUT + 300, incident=NUMBER, text="Viettel 18008000"),
        Act(verb="ticket", who="lạ", at=CUT + 400, incident=NUMBER, text="VT-77\x1b[2J\n8"),
        Act(verb="promise", who="an", at=CUT + 400, incident=NUMBER, text="", until=CUT + 7200.0),
        Act(verb="note", who="an", at=BACK + 60, incident=NUMBER, text="they dug up\u202e the cable"),
        Act(verb="note", who="an", at=BACK + 60, incident=9, text="somebody else's"),
    ]
    later(where, said)
    confirm(where, LINE, "unit")
    confirm(where, LINE, "carrier")
    found = report(october(), where)
    [sheet] = sheets(found)
    who = where.project.roster.people["an"].name
    assert sheet | {"evidence": ""} == {
        "carrier": "Viettel",
        "circuit": "MILL-4G",
        "line": "mill/2",
        "kind": "4G",
        "ends": "Mill – Centre",
        "begin": Moment(CUT),
        "end": Moment(BACK),
        "down": Lasted(9000),
        "minutes": 150.0,
        "incident": "#10000",
        "cause": "probably a cable cut",
        "evidence": "",
        "called": f"22:05 Mon 05/10/2026 {who}: Viettel 18008000",
        "ticket": "22:06 Mon 05/10/2026 lạ: VT-77 [2J 8",
        "promise": f"22:06 Mon 05/10/2026 {who}: mended by 00:00 Tue 06/10/2026",
        "note": f"00:31 Tue 06/10/2026 {who}: they dug up the cable",
        "proposed_by": "carrier (by incident #10000)",
        "confirmed_by": f"carrier: {who}, 22:00 Mon 05/10/2026: asked",
        "earlier": f"unit: {who}, 22:00 Mon 05/10/2026: asked",
        "opinion": sheet["opinion"],
    }
    place = found.blocks.index(Break("Confirmations"))
    assert found.blocks[place + 1] == Heading("Confirmation 1 of 1: Mill: MILL-4G")
    assert found.blocks[-1] == Signatures(("The carrier: Viettel", "The operator: Centre"))


def test_an_outage_longer_than_the_month_has_its_own_beginning_and_no_end_yet(folder: Path) -> None:
    where = sources(folder)
    write(where, [replace(LINE, since=OCTOBER - 600, until=None)], until=NOVEMBER + 7200)
    found = report(october(), where)
    [sheet] = sheets(found)
    assert (sheet["begin"], sheet["since"]) == (Moment(OCTOBER - 600), Moment(OCTOBER))
    assert (sheet["end"], sheet["down"]) == ("not over in this period", Lasted(NOVEMBER - OCTOBER))
    [row] = rows(table(found, "register"))
    assert (row["begin"], row["end"]) == (Moment(OCTOBER - 600), "not over in this period")


def test_one_that_ends_with_the_month_is_over(folder: Path) -> None:
    where = sources(folder)
    write(where, [replace(LINE, until=NOVEMBER)], until=NOVEMBER + 7200)
    assert sheets(report(october(), where))[0]["end"] == Moment(NOVEMBER)


def test_the_sheets_of_one_incident_come_alone_whatever_month_was_asked_for(folder: Path) -> None:
    where = sources(folder)
    write(where, [replace(LINE, since=SEPTEMBER + 600, until=SEPTEMBER + 900), LINE])
    found = report(replace(october(), id="10000"), where)
    assert [sheet["down"] for sheet in sheets(found)] == [Lasted(300)]
    assert (found.id, found.title) == ("sla-10000", "CONFIRMATION OF OUTAGES, INCIDENT #10000")
    assert not any(isinstance(block, document.Table) for block in found.blocks)
    for wrong in ("1", "x", "-1", "٣"):
        with pytest.raises(InputError, match=r"no incident that the journal knows .*10000, 10001"):
            report(replace(october(), id=wrong), where)


def test_where_two_carriers_are_concerned_each_reads_only_what_names_it() -> None:
    writes = Pen(WORDS, speaker(MESSAGES, of_letters(), "vi"), "vi", {})
    incident, acts = district_cut().incident, next(acts for _, _, acts in examples() if acts)
    told = {carrier: [act.verb for act in about(acts, incident, carrier, writes)] for carrier in ("vnpt", "viettel")}
    assert told == {"vnpt": ["called", "ticket"], "viettel": []}
    assert about(acts, None, "vnpt", writes) == []
    alone = replace(incident, links=("van-yen/2",), root="van-yen/2")
    assert len(about(acts, alone, "viettel", writes)) == len(acts)


def test_what_is_owed_is_the_carriers_fault_beyond_what_is_allowed(folder: Path) -> None:
    where = sources(folder, promising(0.999, "mill/2", "moor/1"))
    theirs = Broken(root="moor/1", since=CUT, until=BACK, cause="fibre", affected=("moor",))
    power = replace(theirs, since=BACK + 60, until=BACK + 660, cause="power")
    write(where, [LINE, theirs, power])
    confirm(where, LINE, "carrier")
    found = report(october(), where)
    allowed = Lasted(2679)  # a thousandth of 2,678,400 s is 2,678.4: the part of a second is the carrier's
    contract = {row["link"]: row for row in rows(table(found, "contract"))}
    assert contract.keys() == {"mill/2", "moor/1"}
    assert (contract["mill/2"]["allowed"], contract["moor/1"]["allowed"]) == (allowed, allowed)
    assert (contract["mill/2"]["due"], contract["mill/2"]["pending"]) == (Lasted(9000 - 2679), Lasted(0))
    assert (contract["moor/1"]["due"], contract["moor/1"]["pending"]) == (Lasted(0), Lasted(9000 - 2679))
    assert contract["moor/1"]["beyond"] == Lasted(9600 - 2679), "of any fault"
    assert [tone for _, tone in table(found, "contract").tones] == ["bad", "warn"]
    [carrier] = rows(table(found, "carriers"))
    assert (carrier["lines"], carrier["broken"], carrier["due"]) == (2, 2, Lasted(9000 - 2679))
    norm = {row["link"]: row for row in rows(table(found, "norm"))}
    assert "moor/1" not in norm, "it has a contract"
    assert "due" not in norm["ford/1"], "a norm is nobody's promise"
    assert norm["ford/1"]["asked"] == Share(0.995)


def test_a_line_that_was_given_up_is_held_to_what_the_journal_noted(folder: Path) -> None:
    where = sources(folder, promising(0.999, "mill/2"))
    write(where, [LINE])
    before = where.inventory
    gone = replace(before, links={key: line for key, line in before.links.items() if key != "mill/2"})
    later(where, [], gone)
    found = report(october(), sources(folder, gone))
    [row] = rows(table(found, "contract"))
    assert (row["link"], row["promised"], row["down"]) == ("mill/2", Share(0.999), Lasted(9000))
    assert row["allowed"] == Lasted(-(-(BACK - OCTOBER) // 1000)), "of the time in which they had it"


def test_a_contract_that_was_another_one_then_is_shown_beside_todays(folder: Path) -> None:
    where = sources(folder, promising(0.99, "mill/2", "moor/1"))
    write(where, [LINE])
    now = promising(0.999, "mill/2")
    moor = replace(now.links["moor/1"], contract=Contract(availability=0.99))
    now = replace(now, links=dict(now.links) | {"moor/1": moor})
    later(where, [], now)
    found = report(october(), sources(folder, now))
    assert [row["promised"] for row in rows(table(found, "contract"))] == [Share(0.999), Share(0.99)]
    [row] = rows(table(found, "changed"))
    assert (row["link"], row["noted"], row["held"]) == ("mill/2", Share(0.99), Share(0.999))
    november = replace(october(), since=NOVEMBER, until=NOVEMBER + 86400, month="")
    shown = [one.key for one in report(november, sources(folder, now)).blocks if isinstance(one, document.Table)]
    assert "contract" in shown
    assert "changed" not in shown, "since then it says what it says today"


def merged(until: date | None = None) -> Inventory:
    """Moor took the place of Lake, which is gone, and of Ford, which still stands in the inventory."""
    inventory = province().inventory
    sites = dict(inventory.sites)
    sites["moor"] = replace(sites["moor"], formerly=("Xã Lake",), area="plain")
    sites["ford"] = replace(sites["ford"], successor="moor", valid=Valid(until=until))
    del sites["lake"]
    links = {key: line for key, line in inventory.links.items() if line.site != "lake"}
    devices = {key: device for key, device in inventory.devices.items() if device.site != "lake"}
    return replace(inventory, sites=sites, links=links, devices=devices)


def up(found: Document) -> dict[Cell, Cell]:
    return {row["name"]: row["up"] for row in rows(table(found, "availability"))}


def test_a_merged_commune_shows_the_sum_of_its_predecessors(folder: Path) -> None:
    where = sources(folder)
    write(where, [replace(LINE, root="lake/1", affected=("lake",))])
    later(where, [], merged())
    today = sources(folder, merged())
    whole, lost = NOVEMBER - OCTOBER, 9000
    old = up(report(month(), today))
    assert (old["Ford"], old["lake"], old["Moor"]) == (Lasted(whole), Lasted(BACK - OCTOBER - lost), Lasted(whole))
    new = up(report(month("today"), today))
    assert new.keys().isdisjoint({"Ford", "lake"})
    assert new["Moor"] == Lasted(2 * whole + BACK - OCTOBER - lost)
    sites = {row["name"]: row for row in rows(table(report(month("today"), today), "sites"))}
    assert sites["Moor"]["up"] == Lasted(2 * whole + BACK - OCTOBER)
    areas = up(report(replace(month("today"), by="area"), today))
    assert areas["plain"] == new["Moor"]
    dated = up(report(replace(month(), by="area"), today))
    assert dated["plain"] == Lasted(NOVEMBER - BACK), "Moor is in it since the service knows"
    assert "by the structure of today" in report(month("today"), today).subtitle
    assert "by the structure of the date" in report(month(), today).subtitle


@pytest.mark.parametrize(("until", "heir"), [(None, "moor"), (date(2026, 11, 1), "moor"), (date(2026, 11, 2), None)])
def test_a_successor_takes_its_place_when_the_day_has_come(until: date | None, heir: str | None) -> None:
    assert heirs(merged(until), date(2026, 11, 1)).get("ford") == heir


def test_whom_several_claim_is_nobodys_heir_and_a_circle_ends() -> None:
    inventory = merged()
    sites = {**inventory.sites, "mill": replace(inventory.sites["mill"], formerly=("xã LAKE", "Upper “Mill”"))}
    found = heirs(replace(inventory, sites=sites), date(2026, 11, 1), ["Xã "])
    assert "lake" not in found
    assert (found["ford"], found["upper-mill"]) == ("moor", "mill")
    sites["moor"] = replace(inventory.sites["moor"], successor="ford", formerly=())
    assert heirs(replace(inventory, sites=sites), date(2026, 11, 1))["ford"] == "moor"


def flapping(count: int) -> Facts:
    """A line that goes down so often, each time for a second longer."""
    steps, now = [], OCTOBER + 10
    for n in range(count):
        steps.append((now, State.DOWN))
        steps.append((now + n + 1, State.UP))
        now += 2000
    known = [replace(row, at=float(SEPTEMBER)) for row in assets_of(province().inventory) if row.id == "mill/2"]
    return Facts(
        transitions=[
            Transition(id="mill/2", of="link", at=at_, old=Standing(State.UP, 0.0), new=Standing(state, at_))
            for at_, state in [(SEPTEMBER, State.UP), *steps]
        ],
        assets=known,
    )


def material(known: Facts, inventory: Inventory, asked: Asked) -> Material:
    writes = Pen(WORDS, speaker(province().messages, inventory, asked.language), asked.language, {})
    return Material(asked=asked, inventory=inventory, facts=known, acts=(), today=date(2026, 11, 1), writes=writes)


def test_of_very_many_outages_the_longest_are_listed_and_all_are_added_up() -> None:
    count = LISTED + 20
    found = written(material(flapping(count), province().inventory, october()))
    register = table(found, "register")
    assert len(register.rows) == LISTED + 1
    assert (register.rows[0][2], register.rows[-1][0]) == (Lasted(21), "20 others, shorter")
    assert register.rows[-1][2] == Lasted(sum(range(1, 21)))
    assert register.total is not None
    assert register.total[2] == Lasted(sum(range(1, count + 1)))
    assert len(sheets(found)) == SHEETS
    assert [one.sheet for one in found.blocks if isinstance(one, Break)].count("") == SHEETS - 1, (
        "one sheet of a workbook"
    )
    assert any(isinstance(one, Text) and f"the {SHEETS} longest of {count}" in one.text for one in found.blocks)


def test_hostile_names_and_words_stay_on_their_line(folder: Path) -> None:
    evil = "a\nb\x1b[31m\u202e\"';--<b>{{ 7 }}" + "x" * 999
    inventory = promising(0.9, "mill/2")
    sites = {key: replace(site, name=evil) for key, site in inventory.sites.items()}
    lines = {key: replace(line, circuit=evil) for key, line in inventory.links.items()}
    carriers = {key: replace(one, name=evil) for key, one in inventory.carriers.items()}
    where = sources(folder, replace(inventory, sites=sites, links=lines, carriers=carriers))
    write(where, [LINE])
    later(where, [Act(verb="note", who=evil, at=CUT + 1.0, incident=NUMBER, text=evil)])
    for by in ("link", "site", "carrier"):
        told = list(words(report(replace(october(), by=by), where)))
        assert all(text.isprintable() for text in told)
        assert max(map(len, told)) < 1500


def test_both_languages_say_the_same(folder: Path) -> None:
    where = sources(folder, promising(0.999, "mill/2"))
    write(where, [LINE])
    vi, en = (report(october(language), where) for language in ("vi", "en"))
    assert numbers(vi) == numbers(en)
    assert len(numbers(vi)) > 100
    assert vi.title != en.title
    assert all(word not in " ".join(words(en)) for word in ("nhà mạng", "gián đoạn", "Không", "Cam kết"))
    assert report(october(), where) == en, "twice the same"


def numbers(found: Document) -> list[Cell]:
    made: list[Cell] = []
    for block in found.blocks:
        if isinstance(block, document.Table):
            made += [cell for row in (*block.rows, block.total or ()) for cell in row if not isinstance(cell, str)]
        if isinstance(block, document.Facts):
            made += [cell for _, _, cell in block.rows if not isinstance(cell, str)]
    return made


def test_without_a_journal_there_is_no_report(folder: Path) -> None:
    with pytest.raises(NotRunning):
        report(october(), sources(folder))


def test_in_a_month_in_which_nothing_was_measured_nothing_is_promised_or_lost() -> None:
    rows_ = [Asset(at=float(SEPTEMBER), of="link", id="mill/2", site="mill", carrier="viettel", promised=0.9)]
    known = Facts(assets=rows_, dead=[(float("-inf"), float("inf"))])
    found = written(material(known, promising(0.9, "mill/2"), october()))
    summary = facts(found, "summary")
    assert (summary["net"], summary["raw"], summary["unmeasured_share"]) == (None, None, Share(1.0))
    [row] = rows(table(found, "contract"))
    assert (row["reached"], row["allowed"], row["due"]) == (None, Lasted(0), Lasted(0))
    assert written(material(Facts(), province().inventory, october())).blocks, "nor if there was nothing"
