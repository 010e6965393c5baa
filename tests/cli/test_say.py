"""Can somebody at a terminal say what there is to say, under the right name, and is a refusal plain?"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from rich.console import Console
from typer.testing import CliRunner, Result

from netmon.cli import _tables as tables
from netmon.cli._said import known_as
from netmon.cli.main import build
from netmon.decide import shapes
from netmon.errors import InputError, NotRunning, NotTaken
from netmon.people import Act, Case, Person, Roster
from netmon.web import acts
from netmon.web.app import build as web
from netmon.web.gate import FILE
from tests.cli.test_asking import AT, make_project, told
from tests.web.shown import Shown, running_beside
from tests.web.spoken import TOKEN, Taker, gate

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")


@dataclass(slots=True)
class Desk:
    """A project's folder, and who takes what is said."""

    folder: Path
    taker: Taker

    def run(self, *words: str) -> Result:
        command, *rest = words
        return CliRunner().invoke(build([command]), [command, str(self.folder), *rest], env={"LOGNAME": "binh"})


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    folder, taker = tmp_path_factory.mktemp("province"), Taker()
    (folder / "var").mkdir()
    (folder / "var" / FILE).write_text(TOKEN)
    with running_beside(web(Shown(), acts.routes(taker, gate(taker)))) as port:
        yield Desk(make_project(folder, port), taker)


@pytest.fixture
def desk(service: Desk) -> Desk:
    service.taker.said.clear()
    service.taker.objects, service.taker.about = None, None
    return service


@pytest.mark.parametrize(
    ("words", "said", "printed"),
    [
        ("ack|4127", ("ack", "binh", ""), "#4127 is taken by binh"),
        ("ack|4127|--who|lan", ("ack", "lan", ""), "#4127 is taken by lan"),
        ("unack|4127", ("unack", "binh", ""), "#4127 was given back by binh; netmon goes on until somebody takes it"),
        ("note|4127|cột|đổ", ("note", "binh", "cột đổ"), "#4127: noted"),
        ("called|4127|VNPT", ("called", "binh", "VNPT"), "#4127: written down that binh called VNPT"),
        ("ticket|4127|VNPT-123", ("ticket", "binh", "VNPT-123"), "#4127 has the ticket VNPT-123"),
        ("false|4127|--why|thử máy", ("false", "binh", "thử máy"), "#4127 is counted as a false alarm: thử máy"),
    ],
)
def test_each_command_says_its_word(desk: Desk, words: str, said: tuple[str, str, str], printed: str) -> None:
    result = desk.run(*words.split("|"))
    assert (result.exit_code, result.stdout) == (0, printed + "\n")
    [act] = desk.taker.said
    assert (act.verb, act.who, act.text, act.incident, act.by) == (*said, 4127, "cli")


def test_several_are_taken_at_once(desk: Desk) -> None:
    assert desk.run("ack", "1", "2").stdout == "#1 is taken by binh\n#2 is taken by binh\n"
    assert [act.incident for act in desk.taker.said] == [1, 2]


def test_a_promise_is_for_the_next_time_that_is_so(desk: Desk) -> None:
    before = datetime.now(ZONE)
    result = desk.run("promise", "4127", "--until", "23:30", "anh Tú VNPT")
    [act] = desk.taker.said
    at = datetime.fromtimestamp(act.until or 0.0, ZONE)
    assert (at.hour, at.minute, act.text) == (23, 30, "anh Tú VNPT")
    assert before < at <= datetime.now(ZONE) + timedelta(days=1)
    assert result.stdout == f"#4127 is promised until {at:%H:%M %d/%m/%Y}\n"


@pytest.mark.parametrize("until", ["soon", "", "25:00", "23:30 maybe"])
def test_a_time_that_is_none_is_a_wrong_call(desk: Desk, until: str) -> None:
    assert (desk.run("promise", "4127", "--until", until).exit_code, desk.taker.said) == (2, [])


@pytest.mark.parametrize("words", ["ack", "ack|x", "ack|0", "note|4127", "ticket|4127", "false|4127", "promise|4127"])
def test_what_is_missing_is_a_wrong_call(desk: Desk, words: str) -> None:
    assert (desk.run(*words.split("|")).exit_code, desk.taker.said) == (2, [])


def test_a_refusal_is_one_line(desk: Desk) -> None:
    desk.taker.objects = NotTaken("#4127 is over since 23:02.")
    error = desk.run("ack", "4127", "4128").exception
    assert isinstance(error, NotTaken)
    assert str(error) == "#4127 is over since 23:02."


def test_what_was_taken_is_said_though_another_is_refused(desk: Desk) -> None:
    desk.taker.objects, desk.taker.about = NotTaken("#2 is over since 23:02."), 2
    result = desk.run("ack", "1", "2", "3")
    assert (result.stdout, str(result.exception)) == (
        "#1 is taken by binh\n#3 is taken by binh\n",
        "#2 is over since 23:02.",
    )


def test_without_a_service_it_is_not_running(tmp_path: Path) -> None:
    make_project(tmp_path, 1)
    assert isinstance(Desk(tmp_path, Taker()).run("ack", "4127").exception, NotRunning)


def test_an_incident_can_be_taken_while_the_inventory_is_being_edited(desk: Desk) -> None:
    text = (file := desk.folder / "inventory" / "all.yaml").read_text()
    try:
        file.write_text("sites: [")
        assert desk.run("ack", "4127").stdout == "#4127 is taken by binh\n"
    finally:
        file.write_text(text)


def test_only_people_of_the_roster_say_something() -> None:
    people = {name: Person(id=name, name=name) for name in ("binh", "lan")}
    roster = Roster(channels=(), people=people)
    assert known_as("binh", "root", roster) == "binh"
    assert known_as("", "lan", roster) == "lan"
    assert known_as("", "root", Roster(channels=())) == "root"
    with pytest.raises(InputError, match=r"'bình' is none of the people in alerts/oncall.yaml .did you mean 'binh'"):
        known_as("bình", "lan", roster)
    with pytest.raises(InputError, match=r"'root' is none .* .say who: --who binh | lan"):
        known_as("", "root", roster)


def test_the_list_of_incidents_shows_who_has_taken_one() -> None:
    [one] = told()
    case = Case(incident=7, acked_by="binh", acked_at=AT + 60)
    said = [
        Act(verb="ack", who="binh", at=AT + 60, by="sms", number=9, incident=7),
        Act(verb="promise", who="binh", at=AT + 30, number=8, incident=7, text="VNPT", until=AT + 3600),
    ]
    shown = one | shapes.handling(case, said, ZONE)
    assert (shown["acked_by"], shown["acked_at"]) == ("binh", "2026-09-21T21:14:20.000+07:00")
    assert [(act["verb"], act["by"], act["until"]) for act in shown["acts"]] == [
        ("promise", "api", "2026-09-21T22:13:20.000+07:00"),
        ("ack", "sms", None),
    ]
    assert shapes.handling(None, (), ZONE) == {"acked_by": None, "acked_at": None, "silenced": None, "acts": []}
    out = Console(width=250, no_color=True, highlight=False)
    with out.capture() as captured:
        out.print(tables.incident_table([shown], "vi", ZONE, datetime.fromtimestamp(AT, ZONE)))
        out.print(tables.incident_table([one], "vi", ZONE, datetime.fromtimestamp(AT, ZONE)))
    first, second = captured.get().split("\n\n") if "\n\n" in captured.get() else captured.get().split("Mã")[1:]
    assert ("Người nhận" in first, "binh" in first) == (True, True)
    assert "Người nhận" not in second


def test_the_list_of_incidents_shows_which_silence_hides_one() -> None:
    shown = told()[0] | shapes.handling(Case(incident=7, silenced=50), (), ZONE)
    assert shown["silenced"] == 50
    out = Console(width=250, no_color=True, highlight=False)
    with out.capture() as captured:
        out.print(tables.incident_table([shown | {"flapping": True}], "vi", ZONE, datetime.fromtimestamp(AT, ZONE)))
        out.print(tables.incident_table([shown | {"state": "resolved"}], "vi", ZONE, datetime.fromtimestamp(AT, ZONE)))
    first, second = captured.get().split("Mã")[1:]
    assert first.rstrip().endswith("chập chờn, tạm ngừng báo (50)")
    assert "tạm ngừng báo" not in second


def test_in_a_narrow_terminal_the_number_and_the_times_stay_whole() -> None:
    one = told()[0] | shapes.handling(Case(incident=7, acked_by="truong-phong", silenced=50), (), ZONE)
    long = {"name": "Trung tâm Lưu trữ lịch sử và Tin học tỉnh", "cause": "carrier", "resolved_at": one["opened_at"]}
    out = Console(width=100, no_color=True, highlight=False)
    with out.capture() as captured:
        out.print(tables.incident_table([one | long], "vi", ZONE, datetime.fromtimestamp(AT + 1e6, ZONE)))
    assert "…" not in captured.get()
    assert {"#7", "truong-phong"} <= set(captured.get().split())
    assert captured.get().count(" 21/09/2026") == 2
