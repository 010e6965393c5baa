"""What does `netmon ledger` add up, and how does a person's word get in?"""

import asyncio
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from datetime import datetime
from io import StringIO
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from rich.console import Console
from typer.testing import CliRunner, Result

from netmon.cli._ledger_asked import open_desk
from netmon.cli._ledger_shown import intervals_table, show, totals_table
from netmon.cli.main import build
from netmon.decide.ledger.book import book
from netmon.decide.ledger.facts import assets_of
from netmon.decide.ledger.totals import totals
from netmon.errors import NotRunning
from netmon.model import Cause, Entry, Incident, IncidentEvent, Mark, Standing, State, Transition
from netmon.run.journal.seam import facts, open_inline, open_threaded
from netmon.settings.messages import TEMPLATES
from netmon.settings.project import load
from tests.conftest import ROOT

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
INVENTORY = """\
province: yen-bai
levels: [province, commune]
vantage: noc
timezone: Asia/Ho_Chi_Minh
carriers: {vnpt: {name: VNPT Yên Bái}, viettel: {name: Viettel Yên Bái}}
credentials: {default: {snmp: {version: 2c, community: env:SNMP_COMMUNITY}}}
sites:
  tinh:
    name: Trung tâm dữ liệu tỉnh
    level: province
    devices:
      core: {address: 127.0.0.2, role: router}
      noc: {address: 127.0.0.3, role: server, behind: core}
  chau-que-ha:
    name: Xã Châu Quế Hạ
    level: commune
    devices: {cqh-r1: {address: 127.0.0.4, role: router}}
    uplinks:
      - {to: core, kind: ftth, carrier: vnpt, circuit: YB-CQH, role: primary, address: 127.0.1.4}
      - {to: core, kind: 4g, role: backup}
"""
DAYS = ("--from", "2026-09-01", "--to", "2026-10-01")
MONTH = 30 * 86400
LINE = "chau-que-ha/1"


def at(text: str) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE).timestamp()


FIRST = at("2026-09-01")
CUT, BACK = at("2026-09-21 21:13:20"), at("2026-09-22 03:00:00")


def make_project(folder: Path, language: str = "en") -> Path:
    """A project with messages of one word each: the ledger sends none, and reading long ones takes its time."""
    for each in ("vi", "en"):
        (folder / "alerts" / "messages" / each).mkdir(parents=True)
        for name in TEMPLATES:
            (folder / "alerts" / "messages" / each / f"{name}.j2").write_text("x", encoding="utf-8")
    shutil.copy(ROOT / "alerts" / "messages" / "phrases.yaml", folder / "alerts" / "messages")
    (folder / "inventory").mkdir()
    (folder / "inventory" / "all.yaml").write_text(INVENTORY, encoding="utf-8")
    (folder / "netmon.yaml").write_text(f"language: {language}\n", encoding="utf-8")
    return folder


def step(name: str, state: State, since: float, behind: str | None = None) -> Transition:
    of = {"core": "device", "noc": "device", "cqh-r1": "device", "tinh": "site", "chau-que-ha": "site"}.get(
        name, "link"
    )
    return Transition(id=name, of=of, at=since + 4.4, old=Standing(State.UP, 0.0), new=Standing(state, since, behind))  # type: ignore[arg-type]


def cut(cause: Cause) -> IncidentEvent:
    incident = Incident(
        id=90,
        kind="outage",
        severity="critical",
        root="chau-que-ha",
        seat="chau-que-ha",
        state="resolved",
        cause=cause,
        opened_at=CUT,
        resolved_at=BACK,
        affected=("chau-que-ha",),
        links=(LINE,),
    )
    return IncidentEvent(event="resolved", at=BACK + 4.4, incident=incident)


async def write(project: Path, cause: Cause = "fibre") -> None:
    """September: all up since August, one commune cut for a night, an hour of planned work in it; then a heartbeat."""
    (project / "var").mkdir()
    journal = open_inline(project / "var" / "journal.db")
    everything = ("core", "noc", "cqh-r1", "tinh", "chau-que-ha", LINE, "chau-que-ha/2")
    bodies: list[Transition | IncidentEvent | Mark] = [step(name, State.UP, FIRST - 86400.0) for name in everything]
    bodies += [step(name, State.DOWN, CUT) for name in ("chau-que-ha", LINE)]
    bodies += [step("cqh-r1", State.DOWN, CUT, "chau-que-ha")]
    work = Mark(
        id="chau-que-ha", of="site", mark="maintenance", since=at("2026-09-22 01:00"), until=at("2026-09-22 02:00")
    )
    bodies += [work, *(step(name, State.UP, BACK) for name in ("cqh-r1", "chau-que-ha", LINE)), cut(cause)]
    await journal.write(
        [Entry(n, body.since if isinstance(body, Mark) else body.at, body) for n, body in enumerate(bodies, 1)]
    )
    await journal.note_assets(FIRST - 86400.0, assets_of(load(project).inventory))
    await journal.beat(at("2026-10-02"))
    await journal.close()


@pytest.fixture
def project(tmp_path: Path) -> Path:
    asyncio.run(write(make_project(tmp_path)))
    return tmp_path


def run(*words: str | Path) -> Result:
    return CliRunner().invoke(build(["ledger"]), ["ledger", *map(str, words)])


def asked(*words: str | Path) -> Any:
    done = run(*words, "--json")
    assert (done.exit_code, done.stderr) == (0, ""), done.output
    return json.loads(done.stdout)


def rows(*words: str | Path) -> Mapping[str | None, Any]:
    return {row["id"]: row for row in asked(*words)["rows"]}


def lines(done: Result) -> list[list[str]]:
    assert done.exit_code == 0, done.output
    return [re.split(r"\s{2,}", line.strip()) for line in done.stdout.splitlines() if line.strip()]


DOWN = int(BACK - CUT) - 3600
"""The night without the hour of planned work, in seconds."""
SIGNED = ("--who", "Lan", "--why", "phiếu 17")


@pytest.mark.parametrize(
    ("by", "key"),
    [("link", LINE), ("circuit", "YB-CQH"), ("carrier", "vnpt"), ("device", "cqh-r1"), ("site", "chau-que-ha")],
)
def test_the_month_adds_up_to_the_second(project: Path, by: str, key: str) -> None:
    row = rows(project, *DAYS, "--by", by)[key]
    up = MONTH - DOWN - 3600
    assert row["seconds"] == {"up": up, "down": DOWN, "maintenance": 3600, "off": 0, "unmeasured": 0}
    assert row["down"] == {"carrier": DOWN, "unit": 0, "power": 0, "force_majeure": 0, "unclear": 0}
    assert row["availability"] == up / (up + DOWN)


def test_the_networks_own_lines_stand_under_no_carrier(project: Path) -> None:
    found = rows(project, *DAYS, "--by", "carrier")
    assert found.keys() == {"vnpt", None}
    assert found[None]["seconds"]["up"] == MONTH
    assert rows(project, *DAYS, "--by", "parent").keys() == {"tinh"}
    assert rows(project, *DAYS, "--by", "circuit").keys() == {"YB-CQH", "chau-que-ha/2"}, (
        "one without a number, by its id"
    )


def test_people_read_a_table(project: Path) -> None:
    found = lines(run(project, *DAYS, "--by", "carrier"))
    assert found == [
        ["00:00:00 01/09/2026 - 00:00:00 01/10/2026"],
        ["carrier", "name", "up", "down", "maintenance", "off", "unmeasured", "availability", "by carrier"],
        ["vnpt", "VNPT Yên Bái", "29d 18:13:20", "4:46:40", "1:00:00", "-", "-", "99.335%", "4:46:40"],
        ["own", "30d 0:00:00", "-", "-", "-", "-", "100.000%", "-"],
    ]


def test_vietnamese_operators_read_vietnamese(tmp_path: Path) -> None:
    asyncio.run(write(make_project(tmp_path, "vi")))
    text = run(tmp_path, *DAYS).stdout
    assert "Không đo được" in text
    assert "do nhà mạng" in text
    assert "99,335%" in text
    assert "29 ngày 18:13:20" in text


def test_the_intervals_of_one_line(project: Path) -> None:
    found = lines(run(project, *DAYS, "--id", LINE))
    assert [row[:4] for row in found[2:]] == [
        ["00:00:00 01/09/2026", "21:13:20 21/09/2026", "20d 21:13:20", "up"],
        ["21:13:20 21/09/2026", "01:00:00 22/09/2026", "3:46:40", "down"],
        ["01:00:00 22/09/2026", "02:00:00 22/09/2026", "1:00:00", "maintenance"],
        ["02:00:00 22/09/2026", "03:00:00 22/09/2026", "1:00:00", "down"],
        ["03:00:00 22/09/2026", "00:00:00 01/10/2026", "8d 21:00:00", "up"],
    ]
    assert found[3][4:] == ["carrier (proposed)", "#90"]


def test_this_month_until_now_is_the_default(project: Path) -> None:
    answer = asked(project)
    now = datetime.now(ZONE)
    assert abs(datetime.fromisoformat(answer["to"]) - now).total_seconds() < 60
    begin = datetime.fromisoformat(answer["from"])
    assert (begin.day, begin.hour, begin.minute, begin.second) == (1, 0, 0, 0)
    for row in answer["rows"]:
        lasts = (datetime.fromisoformat(answer["to"]) - begin).total_seconds()
        assert sum(row["seconds"].values()) == lasts
    future = asked(project, "--to", "2100-01-01")
    assert datetime.fromisoformat(future["to"]) < datetime.now(ZONE), "the future has no figures"


def test_after_the_last_heartbeat_nothing_was_measured(project: Path) -> None:
    row = rows(project, "--from", "2026-10-01", "--to", "2026-10-03")[LINE]
    assert row["seconds"] == {"up": 86400, "down": 0, "maintenance": 0, "off": 0, "unmeasured": 86400}


def test_a_person_confirms_and_another_one_knows_better(project: Path) -> None:
    first = asked(project, "--confirm", LINE, "--at", "2026-09-21 23:00", "--as", "unit", *SIGNED)
    assert [(one["seconds"], one["attribution"], one["proposed"]) for one in first["intervals"]] == [
        (DOWN - 3600, "unit", "carrier"),
        (3600, "unit", "carrier"),
    ]
    done = run(
        project, "--confirm", LINE, "--at", "02:30 22/09/2026", "--as", "force_majeure", "--who", "Quân", "--why", "bão"
    )
    assert done.exit_code == 0
    assert "force majeure" in done.stdout
    (_, down, *_) = asked(project, *DAYS, "--id", LINE)["intervals"]
    assert down["attribution"] == "force_majeure"
    assert [(one["who"], one["why"], one["attribution"]) for one in down["rulings"]] == [
        ("Lan", "phiếu 17", "unit"),
        ("Quân", "bão", "force_majeure"),
    ]
    assert rows(project, *DAYS, "--by", "carrier")["vnpt"]["down"]["force_majeure"] == DOWN
    text = run(project, *DAYS, "--id", LINE).stdout
    assert "Lan" in text, "what was said before is still shown"
    assert text.index("Quân") < text.index("Lan")


@pytest.mark.parametrize("when", ["2026-09-20 12:00", "2026-09-22T01:30", "2026-10-02T12:00+07:00"])
def test_only_an_outage_can_be_confirmed(project: Path, when: str) -> None:
    done = run(project, "--confirm", LINE, "--at", when, "--as", "unit", *SIGNED)
    assert (done.exit_code, done.stdout) == (1, "")
    assert re.match(r"chau-que-ha/1 was not down at .* but (up|maintenance|unmeasured): there is nothing", done.stderr)
    assert facts(project / "var" / "journal.db", 0.0, 1.0).rulings == ()


def test_a_correction_is_shown_before_it_is_written(project: Path) -> None:
    words = ("--correct", LINE, "--carrier", "viettel", "--since", "2026-09-22", *SIGNED)
    tried = asked(project, *words, "--dry-run")
    assert not tried["written"]
    assert facts(project / "var" / "journal.db", 0.0, 1.0).corrections == ()
    made = asked(project, *words)
    assert made["written"]
    assert made["changes"].keys() == {"carrier"}
    changes = {row["id"]: row for row in made["changes"]["carrier"]}
    night = int(BACK - at("2026-09-22")) - 3600
    assert (changes["vnpt"]["before"]["seconds"]["down"], changes["vnpt"]["after"]["seconds"]["down"]) == (night, 0)
    assert (changes["viettel"]["before"]["seconds"]["up"], changes["viettel"]["after"]["down"]["carrier"]) == (0, night)
    found = rows(project, *DAYS, "--by", "carrier")
    assert (found["vnpt"]["seconds"]["down"], found["viettel"]["seconds"]["down"]) == (DOWN - night, night)
    assert found["vnpt"]["seconds"]["up"] == CUT - FIRST
    (kept,) = facts(project / "var" / "journal.db", 0.0, 1.0).corrections
    assert (kept.link, kept.field, kept.value, kept.since, kept.who) == (
        LINE,
        "carrier",
        "viettel",
        at("2026-09-22"),
        "Lan",
    )


def test_people_see_a_correction_before_and_after(project: Path) -> None:
    words = ("--correct", LINE, "--carrier", "none", "--since", "2026-09-22", *SIGNED)
    found = lines(run(project, *words, "--dry-run"))
    assert [row[:2] for row in found[:5]] == [
        ["carrier", "up"],
        ["vnpt", "before"],
        ["after", "-"],
        ["own", "before"],
        found[4][:2],
    ]
    assert found[-1] == ["not written"]
    assert lines(run(project, *words))[-1] == ["written"]
    assert lines(run(project, *words))[0] == ["nothing changes in this period"]


def test_circuit_and_parent_can_be_corrected_too(project: Path) -> None:
    since = ("--since", "2026-09-16", *SIGNED)
    assert asked(project, "--correct", LINE, "--circuit", "YB-99", *since)["changes"].keys() == {"circuit"}
    assert asked(project, "--correct", LINE, "--parent", "chau-que-ha", *since)["changes"].keys() == {"parent"}
    assert rows(project, *DAYS, "--by", "circuit")["YB-99"]["seconds"]["up"] < 15 * 86400
    assert rows(project, *DAYS, "--by", "parent").keys() == {"tinh", "chau-que-ha"}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--id", "chau-que-ha/3"), "no site, device or link chau-que-ha/3 (did you mean 'chau-que-ha/"),
        (("--confirm", "cqh-r2", "--at", "2026-09-22", "--as", "unit", *SIGNED), "(did you mean 'cqh-r1'?)"),
        (
            ("--correct", "chau-que-ha", "--carrier", "vnpt", "--since", "2026-09-22", *SIGNED),
            "no link chau-que-ha (did you mean 'chau-que-ha/",
        ),
        (
            ("--correct", LINE, "--carrier", "viettell", "--since", "2026-09-22", *SIGNED),
            "no carrier 'viettell'; none is for a line of the network's own (did you mean 'viettel'?)",
        ),
        (
            ("--correct", LINE, "--parent", "tin", "--since", "2026-09-22", *SIGNED),
            "no site tin (did you mean 'tinh'?)",
        ),
        (
            ("--correct", "YB-CQH", "--carrier", "vnpt", "--since", "2026-09-22", *SIGNED),
            f"no link YB-CQH (did you mean '{LINE}'?)",
        ),
        (("--id", "Châu Quế Hạ"), "no site, device or link Châu Quế Hạ (did you mean 'chau-que-ha'?)"),
    ],
)
def test_what_nobody_knows_ends_with_1_and_a_guess(project: Path, words: tuple[str, ...], said: str) -> None:
    done = run(project, *words)
    assert (done.exit_code, done.stdout) == (1, "")
    assert said in done.stderr
    told = facts(project / "var" / "journal.db", 0.0, 1.0)
    assert (told.rulings, told.corrections) == ((), ())


def test_what_people_say_is_shown_as_they_said_it(project: Path) -> None:
    said = ("--who", "[bold]Lan", "--why", "đứt\n  [/] cáp")
    done = run(project, "--confirm", LINE, "--at", "2026-09-22", "--as", "unit", *said)
    assert done.exit_code == 0
    assert re.search(r"\[bold\]Lan, .* đứt \[/\] cáp", run(project, *DAYS, "--id", LINE).stdout)
    circuit = ("--correct", LINE, "--since", "2026-09-22", "--circuit", "[red]YB[/x]", *SIGNED)
    assert "[red]YB[/x]" in run(project, *circuit).stdout
    assert "[red]YB[/x]" in run(project, *DAYS, "--by", "circuit").stdout


@pytest.mark.parametrize("width", [80, 200])
def test_a_narrow_terminal_cuts_nothing_off(project: Path, width: int) -> None:
    desk = open_desk(project)
    ledger = book(facts(project / "var" / "journal.db", FIRST, FIRST + MONTH), int(FIRST), int(FIRST) + MONTH)
    out = Console(width=width, force_terminal=True, no_color=True, file=StringIO())
    show(totals_table(desk, "link", totals(ledger, "link")), out)
    show(intervals_table(desk, ledger["link", LINE]), out)
    text = re.sub(r"\x1b\[[0-9;]*m", "", out.file.getvalue())  # type: ignore[attr-defined]
    assert "…" not in text
    assert ("29d 18:13:20" in text) is (width == 200)
    assert "18:13:20" in text
    assert max(len(line) for line in text.splitlines()) <= width


@pytest.mark.parametrize(
    "words",
    [
        ("--from", "yesterday"),
        ("--from", "2026-09-02", "--to", "2026-09-02"),
        ("--from", "2100-01-01"),
        ("--from", "0001-01-01"),
        ("--to", "0001-01-01"),
        ("--confirm", LINE, "--at", "2099-01-01", "--as", "unit", *SIGNED),
        ("--confirm", LINE, "--at", "2026-09-22", "--as", "unit", "--who", " ", "--why", "x"),
        ("--confirm", LINE, "--at", "2026-09-22", "--as", "unit", "--who", "Lan", "--why", "a \x1b[31m b"),
        ("--correct", LINE, "--since", "0001-01-01", *SIGNED, "--carrier", "vnpt"),
        ("--by", "level"),
        ("--confirm", LINE, "--at", "2026-09-22", "--as", "unit", "--who", "Lan"),
        ("--confirm", LINE, "--at", "2026-09-22", "--as", "nobody", *SIGNED),
        ("--confirm", LINE, "--at", "2026-09-22", "--as", "unit", *SIGNED, "--carrier", "vnpt"),
        ("--confirm", LINE, "--correct", LINE),
        ("--at", "2026-09-22"),
        ("--dry-run",),
        ("--correct", LINE, "--since", "2026-09-22", *SIGNED),
        ("--correct", LINE, "--since", "2026-09-22", *SIGNED, "--carrier", "vnpt", "--circuit", "X"),
        ("--correct", LINE, "--since", "2100-01-01", *SIGNED, "--carrier", "vnpt"),
    ],
)
def test_a_wrong_call_ends_with_2(project: Path, words: tuple[str, ...]) -> None:
    done = run(project, *words)
    assert (done.exit_code, done.stdout) == (2, "")
    told = facts(project / "var" / "journal.db", 0.0, 1.0)
    assert (told.rulings, told.corrections) == ((), ())


def test_a_person_rules_while_the_service_writes(project: Path) -> None:
    async def beside() -> None:
        journal = open_threaded(project / "var" / "journal.db")
        words = ("--confirm", LINE, "--at", "2026-09-22", "--as", "power", *SIGNED)
        ruling = asyncio.ensure_future(asyncio.to_thread(run, project, *words))
        beats = 0
        while not ruling.done():
            await journal.beat(at("2026-10-02") + beats)
            beats += 1
            await asyncio.sleep(0.02)  # a service has nothing to write for most of the time, either
        await journal.close()
        assert (await ruling).exit_code == 0

    asyncio.run(beside())
    assert rows(project, *DAYS)[LINE]["down"]["power"] == DOWN


def test_where_netmon_has_not_run_there_is_no_ledger(tmp_path: Path) -> None:
    done = run(make_project(tmp_path))
    assert isinstance(done.exception, NotRunning)
    assert done.stdout == ""


def test_a_period_without_anything_says_so(project: Path) -> None:
    assert lines(run(project, "--from", "2026-01-01", "--to", "2026-02-01")) == [
        ["nothing is in the ledger of this period"]
    ]


def test_the_command_itself_ends_with_the_code_that_people_rely_on(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "netmon.cli.main", "ledger", str(make_project(tmp_path))]
    missing = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (missing.returncode, missing.stdout) == (3, "")
    assert "there is no journal" in missing.stderr
