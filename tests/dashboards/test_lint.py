"""Are the dashboards as they should be, as far as their JSON tells, and does each rule see what breaks it?"""

import copy
import json
import re
from collections.abc import Callable
from functools import cache
from typing import Any

import pytest
import yaml

from netmon.dashboards._build import files
from netmon.reading.families import BACKUP_METRICS, DERIVED_METRICS, FRAME_METRICS, HEALTH
from netmon.settings.options import shelf
from netmon.settings.project import families
from netmon.settings.report import Report
from tests.conftest import ROOT
from tests.dashboards import lint
from tests.dashboards.lint import RULES, Around, Rule
from tests.dashboards.shown import FOLDER, Board, boards, paths

KEYS = ("conference", "link", "map", "month", "oncall", "self", "site", "storm", "wall")
SETS = ("state", "maintenance", "flapping", "off")


@cache
def named() -> frozenset[str]:
    """Every metric that the program names: in the plug-ins, in the frame, and in what makes families."""
    found = set[str](HEALTH) | {*FRAME_METRICS, *BACKUP_METRICS, *DERIVED_METRICS}
    for options in shelf("collectors", ROOT, Report()).options.values():
        found |= families({"": options.plugin}).keys()
    found |= {f"netmon_{of}_{what}" for of in ("site", "link", "device", "service") for what in SETS}
    for path in (ROOT / "netmon").rglob("*.py"):
        if path.parts[-2] != "dashboards":
            found |= set(re.findall(r'"(netmon_[a-z0-9_]+)"', path.read_text(encoding="utf-8")))
    return frozenset(found | {"process_cpu_seconds_total", "process_resident_memory_bytes"})


def around() -> Around:
    folder = ROOT / "grafana" / "provisioning" / "datasources"
    sources = {
        each["uid"] for path in folder.glob("*.yaml") for each in yaml.safe_load(path.read_text("utf-8"))["datasources"]
    }
    there = {board["uid"]: {v["name"] for v in board["templating"].get("list", ())} for board in boards().values()}
    return Around(sources, there, dict.fromkeys(named()))


def test_what_is_committed_is_what_is_made() -> None:
    """`make dashboards` was run, and nobody has mended the JSON by hand."""
    made = dict(files())
    assert {str(path.relative_to(FOLDER)) for path in paths()} == made.keys(), "make dashboards"
    for name, text in made.items():
        assert (FOLDER / name).read_text(encoding="utf-8") == text, f"{name}: make dashboards"
    assert {f"{language}/{key}.json" for language in ("vi", "en") for key in KEYS} <= made.keys()


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_every_dashboard_keeps(rule: Rule) -> None:
    there = around()
    assert [f"{name}: {wrong}" for name, board in boards().items() for wrong in rule(name, board, there)] == []


def test_both_languages_ask_the_same() -> None:
    """Whoever changes one has changed both."""
    for key, board in boards("vi").items():
        other = boards("en")[key.replace("vi/", "en/")]
        asked = [
            [t.get("expr", t.get("query")) for p in b["panels"] for t in p.get("targets", ())] for b in (board, other)
        ]
        assert asked[0] == asked[1], key
        assert [p["gridPos"] for p in board["panels"]] == [p["gridPos"] for p in other["panels"]]


def good() -> Board:
    return copy.deepcopy(boards("vi")["vi/site"])


def stat(board: Board) -> dict[str, Any]:
    return next(panel for panel in board["panels"] if panel["type"] == "stat")


def without(*keys: str) -> Callable[[Board], None]:
    def broken(board: Board) -> None:
        for key in keys:
            stat(board).pop(key)

    return broken


def query(text: str) -> Callable[[Board], None]:
    def broken(board: Board) -> None:
        stat(board)["targets"][0]["expr"] = text

    return broken


def link(url: str) -> Callable[[Board], None]:
    def broken(board: Board) -> None:
        stat(board)["fieldConfig"]["defaults"]["links"] = [{"title": "x", "url": url}]

    return broken


def unit(text: str) -> Callable[[Board], None]:
    def broken(board: Board) -> None:
        stat(board)["fieldConfig"]["defaults"]["unit"] = text

    return broken


def mappings(*texts: str) -> Callable[[Board], None]:
    options = {str(number): {"text": text, "color": "red"} for number, text in enumerate(texts)}

    def broken(board: Board) -> None:
        stat(board)["fieldConfig"]["defaults"]["mappings"] = [{"type": "value", "options": options}]

    return broken


def same_ids(board: Board) -> None:
    board["panels"][1]["id"] = board["panels"][0]["id"]


def elsewhere(board: Board) -> None:
    stat(board)["targets"][0]["datasource"]["uid"] = "my-prometheus"


def wide(board: Board) -> None:
    board["panels"][1]["gridPos"]["w"] = 24


def over(board: Board) -> None:
    board["panels"][1]["gridPos"] = dict(board["panels"][0]["gridPos"])


def browser_time(board: Board) -> None:
    board["timezone"] = "browser"


def sunday(board: Board) -> None:
    board["weekStart"] = "sunday"


BAD: tuple[tuple[Rule, str, Callable[[Board], None], str], ...] = (
    (lint.bare, "vi/site", without("title"), "no title"),
    (lint.bare, "vi/site", without("description"), "no description"),
    (lint.bare, "vi/site", unit("furlong"), "no unit that we know"),
    (lint.numbered, "vi/site", same_ids, "not unique"),
    (lint.numbered, "vi/other", lambda board: None, "not netmon-other"),
    (lint.fed, "vi/site", elsewhere, "my-prometheus"),
    (lint.declared, "vi/site", query("netmon_invented"), "nothing exports netmon_invented"),
    (lint.declared, "vi/site", query('netmon_probe_success{nobody="x"}'), "no label nobody"),
    (lint.led, "vi/site", link("/d/netmon-nowhere?"), "netmon-nowhere"),
    (lint.led, "vi/site", link("/d/netmon-link?var-colour=x&"), "no variable colour"),
    (lint.worded, "vi/site", mappings("", "x"), "without words"),
    (lint.worded, "vi/site", mappings("x", "x"), "without words"),
    (lint.timed, "vi/site", browser_time, "browser"),
    (lint.timed, "vi/site", sunday, "sunday"),
    (lint.chosen, "vi/site", query('netmon_site_state{site="$place"}'), "no variable place"),
    (lint.cheap, "vi/site", query('{__name__=~"netmon_.*"}'), "reads everything"),
    (lint.cheap, "vi/site", query("max_over_time(netmon_site_state[30d])"), "[30d]"),
    (lint.cheap, "vi/site", query("max_over_time(netmon_site_state[1d:1m])"), "reads everything"),
    (lint.offline, "vi/site", link("https://tiles.example.com/1.png"), "tiles.example.com"),
    (lint.english, "en/site", lambda board: None, "Vietnamese"),
    (lint.placed, "vi/site", wide, "columns"),
    (lint.placed, "vi/site", over, "lies over"),
    (lint.legible, "vi/wall", lambda board: None, "valueSize"),
    (lint.legible, "vi/wall", lambda board: None, "px high"),
)  # fmt: skip


@pytest.mark.parametrize(("rule", "name", "broken", "said"), BAD, ids=lambda value: getattr(value, "__name__", value))
def test_a_rule_sees_what_breaks_it(rule: Rule, name: str, broken: Callable[[Board], None], said: str) -> None:
    there = around()
    there = there._replace(metrics={**there.metrics, "netmon_probe_success": {"site", "collector"}})
    board = good()
    assert "Vietnamese" in said or "wall" in name or "other" in name or not any(rule(name, board, there))
    broken(board)
    found = list(rule(name, board, there))
    assert any(said in wrong for wrong in found), json.dumps(found, ensure_ascii=False)


def test_no_rule_is_without_a_bad_example() -> None:
    assert {rule for rule, *_ in BAD} == set(RULES)


def test_every_folder_is_provided_and_nothing_else() -> None:
    """Each folder of dashboards has one provider, and stays apart from the others: a uid may be there once only."""
    path = ROOT / "grafana" / "provisioning" / "dashboards" / "netmon.yaml"
    providers = yaml.safe_load(path.read_text("utf-8"))["providers"]
    assert sorted(each["options"]["path"].rpartition("/")[2] for each in providers) == sorted(
        {name.partition("/")[0] for name in boards()}
    )
    for key in ("name", "folder", "folderUid"):
        assert len({each[key] for each in providers}) == len(providers)
    uids = [board["uid"] for board in boards().values()]
    assert len(uids) == len(set(uids))
    assert not [uid for uid in uids if len(uid) > 40], "Grafana takes no longer ones"
