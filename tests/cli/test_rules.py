"""Does `netmon rules` show what is watched, and print what Prometheus takes?"""

import json
from dataclasses import replace
from io import StringIO
from pathlib import Path

import pytest
import typer
import yaml
from rich.console import Console

from netmon.cli.rules import limit_text, rules, shown
from netmon.settings.config import Language
from netmon.settings.rules_values import Quantile, Rule
from tests.conftest import ROOT

RULE = Rule(name="A", metric="m", names=(), of=frozenset(), unit="ratio", above=True, limit=0.9)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Two rules, one of which has nothing to watch."""
    (tmp_path / "inventory").mkdir()
    (tmp_path / "alerts").mkdir()
    (tmp_path / "netmon.yaml").write_text("listen: 127.0.0.1:1\nlanguage: en\n", encoding="utf-8")
    (tmp_path / "inventory" / "a.yaml").write_text(
        "vantage: noc\nsites: {core: {name: Core, level: province, devices: {noc: {address: 10.0.0.1, role: server,"
        " collect: {icmp: {}}}}}}\nlevels: [province]\n",
        encoding="utf-8",
    )
    (tmp_path / "alerts" / "rules.yaml").write_text(
        "rules:\n"
        "  - {alert: Slow, metric: netmon_probe_rtt_seconds, above: 100ms, clear_below: 50ms, for: 5m}\n"
        "  - {alert: Hot, metric: netmon_temperature_celsius, above: 75C, severity: critical, optional: true}\n",
        encoding="utf-8",
    )
    return tmp_path


def test_the_table(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rules(str(project), None, json=False)
    rows = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert rows == [
        ["rule", "metric", "limit", "for", "severity", "targets", "series", "firing"],
        ["Slow", "netmon_probe_rtt_seconds", ">", "100ms,", "<", "50ms", "5m", "warning", "1", "-", "-"],
        ["Hot", "netmon_temperature_celsius", ">", "75C", "-", "critical", "-", "-", "-"],
    ]


def test_the_table_for_scripts(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rules(str(project), None, json=True)
    first, _ = json.loads(capsys.readouterr().out)
    assert first == {
        "rule": "Slow",
        "metric": "netmon_probe_rtt_seconds",
        "limit": "> 100ms, < 50ms",
        "for": "5m",
        "severity": "warning",
        "targets": 1,
        "series": None,
        "firing": 0,
    }


def test_export_is_a_file_of_rules(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rules("export", project, json=False)
    (group,) = yaml.safe_load(capsys.readouterr().out)["groups"]
    slow, hot = group["rules"]
    assert (slow["alert"], slow["for"], slow["labels"]) == ("Slow", "5m", {"severity": "warning"})
    assert "netmon_probe_rtt_seconds > 0.1\n" in slow["expr"]
    assert "last_over_time(netmon_probe_rtt_seconds[1h]) >= 0.05\n" in slow["expr"]
    assert "for" not in hot


@pytest.mark.parametrize(("what", "json"), [("list", False), ("export", True)])
def test_what_it_cannot_do_is_said(project: Path, what: str, json: bool) -> None:
    with pytest.raises(typer.BadParameter):
        rules(what, project, json=json)


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        (RULE, "> 90%"),
        (replace(RULE, unit="dbm", above=False, limit=-27.0, clear=-25.0), "< -27dBm, > -25dBm"),
        (replace(RULE, quantile=Quantile(0.95, 604800.0)), "P95 7d > 90%"),
        (replace(RULE, unit="number", limit=0.0, increase=900.0), "+15m > 0"),
    ],
)
def test_a_limit_as_it_is_shown(rule: Rule, text: str) -> None:
    assert limit_text(rule) == text


def test_the_sample_has_no_rule_of_its_own_that_rests_by_mistake(capsys: pytest.CaptureFixture[str]) -> None:
    rules(str(ROOT), None, json=True)
    resting = {row["rule"] for row in json.loads(capsys.readouterr().out) if not row["targets"]}
    assert resting == {"OpticalPower", "OntPower", "SlaLoss", "SlaVoice"}


@pytest.mark.parametrize(("language", "severity"), [("vi", "cảnh báo"), ("en", "critical")])
def test_nothing_is_torn_in_a_narrow_terminal(language: Language, severity: str) -> None:
    row = {"rule": "JournalNotWritten", "metric": "netmon_journal_write_failures_total", "limit": "< -25dBm, > -24dBm"}
    more = {"for": "10m", "severity": "warning" if language == "vi" else severity, "targets": 147, "series": 1234}
    out = Console(width=80, file=StringIO())
    out.print(shown([{**row, **more, "firing": 12}], language, narrow=True))
    text = out.file.getvalue()  # type: ignore[attr-defined]
    words = {"JournalNotWritten", "journal_write_failures_total", "-25dBm,", "-24dBm", "10m", *severity.split(), "147"}
    assert {*words, "1234", "12"} <= set(text.split())
    assert max(map(len, text.splitlines())) <= 80
