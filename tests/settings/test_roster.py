"""What alerts/oncall.yaml and alerts/routes.yaml say, and what is said of mistakes in them."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from netmon.notifiers.console import Console
from netmon.people import Budget, Channels, Match, Override, Policy, Roster, Rota, Route, Shadow, Step
from netmon.settings.fields import Secrets
from netmon.settings.names import index
from netmon.settings.project import load
from netmon.settings.report import Report
from netmon.settings.roster import roster
from netmon.settings.roster_names import ONCALL_FILE, ROUTES_FILE, Around
from netmon.settings.sheet import gather
from tests.conftest import ROOT
from tests.settings.rosters import BAD, ONCALL, ROUTES
from tests.settings.test_maintenance import WHOLE
from tests.settings.written import NOTIFIER, SMALL, checked, write

BELL = NOTIFIER.replace("url: str\n    token: Secret", 'ADDRESS: ClassVar[str] = "phone"')
BELL = BELL.replace("import Any", "import Any, ClassVar")
SETTINGS = "notifiers: {desk: {console: {}}, call: {bell: {}}, sms: {bell: {}}, thu: {post: {}}}\n"
AROUND = {
    "a.yaml": WHOLE,
    "netmon.yaml": SETTINGS,
    "notifiers/bell.py": BELL,
    "notifiers/post.py": BELL.replace("Gong", "Post").replace('"phone"', '"email"'),
}


def written(folder: Path, oncall: str = ONCALL, routes: str = ROUTES) -> Path:
    return write(folder, AROUND | {ONCALL_FILE: oncall, ROUTES_FILE: routes})


@pytest.fixture(scope="module")
def around(tmp_path_factory: pytest.TempPathFactory) -> Around:
    """What the files may refer to, on a day of November 2026."""
    project = load(written(tmp_path_factory.mktemp("around")))
    names = index(gather(project.path, Report()).tree, Report())
    return Around(
        channels=project.config.notifiers,
        inventory=project.inventory,
        names=names,
        rules=tuple(rule.name for rule in project.rules),
        today=date(2026, 11, 23),
    )


def read(folder: Path, around: Around, oncall: str = ONCALL, routes: str = ROUTES) -> tuple[Roster, list[str]]:
    """The roster of these two files, and what is said of them."""
    report, project = Report(), write(folder, {ONCALL_FILE: oncall, ROUTES_FILE: routes})
    return roster(project, around, Secrets(project), report), [str(problem) for problem in report.sorted()]


def at(day: int, hour: int) -> float:
    """In December 2026, by UTC."""
    return datetime(2026, 12, day, hour, tzinfo=UTC).timestamp()


@pytest.mark.parametrize("wrong", BAD)
def test_says_exactly_what_is_wrong(wrong: str, tmp_path: Path, around: Around) -> None:
    old, new, said = BAD[wrong]
    assert (ONCALL + ROUTES).count(old) == 1
    _, lines = read(tmp_path, around, ONCALL.replace(old, new), ROUTES.replace(old, new))
    assert lines == [f"alerts/{said}"]


def test_people_and_their_duty(tmp_path: Path, around: Around) -> None:
    roster, said = read(tmp_path, around)
    assert said == []
    assert roster.channels == ("desk", "call", "sms", "thu")
    binh, lan, hung = roster.people.values()
    assert binh.reach == {"desk": "", "call": "02160000201", "sms": "02160000201"}
    assert lan.reach == {"desk": "", "call": "+842160000202", "sms": "+842160000202", "thu": "lan@example.vn"}
    assert hung.reach == {"desk": "", "call": "02160000203", "sms": "0216 000 0299"}
    assert (binh.name, lan.language, hung.until) == ("anh Bình", "en", date(2027, 6, 1))
    assert roster.rotas == {
        "ca-truc": Rota(
            id="ca-truc",
            turns=("binh", "lan", "hung"),
            begins=date(2026, 1, 5),
            overrides=(Override(who="lan", since=at(5, 10), until=at(7, 1), instead_of="binh"),),
            holidays="office",
            holiday_turns=("hung", "lan"),
        )
    }
    assert (roster.budget, roster.shadow, roster.fallback) == (Budget(pages=6, per=1800.0), None, 30.0)


def test_somebody_may_take_over_for_months(tmp_path: Path, around: Around) -> None:
    long = ONCALL.replace("until: 2026-12-07T08:00", "until: 2027-03-07T08:00")
    made, said = read(tmp_path, around, long)
    [one] = made.rotas["ca-truc"].overrides
    assert (said, round((one.until - one.since) / 86400)) == ([], 92)


def test_routes_and_what_they_lead_to(tmp_path: Path, around: Around) -> None:
    roster, said = read(tmp_path, around)
    assert said == []
    assert roster.reach == {
        "ring": Channels(by=("call", "sms"), otherwise=("thu",)),
        "text": Channels(by=("sms",)),
        "digest": Channels(by=("thu",), otherwise=("sms",)),
    }
    assert (roster.digest_at, roster.digest_to) == (((7, 30), (16, 30)), ("ca-truc", "desk"))
    goi = Policy(id="goi", steps=(Step(tell=("ca-truc",)), Step(tell=("lan", "desk"))), repeat=2, every=1200.0)
    assert roster.policies == {"goi": goi, "nhan": Policy(id="nhan", steps=(Step(tell=("binh",)),))}
    night, commune, many, rest = roster.routes
    assert night.match == Match(hours="-office", kinds=("blind", "outage"), affected=3)
    assert (night.urgency, night.policy, night.further) == ("ring", "goi", False)
    assert commune.match == Match(levels=("commune",), areas=("kv-van-yen",), carriers=("vnpt",))
    assert (commune.urgency, commune.policy, commune.further) == ("text", "nhan", True)
    sites = ("van-yen", "centre")
    assert many.match == Match(alerts=("Capacity",), severity="warning", sites=sites, priority=False)
    assert (many.urgency, many.policy) == ("none", "")
    assert rest == Route(name="con-lai", urgency="digest", policy="nhan")


def test_the_first_week_goes_to_one(tmp_path: Path, around: Around) -> None:
    shadow = ONCALL.replace("mode: live", "mode: {shadow: binh, until: 2026-12-07}")
    assert read(tmp_path, around, shadow)[0].shadow == Shadow(to="binh", until=date(2026, 12, 7))


def test_a_person_who_has_left_is_said_only_when_the_day_is_asked_for(tmp_path: Path, around: Around) -> None:
    """A service that is started years later runs all the same."""
    left = ONCALL.replace('0201"}', '0201", until: 2020-01-01}')
    assert read(tmp_path, replace(around, today=None), left)[0].people["binh"].until == date(2020, 1, 1)


@pytest.mark.parametrize("text", ["", "# nobody yet\n", "{first}:\n{second}:\n", "{first}:\n"])
def test_nobody_and_no_routes(tmp_path: Path, around: Around, text: str) -> None:
    oncall, routes = text.format(first="people", second="mode"), text.format(first="routes", second="digest")
    roster, said = read(tmp_path, around, oncall, routes)
    assert said == []
    assert (roster.channels, roster.people, roster.routes) == (("desk", "call", "sms", "thu"), {}, ())


def test_one_channel_is_every_urgency(tmp_path: Path) -> None:
    files = {ONCALL_FILE: "people: {a: {name: A}}\n", "a.yaml": SMALL}
    files[ROUTES_FILE] = "policies: {p: {steps: [{tell: a}]}}\nroutes: [{name: r, ring: p}]\n"
    project = load(write(tmp_path, files))
    assert project.warnings == ()
    assert project.roster.reach["ring"] == Channels(by=("console",))
    assert project.roster.people["a"].reach == {"console": ""}


def test_routes_that_cover_all_by_parts_are_enough(tmp_path: Path, around: Around) -> None:
    """Day and night, each level of this inventory, both severities; nobody has to say what cannot happen."""
    parts = """
  - {name: mu, when: {kinds: [blind, unseen], root_is: vantage}, ring: goi}
  - {name: kenh, when: {kinds: [redundancy_lost, degraded], carriers: vnpt}, text: nhan}
  - {name: ngay, when: {hours: office, levels: [province, district]}, text: nhan}
  - {name: dem, when: {hours: -office, levels: [district, province], severity: critical}, ring: goi}
  - {name: dem-nhe, when: {hours: -office, levels: [province, district], severity: warning}, digest: nhan}
  - {name: xa, when: {areas: kv-van-yen}, digest: nhan}
"""
    before = ROUTES[: ROUTES.index("  - {name: ban-dem")].rstrip("\n")
    assert read(tmp_path, around, ONCALL, before + parts)[1] == []
    [said] = read(tmp_path, around, ONCALL, before + parts.replace("district, province", "district"))[1]
    assert "no route for outage (critical) of a site at level province outside the hours of 'office'" in said
    [said] = read(tmp_path, around, ONCALL, before + parts.replace("kv-van-yen}", "kv-van-yen, kinds: outage}"))[1]
    assert "no route for service (warning) of a service at level commune in kv-van-yen in the hours of 'office'" in said


def test_a_channel_that_nothing_goes_by_is_warned_of(tmp_path: Path, around: Around) -> None:
    _, [said] = read(tmp_path, around, ONCALL, ROUTES.replace(", desk]", "]"))
    assert said.startswith(f"{ROUTES_FILE}:9:1: warning: nothing goes by channel 'desk' of netmon.yaml: no step")
    mailed = replace(around, reports={"desk"})
    assert read(tmp_path, mailed, ONCALL, ROUTES.replace(", desk]", "]"))[1] == []


def test_a_channel_that_is_told_itself_has_an_address(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said, hint = "has no address of its own", "(give its plug-in one, or tell people)"
    settings = 'notifiers: {thu: {mail: {server: "127.0.0.1:25"}}}\n'
    code, lines = checked(write(tmp_path, {"a.yaml": SMALL, "netmon.yaml": settings}), capsys)
    assert (code, lines[:-1]) == (
        0,
        [f"netmon.yaml: warning: channel 'thu' {said}, and there are no routes to people {hint}"],
    )
    routes = "policies: {p: {steps: [{tell: [binh, thu]}]}}\nroutes: [{name: all, text: p}]\n"
    people = "people: {binh: {name: Bình, email: b@example.vn}}\n"
    code, lines = checked(write(tmp_path, {ONCALL_FILE: people, ROUTES_FILE: routes}), capsys)
    assert (code, lines) == (1, [f"{ROUTES_FILE}:1:38: channel 'thu' {said} {hint}"])
    alone = settings.replace('25"', '25", to: [noc@example.vn]')
    assert checked(write(tmp_path, {"netmon.yaml": alone}), capsys)[1][:-1] == []
    person = {"netmon.yaml": settings, ROUTES_FILE: routes.replace(", thu", "")}
    assert checked(write(tmp_path, person), capsys)[1][:-1] == []


def test_a_mistake_elsewhere_is_not_repeated_here(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    project = write(written(tmp_path), {"netmon.yaml": SETTINGS.replace("{bell: {}}", "{bel: {}}", 1)})
    assert checked(project, capsys) == (1, ["netmon.yaml:1:41: unknown notifier 'bel' (did you mean 'bell'?)"])
    write(project, {"netmon.yaml": SETTINGS, "a.yaml": WHOLE.replace("level: district", "level: distrct")})
    code, lines = checked(project, capsys)
    assert (code, [line.partition(":")[0] for line in lines]) == (1, ["inventory/a.yaml"])


def test_every_mistake_at_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    oncall = ONCALL.replace("turns: [binh", "turns: [bin").replace("pages: 6", "pages: none")
    routes = ROUTES.replace("ring: goi", "ring: gio").replace("[commune]", "[comune]")
    _, lines = checked(written(tmp_path, oncall, routes), capsys)
    assert [line.partition(": ")[0] for line in lines] == [
        "alerts/oncall.yaml:7:13",
        "alerts/oncall.yaml:13:17",
        "alerts/routes.yaml:10:88",
        "alerts/routes.yaml:11:34",
    ]


def test_a_file_of_another_name_is_warned_of(tmp_path: Path) -> None:
    project = load(write(tmp_path, {"a.yaml": SMALL, "alerts/oncall.yml": "", "alerts/routes.yml": ""}))
    assert [each.file for each in project.warnings] == ["alerts/oncall.yml", "alerts/routes.yml"]


def test_the_guide_shows_what_is_right(tmp_path: Path, around: Around) -> None:
    guide = (ROOT / "docs" / "guide.md").read_text(encoding="utf-8")
    [shown] = re.findall(r"^```yaml\n(# alerts/oncall.yaml\n.*?)^```$", guide, re.DOTALL | re.MULTILINE)
    oncall, routes = shown.split("# alerts/routes.yaml\n")
    channels = {name: Console() for name in ("call", "sms", "zalo")}
    made, said = read(tmp_path, replace(around, channels=channels), oncall, routes)
    assert said == []
    assert [route.name for route in made.routes] == ["ca-vung", "con-lai"]


def test_the_sample_wakes_people_for_little_at_night(tmp_path: Path) -> None:
    """Its comments are right, too: each example in them can be taken as it stands."""
    roster = load(ROOT).roster
    assert {route.name for route in roster.routes if route.urgency == "ring"} == {
        "tram-mu", "loi-mat", "loi-mot-chan", "ca-vung", "diem-uu-tien", "dien-tap"
    }  # fmt: skip
    assert roster.routes[0].match.kinds == ("blind", "peer"), "another netmon that is silent sees nothing, either"
    assert [len(rota.turns) for rota in roster.rotas.values()] == [3]
    assert roster.policies["goi"].steps[-1].tell == ("truong-phong",)
    for name in ("inventory", "collectors", "netmon.yaml"):
        (tmp_path / name).symlink_to(ROOT / name)
    oncall = (ROOT / ONCALL_FILE).read_text(encoding="utf-8").replace("    #   - {", "      - {")
    mode = "{shadow: binh, until: 2026-12-07}"
    assert mode in oncall
    write(tmp_path, {ROUTES_FILE: (ROOT / ROUTES_FILE).read_text(encoding="utf-8")})
    write(tmp_path, {ONCALL_FILE: oncall.replace("mode: live", f"mode: {mode}")})
    other = load(tmp_path).roster
    assert (other.shadow, len(other.rotas["ca-truc"].overrides)) == (Shadow(to="binh", until=date(2026, 12, 7)), 1)
