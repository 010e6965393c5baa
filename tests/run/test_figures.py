"""Can a wall say whose each incident is, and a page how the month has been?"""

import asyncio
import random
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
import structlog
from hypothesis import given, settings
from hypothesis import strategies as st

from netmon.app import App, World, build
from netmon.clock import SystemClock
from netmon.decide.ledger.book import book
from netmon.decide.ledger.facts import ATTRIBUTIONS, COLUMNS, Facts, assets_of
from netmon.decide.ledger.totals import By, totals
from netmon.decide.telling.messages import speaker
from netmon.decide.telling.words import Speaker
from netmon.model import Entry, Family, Inventory, Standing, State, Transition
from netmon.people import Case, Person
from netmon.run.families import inventory_families
from netmon.run.figures import Figures, incident_families, month_families, month_so_far
from netmon.run.journal.seam import open_inline
from netmon.settings.project import load
from netmon.sim.net import SimNet
from netmon.sim.network import Network
from netmon.sim.virtual import VirtualClock, run_virtual
from tests.conftest import ROOT
from tests.ledger_oracle import LINKS, MONTH, START, history
from tests.province import SMALL, Act, made, perform
from tests.run.province import province
from tests.run.values import incident

NOVEMBER = datetime(2026, 10, 31, 17, tzinfo=UTC).timestamp()
"""Midnight in the province."""
GROUPED: tuple[By, ...] = ("circuit", "carrier", "parent")
LABEL = re.compile(r'(\w+)="((?:[^"\\]|\\.)*)"')


def read(families: Iterable[Family]) -> dict[str, dict[str, float]]:
    return {family.name: dict(family.series) for family in families}


def told(page: str) -> list[Mapping[str, str]]:
    """The labels of the open incidents on a page."""
    return [dict(LABEL.findall(line)) for line in page.splitlines() if line.startswith("netmon_incident_info{")]


def ringed() -> Inventory:
    """The small province with the lines that tests.ledger_oracle tells of."""
    inventory = province()
    line = inventory.links["van-yen/1"]
    return replace(inventory, links={key: replace(line, id=key, site=site) for key, site in LINKS.items()})


# --- incidents -----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def words() -> Speaker:
    return speaker(load(ROOT).messages, province(), "vi")


def test_an_incident_says_what_it_is_where_and_who_has_it(words: Speaker) -> None:
    out = replace(incident(7), root="cqh-r1", seat="cqh-r1", cause="power", affected=("chau-que-ha", "chau-que-ha"))
    line = replace(incident(8, critical=False), kind="degraded", root="van-yen/1", affected=())
    cases = {7: Case(incident=7, acked_by="lan"), 8: Case(incident=8, acked_by="gone")}
    people = {"lan": Person(id="lan", name='Lan "Bé"\nLê', phone="0912345678")}
    found = read(incident_families(words, [incident(6, resolved_at=5.0), out, line], cases, people, 3600.0))
    assert list(found["netmon_incident_info"]) == [
        (
            'incident="7",kind="outage",severity="critical",root="cqh-r1",name="Xã Châu Quế Hạ",site="chau-que-ha",'
            'area="kv-van-yen",cause="power",by="Lan \\"Bé\\" Lê"'
        ),
        (
            'incident="8",kind="degraded",severity="warning",root="van-yen/1",name="YB-VY-01 (VNPT Yên Bái)",'
            'site="van-yen",cause="unknown",by="gone"'
        ),
    ]
    assert set(found["netmon_incident_info"].values()) == {1}
    assert found["netmon_incident_opened_timestamp_seconds"] == {'incident="7"': 4600.0, 'incident="8"': 4600.0}
    assert found["netmon_incident_sites"] == {'incident="7"': 1, 'incident="8"': 0}


@pytest.mark.parametrize(
    ("root", "name", "site", "area"),
    [("kv-van-yen", "kv-van-yen", "", "kv-van-yen"), ("vnpt", "VNPT Yên Bái", "", ""), ("noc", "noc", "tinh", ""),
     ("cqh-onestop", "Một cửa", "chau-que-ha", "kv-van-yen"), ('so\n"strange', 'so "strange', "", "")],
)  # fmt: skip
def test_a_root_may_be_anything(root: str, name: str, site: str, area: str, words: Speaker) -> None:
    shown = read(incident_families(words, [replace(incident(1), root=root)], {}, {}))["netmon_incident_info"]
    labels = dict(LABEL.findall(next(iter(shown))))
    assert (labels["name"].replace("\\", ""), labels.get("site", ""), labels.get("area", "")) == (name, site, area)
    assert "by" not in labels


def test_an_incident_is_shown_while_it_is_open_and_not_after() -> None:
    pages: list[str] = []

    async def look(running: App) -> None:
        page = await asyncio.to_thread(lambda: b"".join(running.view.metrics()[0]))
        pages.append(page.decode())

    async def take(running: App) -> None:
        [one] = running.engine.incidents().values()
        running.engine.desk.cases[one.id] = Case(incident=one.id, acked_by="ha")

    script: list[Act] = [
        (20.0, ("fail", "gr")),
        (70.0, look),
        (71.0, take),
        (72.0, look),
        (80.0, ("restore", "gr")),
        (160.0, look),
    ]
    perform(made(SMALL), script, 170.0)
    before, after, over = map(told, pages)
    assert [(one["root"], one["site"], one.get("by", "")) for one in before] == [("g", "g", "")]
    assert [one.get("by", "") for one in after] == ["ha"]
    assert over == []
    assert "netmon_incident_sites{" not in pages[2]


# --- the month -------------------------------------------------------------------------------------


def test_the_month_begins_at_midnight_in_the_province_and_ends_now(tmp_path: Path) -> None:
    inventory, path = province(), tmp_path / "journal.db"

    async def lived() -> None:
        journal = open_inline(path)
        await journal.note_assets(NOVEMBER - 900, assets_of(inventory))
        gone = [("van-yen/1", NOVEMBER - 500, State.UP), ("van-yen/1", NOVEMBER + 30, State.DOWN)]
        await journal.write(
            [
                Entry(n, at, Transition(id=key, of="link", at=at, old=Standing(State.UP, 0.0), new=Standing(state, at)))
                for n, (key, at, state) in enumerate(gone, 1)
            ]
        )
        await journal.beat(NOVEMBER + 99)
        await journal.close()

    asyncio.run(lived())
    assert month_so_far(path, inventory, NOVEMBER) == [], "a month without a second"
    found = read(month_so_far(path, inventory, NOVEMBER + 100.2))
    line = 'site="van-yen",level="district",link="van-yen/1"'
    seconds = {one: found["netmon_link_month_seconds"][f'{line},column="{one}"'] for one in COLUMNS}
    assert seconds == {"up": 30, "down": 70, "maintenance": 0, "off": 0, "unmeasured": 0}
    assert found["netmon_link_month_availability_ratio"] == {line: 0.3}, "nothing is known of the other line"
    assert found["netmon_link_month_down_seconds"][f'{line},attribution="unclear"'] == 70
    assert len(found["netmon_link_month_down_seconds"]) == len(inventory.links) * len(ATTRIBUTIONS)
    assert found["netmon_site_month_seconds"]['site="tinh",level="province",column="unmeasured"'] == 100
    assert read(month_so_far(path, inventory, NOVEMBER - 1))["netmon_link_month_availability_ratio"] == {line: 1.0}


@settings(max_examples=15)
@given(seed=st.integers(), length=st.integers(1, MONTH))
def test_the_months_seconds_are_the_same_however_they_are_grouped(seed: int, length: int) -> None:
    facts, inventory = history(random.Random(seed), busy=4), ringed()
    ledger = book(facts, START, START + length, ("link",))
    found = read(month_families(inventory, facts, START, START + length))
    shown = found["netmon_link_month_seconds"]
    for column in COLUMNS:
        of_families = sum(value for text, value in shown.items() if f'column="{column}"' in text)
        for by in GROUPED:
            assert of_families == sum(one.seconds[column] for one in totals(ledger, by).values()), (by, column)
    for text, share in found["netmon_link_month_availability_ratio"].items():
        up, down = (shown[f'{text},column="{column}"'] for column in ("up", "down"))
        assert share == up / (up + down)
    faults = found["netmon_link_month_down_seconds"]
    for link in LINKS:
        whose = sum(value for text, value in faults.items() if f'link="{link}"' in text)
        assert whose == sum(v for text, v in shown.items() if f'link="{link}"' in text and 'column="down"' in text)


def test_what_the_contract_promises_is_shown_where_it_promises_anything() -> None:
    assert read(inventory_families(province()))["netmon_link_promised_availability_ratio"] == {
        'site="van-yen",level="district",link="van-yen/1"': 0.999
    }


def test_nothing_is_known_of_a_month_without_facts() -> None:
    found = read(month_families(province(), Facts(), 0, 10))
    assert found["netmon_link_month_availability_ratio"] == {}
    assert set(found["netmon_site_month_seconds"].values()) == {0}


async def test_a_journal_that_cannot_be_read_leaves_no_figures_and_one_line_in_the_log(tmp_path: Path) -> None:
    project, path = made(SMALL), tmp_path / "journal.db"
    project = replace(project, config=replace(project.config, data=tmp_path))
    clock, journal = SystemClock(), open_inline(path)
    net = SimNet(Network(project.inventory, clock=clock), clock)
    running = await build(project, World(clock=clock, net=net, journal=journal, serve=False))
    await journal.beat(clock.now())
    await journal.close()
    figures = Figures(lambda: project, running.engine, clock)
    reading = asyncio.create_task(figures.run())
    async with asyncio.timeout(60):
        while not (first := of_month(figures)):
            await asyncio.sleep(0.01)
    reading.cancel()
    assert {name: len(series) for name, series in first.items()} == {
        "netmon_link_month_seconds": len(project.inventory.links) * 5,
        "netmon_link_month_down_seconds": len(project.inventory.links) * 5,
        "netmon_link_month_availability_ratio": 0,
        "netmon_site_month_seconds": len(project.inventory.sites) * 5,
    }
    kept = path.rename(tmp_path / "away.db")
    path.write_bytes(b"no journal at all" * 100)
    with structlog.testing.capture_logs() as lines:
        for _ in range(3):
            await figures.refresh()
            assert not of_month(figures)
    assert [line["event"] for line in lines] == ["no figures of this month"]
    kept.rename(path)
    await figures.refresh()
    assert of_month(figures).keys() == first.keys()


def test_the_figures_of_a_month_end_with_it_and_those_of_the_next_begin(tmp_path: Path) -> None:
    project = made(SMALL)
    project = replace(project, config=replace(project.config, data=tmp_path))
    seen: list[set[float]] = []

    async def main() -> None:
        clock, journal = VirtualClock(), open_inline(tmp_path / "journal.db")
        net = SimNet(Network(project.inventory, clock=clock), clock)
        running = await build(project, World(clock=clock, net=net, journal=journal, serve=False))
        await journal.beat(clock.now())
        figures = Figures(lambda: project, running.engine, clock)
        reading = asyncio.create_task(figures.run())
        for at in (-0.5, 0.5, 4.0):
            await asyncio.sleep(NOVEMBER + at - clock.now())
            month = of_month(figures).get("netmon_site_month_seconds", {})
            totals = [sum(v for key, v in month.items() if f'site="{site}"' in key) for site in project.inventory.sites]
            seen.append(set(totals))
        reading.cancel()
        await journal.close()

    run_virtual(main(), NOVEMBER - 400)
    [before], [nothing], [after] = seen
    assert (before > 100, nothing, 0 < after <= 4) == (True, 0, True)


def of_month(figures: Figures) -> dict[str, dict[str, float]]:
    return {name: series for name, series in read(figures.families()).items() if "_month_" in name}
