"""Does one see who has the duty, who would be told of what, and what hangs on somebody who leaves?"""

import asyncio
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from rich.console import Console
from typer.testing import CliRunner, Result

from netmon.cli import _duty as duty
from netmon.cli import _routes_shown as shown
from netmon.cli._leaving import hanging
from netmon.cli._supposed import supposed
from netmon.cli.main import build
from netmon.cli.rota import _table
from netmon.decide.desk.explain import Page
from netmon.decide.telling.messages import speaker
from netmon.decide.telling.words import Speaker
from netmon.errors import InputError, NotRunning
from netmon.model import Entry, Incident, IncidentEvent, Restored
from netmon.people import Act, Case, Match
from netmon.run.journal.seam import open_inline
from netmon.settings.project import Project, load
from netmon.settings.roster_names import ONCALL_FILE, ROUTES_FILE
from netmon.web import acts
from netmon.web.app import build as web
from netmon.web.gate import FILE
from tests.settings.rosters import ONCALL, ROUTES
from tests.settings.test_maintenance import WHOLE
from tests.settings.written import checked, write
from tests.web.shown import Shown, running_beside
from tests.web.spoken import TOKEN, Taker, gate

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
NOW = datetime(2026, 11, 29, 22, 30, tzinfo=ZONE).timestamp()
OFF = "calendars: {office: {days: mon-fri, hours: ['07:30-17:00'], off: [2026-12-16]}}"
INVENTORY = WHOLE.replace(next(line for line in WHOLE.splitlines() if line.startswith("calendars:")), OFF)
SETTINGS = """
listen: 127.0.0.1:PORT
language: LANGUAGE
notifiers: {desk: {console: {}}, call: {console: {}}, sms: {console: {}}, thu: {console: {}}}
api: {tokens: {bot-lan: env:BOT_LAN, gateway: env:GATEWAY}}
deadman: {urls: [env:HC_URL]}
"""
TURNS = ONCALL.replace("who: lan, instead_of: binh", "who: lan, instead_of: hung").replace("until: 2027-06-01, ", "")


def make_project(folder: Path, port: int = 9, language: str = "vi", oncall: str = TURNS, routes: str = ROUTES) -> Path:
    settings = SETTINGS.replace("PORT", str(port)).replace("LANGUAGE", language)
    contact = 'level: district\n    contacts: [{name: chị Lan, phone: "0216 000 0202"}]'
    inventory = INVENTORY.replace("level: district", contact, 1)
    return write(folder, {"a.yaml": inventory, "netmon.yaml": settings, ONCALL_FILE: oncall, ROUTES_FILE: routes})


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_project(tmp_path_factory.mktemp("duty"))


@pytest.fixture(scope="module")
def project(folder: Path) -> Project:
    return load(folder)


@pytest.fixture
def words(project: Project) -> Speaker:
    return speaker(project.messages, project.inventory, "vi")


def run(command: str, *words: str) -> Result:
    return CliRunner().invoke(build([command]), [command, *words], env={"LOGNAME": "binh"})


def as_shown(thing: object) -> list[str]:
    console = Console(width=200, no_color=True)
    with console.capture() as shown:
        console.print(thing)
    return [line.rstrip() for line in shown.get().splitlines()]


def at(day: int, hour: int) -> float:
    """In December 2026, local time."""
    return datetime(2026, 12, day, hour, tzinfo=ZONE).timestamp()


def incident(**changes: object) -> Incident:
    one = Incident(
        id=4127, kind="outage", severity="critical", root="an-thinh", seat="an-thinh", state="open", cause="unknown",
        opened_at=NOW, affected=("an-thinh",),
    )  # fmt: skip
    return replace(one, **changes)  # type: ignore[arg-type]


# --- the duty ----------------------------------------------------------------------------------


def test_the_weeks_to_come_as_they_are_printed(project: Project, words: Speaker) -> None:
    found = duty.turns(project, project.roster.rotas["ca-truc"], NOW, NOW + 4 * duty.WEEK)
    assert as_shown(_table(project, found, words, NOW)) == [
        "Từ                   Đến                  Người trực  Điện thoại        Ghi chú",
        "T2 23/11/2026 08:00  T2 30/11/2026 08:00  chị Lan     +84 216 000 0202  đang trực",
        "T2 30/11/2026 08:00  T7 05/12/2026 17:00  anh Hưng    0216.000.0203",
        "T7 05/12/2026 17:00  T2 07/12/2026 08:00  chị Lan     +84 216 000 0202  thay anh Hưng",
        "T2 07/12/2026 08:00  T2 14/12/2026 08:00  anh Bình    0216 000 0201",
        "T2 14/12/2026 08:00  T4 16/12/2026 08:00  chị Lan     +84 216 000 0202",
        "T4 16/12/2026 08:00  T5 17/12/2026 08:00  anh Hưng    0216.000.0203     ngày nghỉ",
        "T5 17/12/2026 08:00  T2 21/12/2026 08:00  chị Lan     +84 216 000 0202",
        "T2 21/12/2026 08:00  T2 28/12/2026 08:00  anh Hưng    0216.000.0203",
    ]


def test_whoever_has_left_is_missed(project: Project, words: Speaker) -> None:
    rota = project.roster.rotas["ca-truc"]
    found = duty.turns(project, rota, NOW, NOW + duty.WEEK, frozenset({"lan"}))
    assert [(turn.shift.who, turn.missing, turn.good) for turn in found[:2]] == [
        ("hung", "lan", False),
        ("hung", None, True),
    ]
    [_, first, *_] = as_shown(_table(project, found, words, NOW))
    assert first.endswith("anh Hưng    0216.000.0203  đang trực, chị Lan đã nghỉ")
    nobody = duty.turns(project, rota, NOW, NOW + duty.DAY, frozenset({"lan", "binh", "hung"}))
    assert "KHÔNG CÓ AI" in as_shown(_table(project, nobody, words, NOW))[1]


def test_the_rota_for_scripts(folder: Path) -> None:
    [(name, turns)] = json.loads(run("rota", str(folder), "--weeks", "3", "--json").stdout).items()
    assert name == "ca-truc"
    assert turns[0].keys() == {"from", "until", "who", "instead_of", "has_left", "day_off"}
    assert all(one["until"] == two["from"] for one, two in pairwise(turns))


def test_a_rota_in_which_somebody_will_have_left(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Within four weeks that is a mistake; what is later may be put right in time."""
    leaves = TURNS.replace('"0216 000 0201"}', '"0216 000 0201", until: 2026-12-10}')
    project = make_project(tmp_path, oncall=leaves)
    code, lines = checked(project, capsys)
    text = "gap in rota 'ca-truc' from 2026-12-10 00:00 to 2026-12-14 08:00: 'binh' has left, 'lan' has to stand in"
    assert [line for line in lines if "alerts/" in line] == [
        f"alerts/oncall.yaml:6:3: {text} (an override, or other `turns`)"
    ]
    assert code == 1
    write(tmp_path, {ONCALL_FILE: leaves.replace("2026-12-10", "2026-12-30")})
    assert checked(project, capsys)[0] == 0


def test_an_override_that_spares_nobody_is_warned_of(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, lines = checked(make_project(tmp_path, oncall=TURNS.replace("instead_of: hung", "instead_of: binh")), capsys)
    assert [line for line in lines if "alerts/" in line] == [
        "alerts/oncall.yaml:11:81: warning: 'binh' has no turn then: hung has the duty"
    ]


# --- the routes --------------------------------------------------------------------------------


def test_the_routes_as_they_are_listed(folder: Path) -> None:
    lines = [line.rstrip() for line in run("routes", str(folder)).stdout.splitlines()]
    assert [" ".join(line.split()) for line in lines[1:5]] == [
        "1 ban-dem Mù, Gián đoạn; từ 3 điểm; ngoài giờ office gọi goi",
        "2 o-xa cấp commune; khu vực kv-van-yen; nhà mạng vnpt (và xét tiếp các luật sau) nhắn nhan",
        "3 nhieu cảnh báo; điểm van-yen, centre; quy tắc Capacity; không có điểm ưu tiên chỉ ghi lại",
        "4 con-lai mọi sự cố còn lại bản tin nhan",
    ]
    assert lines[5:8] == ["goi   ca-truc → 5 phút → lan, desk; lặp thêm 2 lần, mỗi 20 phút", "nhan  binh", ""]
    assert lines[8:] == ["gọi     call + sms, không được thì thu", "nhắn    sms", "bản tin thu, không được thì sms"]
    [first, *_] = json.loads(run("routes", str(folder), "--json").stdout)
    assert first["when"] == "blind, outage; 3 sites or more; outside the hours of office"
    assert (first["route"], first["urgency"], first["policy"], first["further"]) == ("ban-dem", "ring", "goi", False)


def test_what_a_route_asks_for_in_both_languages() -> None:
    every = Match(
        roots=("van-yen",), root_is=("area",), alerts=("Capacity",), priority=True, hours="office", affected=2
    )
    assert shown.asked(every, "vi") == (
        "quy tắc Capacity; gốc ở van-yen; gốc là area; từ 2 điểm; có điểm ưu tiên; trong giờ office"
    )
    assert shown.asked(every, "en") == (
        "alerts Capacity; root van-yen; root is area; 2 sites or more; a priority site; in the hours of office"
    )


def test_a_narrow_terminal_cuts_no_channel_off(project: Project) -> None:
    words = speaker(project.messages, project.inventory, "vi")
    found = [Page(NOW + 3900, "opened", "binh", by, "route ban-dem, step 3, round 2") for by in ("call", "sms", "zalo")]
    table = shown.pages(project, found, words, NOW, 0.0)
    console = Console(width=50, no_color=True)
    with console.capture() as seen:
        console.print(table)
    assert "…" not in seen.get()
    assert {"call,", "sms,", "zalo"} <= set(seen.get().split())


def test_who_would_be_told_at_night(folder: Path) -> None:
    """A district is lost with its commune; nobody answers."""
    routes = ROUTES.replace("affected: 3", "affected: 2")
    write(folder, {ROUTES_FILE: routes})
    try:
        out = run(
            "routes", "explain", str(folder), "--kind", "outage", "--root", "van-yen", "--at", "2:00 8/12/2026"
        ).stdout
    finally:
        write(folder, {ROUTES_FILE: ROUTES})
    head, why, _, *rows, then = [line.rstrip() for line in out.splitlines()]
    assert head.startswith("[MẤT] Huyện Văn Yên")
    assert re.search(r" \(.+ 08/12/2026\)$", head), "the night that was asked for"
    assert why == "luật ban-dem: gọi"
    assert [" ".join(row.split()) for row in rows[:3]] == [
        "02:00 anh Bình call, sms luật ban-dem, bước 1",
        "02:05 (+5 phút) chị Lan call, sms luật ban-dem, bước 2",
        "02:05 (+5 phút) desk desk luật ban-dem, bước 2",
    ]
    assert len(rows) == 9
    assert then == "nếu không ai nhận việc và tin nào cũng tới nơi"


def test_who_would_be_told_for_scripts(folder: Path) -> None:
    done = run("routes", "explain", str(folder), "--kind", "degraded", "--root", "van-yen/1", "--json")
    told = json.loads(done.stdout)
    assert (told["incident"], told["routes"], told["urgency"]) == (None, ["con-lai"], "digest")
    assert {page["who"] for page in told["pages"]} >= {"binh", "desk"}
    assert {page["by"] for page in told["pages"]} == {"thu", "desk"}


def test_what_comes_next_for_one_that_is_open(tmp_path: Path) -> None:
    project = make_project(tmp_path)

    async def keep() -> None:
        (project / "var").mkdir()
        journal = open_inline(project / "var" / "journal.db")
        opened = IncidentEvent(event="opened", at=NOW, incident=incident())
        taken = Case(incident=4127, route="o-xa", urgency="text", step=0, acked_by="lan", told=(("binh", "sms"),))
        await journal.write([Entry(4127, NOW, opened), Entry(4128, NOW, taken)])
        await journal.close()

    asyncio.run(keep())
    done = run("routes", "explain", str(project), "4127")
    assert done.stdout.splitlines()[-1] == "không báo ai: lan đã nhận việc"
    assert "there is no incident #4130" in run("routes", "explain", str(project), "4130").stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["elsewhere", "x"], "is not explain"),
        (["explain", "."], "the number of an incident, or --kind"),
        (["explain", ".", "7", "--kind", "blind"], "the number of an incident, or --kind"),
    ],
)
def test_routes_called_wrongly(words: list[str], said: str) -> None:
    done = run("routes", *words)
    assert done.exit_code == 2
    assert said in " ".join(done.stderr.replace("│", "").split())


@pytest.mark.parametrize(
    ("kind", "root", "said"),
    [
        ("outag", "van-yen", "outag: is no kind of incident (did you mean 'outage'?)"),
        ("digest", "van-yen", "digest: is no kind of incident"),
        ("outage", "van-yne", "van-yne: is nothing of this inventory (did you mean 'van-yen'?)"),
    ],
)
def test_what_cannot_be_supposed(project: Project, kind: str, root: str, said: str) -> None:
    with pytest.raises(InputError) as raised:
        supposed(project.inventory, kind, root, "", NOW)
    assert [str(one) for one in raised.value.problems] == [said]


@pytest.mark.parametrize(
    ("kind", "root", "severity", "affected"),
    [
        ("outage", "van-yen", "critical", ("van-yen", "an-thinh")),
        ("outage", "van-yen-ups", "warning", ()),
        ("outage", "vnpt", "critical", ("van-yen", "an-thinh")),
        ("redundancy_lost", "an-thinh/1", "warning", ("an-thinh",)),
        ("service", "an-thinh-web", "warning", ("an-thinh",)),
        ("blind", "", "critical", ()),
        ("threshold", "core", "critical", ()),
    ],
)
def test_what_is_supposed(project: Project, kind: str, root: str, severity: str, affected: tuple[str, ...]) -> None:
    one = supposed(project.inventory, kind, root, "", NOW)
    assert (one.severity, one.affected, one.root) == (severity, affected, root or "noc")


# --- somebody leaves ---------------------------------------------------------------------------


def test_what_hangs_on_somebody(project: Project, words: Speaker) -> None:
    silence = Act(verb="silence", who="lan", at=NOW, number=7, what=("van-yen",), until=at(1, 8))
    over = replace(silence, number=8, until=NOW - 1)
    ended = [replace(silence, number=9), Act(verb="unsilence", who="binh", at=NOW, about=9)]
    cases = {4127: Case(incident=4127, acked_by="lan"), 4100: Case(incident=4100, acked_by="lan", over=True)}
    memory = Restored(acts=(silence, over, *ended), cases=cases)
    found = hanging(project, memory, "lan", words, NOW)
    assert found.pop("Lịch trực")[:3] == [
        "ca-truc: 22:30 CN 29/11/2026 – 08:00 T2 30/11/2026, anh Hưng trực thay",
        "ca-truc: 17:00 T7 05/12/2026 – 08:00 T2 07/12/2026, anh Hưng trực thay",
        "ca-truc: 08:00 T2 14/12/2026 – 08:00 T4 16/12/2026, anh Hưng trực thay",
    ]
    assert found == {
        "Luật báo": ["policy goi, bước 2: còn desk"],
        "Đang nhận việc": ["#4127"],
        "Tắt báo": ["#7 van-yen đến 08:00 T3 01/12/2026"],
        "Đầu mối": ["van-yen"],
        "Mã truy cập": ["bot-lan (env:BOT_LAN)"],
        "Mật khẩu": [
            "env:PATH",
            "env:BOT_LAN",
            "env:GATEWAY",
            "env:HC_URL",
            "người từng trông netmon có thể biết: cần đổi",
        ],
    }


def test_a_step_that_would_tell_nobody(project: Project, words: Speaker) -> None:
    assert hanging(project, Restored(), "binh", words, NOW)["Luật báo"] == [
        "policy nhan, bước 1: KHÔNG CÒN AI (o-xa, con-lai)"
    ]


@dataclass(slots=True)
class Service:
    folder: Path
    taker: Taker


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    folder, taker = tmp_path_factory.mktemp("left"), Taker()
    write(folder, {f"var/{FILE}": TOKEN})
    with running_beside(web(Shown(), acts.routes(taker, gate(taker)))) as port:
        yield Service(make_project(folder, port), taker)


def timeless(text: str) -> list[str]:
    """Its lines, but for what the clock said: whoever has the duty has it from now on, and a minute may go by."""
    return re.sub(r"\b\d\d:\d\d (CN|T\d) \d\d/\d\d/\d{4}", "…", text).splitlines()


def test_the_service_is_told_at_once(service: Service) -> None:
    listed = run("person", "leave", str(service.folder), "lan", "--dry-run")
    assert (listed.exit_code, service.taker.said) == (0, [])
    done = run("person", "leave", str(service.folder), "lan")
    *before, first, then = timeless(done.stdout)
    assert before == timeless(listed.stdout)
    assert first == "chị Lan đã nghỉ: không nhận tin nữa, liên kết và số điện thoại không còn hiệu lực (#4200)"
    assert then.startswith("giờ hãy thêm `until: ")
    [act] = service.taker.said
    assert (act.verb, act.who, act.text, act.by) == ("leave", "binh", "lan", "cli")


def test_a_service_that_does_not_run(folder: Path) -> None:
    done = run("person", "leave", str(folder), "lan")
    assert isinstance(done.exception, NotRunning)
    assert "chị Lan (lan)" in done.stdout


def test_somebody_who_is_not_there(folder: Path) -> None:
    done = run("person", "leave", str(folder), "lon", "--dry-run")
    assert isinstance(done.exception, InputError)
    assert str(done.exception.problems[0]) == "lon: is nobody in alerts/oncall.yaml (did you mean 'lan'?)"
