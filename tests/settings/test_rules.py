"""What the file of thresholds says, and what is said of rules that could never be told."""

from pathlib import Path
from typing import get_args

import pytest

from netmon.model import Metric
from netmon.settings.project import Project, families, load
from netmon.settings.report import Report
from netmon.settings.rules import FILE, rules
from netmon.settings.rules_units import parse_limit, possible, unit_of, written_limit
from netmon.settings.rules_values import Choice, Quantile, Rule, Unit
from tests.settings.written import checked, write

TOWN = """
vantage: noc
levels: [province, district, commune]
defaults: {collect: {icmp: {}}}
credentials: {default: {snmp: {version: 2c, community: file:netmon.yaml}}}
sites:
  core:
    name: Core
    level: province
    devices:
      c1: {address: 10.0.0.1, role: router, collect: {snmp: {}, interfaces: {}, health: {}, routing: {}}}
      noc: {address: 10.0.0.10, role: server, behind: c1}
  d:
    name: D
    level: district
    area: kv-d
    devices: {dr: {address: 10.0.1.1, role: router, collect: {snmp: {}}}}
    uplinks:
      - {to: c1, kind: fibre, bandwidth: 100M, remote: Gi0/1, address: 10.9.0.1}
      - {to: c1, kind: 4g, bandwidth: 10M, role: backup, address: 10.9.0.5}
    services: {dweb: {name: Web, collect: {tls: {name: d.example.vn}}}}
  x:
    name: X
    level: commune
    devices: {xr: {address: 10.0.2.1, role: router}}
    uplinks: [{to: dr, kind: adsl, bandwidth: 8M}]
"""

BAD = (
    (
        "{alert: A, metric: ▸netmon_cpu_rati, above: 90%}",
        "unknown metric 'netmon_cpu_rati' (did you mean 'netmon_cpu_ratio'?)",
    ),
    ("{alert: A, metric: ▸netmon_hardware_info, above: 0}", "netmon_hardware_info describes, and has no value but 1"),
    (
        "{alert: A, metric: ▸netmon_site_state, above: 0}",
        ("netmon_site_state cannot be watched: the verdict tells it as a state or an incident, and one thing"
        " is told once"),
    ),
    (
        "{alert: A, metric: ▸netmon_tls_certificate_expiry_timestamp_seconds, above: 0}",
        ("netmon_tls_certificate_expiry_timestamp_seconds is a point in time, which no limit fits (the end of"
        " certificates is told without a rule)"),
    ),
    (
        "{alert: A, metric: ▸netmon_ups_on_battery, above: 0}",
        ("netmon_ups_on_battery: nothing in the inventory is asked for it (give a device the collector that"
        " brings it, or say `optional: true`)"),
    ),
    (
        "{alert: A, metric: netmon_cpu_ratio, above: 90%, levels: [▸distrct]}",
        "unknown level 'distrct' (did you mean 'district'?)",
    ),
    ("{alert: A, metric: netmon_cpu_ratio, above: 90%, sites: [▸cor]}", "unknown site 'cor' (did you mean 'core'?)"),
    ("{alert: A, metric: netmon_cpu_ratio, above: 90%, areas: ▸kv-e}", "unknown area 'kv-e' (did you mean 'kv-d'?)"),
    (
        "{alert: A, metric: netmon_link_use_ratio, above: 90%, kinds: [▸fiber]}",
        "unknown kind of line 'fiber' (did you mean 'fibre'?)",
    ),
    (
        "{alert: A, metric: netmon_cpu_ratio, above: 90%, levels: ▸[commune]}",
        "nothing that has netmon_cpu_ratio is left by levels",
    ),
    (
        "{alert: A, metric: netmon_link_use_ratio, above: 90%, levels: [district], kinds: ▸[4g]}",
        "nothing that has netmon_link_use_ratio is left by levels and kinds",
    ),
    (
        "{alert: A, metric: netmon_cpu_ratio, above: 90%, ▸kinds: [fibre]}",
        "netmon_cpu_ratio is of no line, so kinds choose nothing",
    ),
    (
        "{alert: A, metric: netmon_notices_waiting, above: 5, ▸levels: [district]}",
        "netmon_notices_waiting is of netmon itself, so levels choose nothing",
    ),
    (
        "{alert: A, metric: netmon_link_use_ratio, above: 90%, labels: {direction: ▸in}}",
        "no series has the direction 'in' (there are receive, transmit)",
    ),
    (
        "{alert: A, metric: netmon_link_use_ratio, above: 90%, labels: {▸diretion: receive}}",
        "unknown label of netmon_link_use_ratio 'diretion' (did you mean 'direction'?)",
    ),
    (
        "{alert: A, metric: netmon_cpu_ratio, above: 90%, labels: {▸site: core}}",
        "'site' is no label to choose by (choose by levels, sites, areas or kinds)",
    ),
    ("▸{alert: A, metric: netmon_cpu_ratio}", "one of `above` and `below` is missing"),
    ("▸{alert: A, metric: netmon_cpu_ratio, above: 90%, below: 10%}", "both `above` and `below` (a band is two rules)"),
    (
        "{alert: A, metric: netmon_cpu_ratio, above: 80%, clear_below: ▸90%}",
        "clear_below 90% is above the limit of 80% (it would be told and over at the same time)",
    ),
    (
        "{alert: A, metric: netmon_temperature_celsius, below: 5C, clear_above: ▸4}",
        "clear_above 4C is below the limit of 5C (it would be told and over at the same time)",
    ),
    (
        "{alert: A, metric: netmon_cpu_ratio, above: 80%, ▸clear_above: 90%}",
        "`clear_above` does not go with `above` (write clear_below)",
    ),
    ("{alert: A, metric: netmon_cpu_ratio, above: ▸100%}", "above: netmon_cpu_ratio is never more than 100%"),
    ("{alert: A, metric: netmon_cpu_ratio, above: ▸900%}", "above: netmon_cpu_ratio is never more than 100%"),
    ("{alert: A, metric: netmon_cpu_ratio, below: ▸0}", "below: netmon_cpu_ratio is never less than 0%"),
    ("{alert: A, metric: netmon_cpu_ratio, below: ▸110%}", "below: netmon_cpu_ratio is always below that (100%)"),
    ("{alert: A, metric: netmon_fan_ok, above: ▸1}", "above: netmon_fan_ok is never more than 1"),
    (
        "{alert: A, metric: netmon_device_uptime_seconds, above: ▸-5m}",
        "above: netmon_device_uptime_seconds is always above that (0s)",
    ),
    ("{alert: A, metric: netmon_cpu_ratio, above: ▸90C}", "above: '90C' is not a share such as 90% or 0.9"),
    (
        "{alert: A, metric: netmon_probe_rtt_seconds, above: ▸100 km}",
        "above: '100 km' is not a time such as 100ms, 30s or 5m",
    ),
    ("{alert: A, metric: netmon_cpu_ratio, above: ▸[90%]}", "above: must be a number, with its unit if it has one"),
    (
        "{alert: ▸A B, metric: netmon_cpu_ratio, above: 90%}",
        "alert: 'A B' is not a name such as LinkFull: letters, digits and _, a letter first",
    ),
    ("▸{metric: netmon_cpu_ratio, above: 90%}", "`alert` is missing"),
    ("{alert: A, metric: netmon_cpu_ratio, ▸abov: 90%}", "unknown key 'abov' (did you mean 'above'?)"),
    (
        "{alert: A, metric: netmon_cpu_ratio, above: 90%, for: ▸soon}",
        "for: 'soon' is not a duration such as 30s, 500ms, 2m or 1h",
    ),
    (
        "{alert: A, metric: netmon_cpu_ratio, above: 90%, severity: ▸fatal}",
        "severity: 'fatal' is not 'critical' or 'warning'",
    ),
    ("{alert: A, metric: netmon_cpu_ratio, above: 90%, sites: ▸[]}", "sites: names nothing"),
    (
        "{alert: A, metric: ▸netmon_if_receive_errors_total, above: 5}",
        ("netmon_if_receive_errors_total is a counter, which only ever grows (write how much it may grow:"
        " increase: {over: 15m})"),
    ),
    (
        "{alert: A, metric: netmon_cpu_ratio, above: 90%, ▸increase: {over: 15m}}",
        "netmon_cpu_ratio is no counter, so nothing is added up",
    ),
    (
        "{alert: A, metric: netmon_if_receive_errors_total, above: 5, increase: {over: ▸10s}}",
        "over: must be from 1m to 1d",
    ),
    (
        "{alert: A, metric: netmon_cpu_ratio, above: 90%, quantile: {p: 95%, over: ▸90d}}",
        "over: must be from 1h to 35d",
    ),
    (
        "{alert: A, metric: netmon_cpu_ratio, above: 90%, quantile: {p: ▸100%, over: 7d}}",
        "p: must lie between 0% and 100%",
    ),
    ("{alert: A, metric: netmon_cpu_ratio, above: 90%, ▸quantile: {over: 7d}}", "`p` is missing"),
    (
        "{alert: A, metric: netmon_cpu_ratio, above: 90%, ratio: {of: ▸netmon_cpu_ratio}}",
        "netmon_cpu_ratio divided by itself is always 1",
    ),
    (
        "{alert: A, metric: netmon_cpu_ratio, above: 90%, ratio: {of: ▸netmon_memory_used_ratio}}",
        "the labels of netmon_cpu_ratio (cpu) and of netmon_memory_used_ratio (pool) differ",
    ),
    (
        "{alert: A, metric: netmon_if_receive_errors_total, above: 1%, ratio: {of: ▸netmon_if_oper_status}}",
        "netmon_if_receive_errors_total is a counter and netmon_if_oper_status is a gauge",
    ),
    (
        "{alert: A, metric: netmon_http_redirects, above: 1%, ratio: {of: ▸netmon_dns_answer}}",
        "unknown metric 'netmon_dns_answer' (did you mean 'netmon_dns_answers'?)",
    ),
    (
        '{alert: A, metric: netmon_bgp_peer_state, below: 6, text: {vi: ▸"mất {per}", en: lost}}',
        "text: nothing fills {per} (did you mean 'peer'?)",
    ),
    ("{alert: A, metric: netmon_bgp_peer_state, below: 6, ▸text: {vi: mất}}", "text: nothing in 'en'"),
    (
        "{alert: A, metric: netmon_bgp_peer_state, below: 6, text: {vi: mất, en: lost, ▸fr: perdu}}",
        "unknown language 'fr'",
    ),
    (
        '{alert: A, metric: netmon_bgp_peer_state, below: 6, text: {vi: ▸"{value:percen}", en: lost}}',
        "text: unknown format {value:percen} (did you mean 'percent'?)",
    ),
    (
        '{alert: A, metric: netmon_bgp_peer_state, below: 6, text: {vi: ▸"mất {", en: lost}}',
        "text: a brace that belongs to no placeholder such as {value}",
    ),
)  # fmt: skip
"""A rule, with a mark before the place that is told of, and what is said of it."""


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A project to which each case gives its rules; the rest of it is loaded once."""
    return load(write(tmp_path_factory.mktemp("town"), {"a.yaml": TOWN, "netmon.yaml": "data: var\n", FILE: ""}))


def read(town: Project, text: str) -> tuple[tuple[Rule, ...], list[str]]:
    """The rules of this file, and what is said of it."""
    (town.path / FILE).write_text(text, encoding="utf-8")
    report = Report()
    found = rules(town.path, town.inventory, families(town.collectors), town.messages.languages, report)
    return found, [str(problem) for problem in report.sorted()]


def made(town: Project, text: str) -> tuple[Rule, ...]:
    found, said = read(town, f"rules:\n{text}")
    assert said == []
    return found


@pytest.mark.parametrize(("rule", "said"), BAD, ids=[f"{n} {said[:50]}" for n, (_, said) in enumerate(BAD)])
def test_says_exactly_what_is_wrong(rule: str, said: str, town: Project) -> None:
    _, found = read(town, f"rules:\n  - {rule.replace('▸', '')}\n")
    assert found == [f"{FILE}:2:{5 + rule.index('▸')}: {said}"]


def test_the_same_name_twice_is_said_by_check(town: Project, capsys: pytest.CaptureFixture[str]) -> None:
    rule = "  - {alert: A, metric: netmon_cpu_ratio, above: 90%}\n"
    (town.path / FILE).write_text(f"rules:\n{rule}{rule}", encoding="utf-8")
    assert checked(town.path, capsys) == (1, [f"{FILE}:3:13: duplicate rule 'A' (first given in {FILE}:2)"])


def test_a_rule_with_everything(town: Project) -> None:
    text = """
  - alert: LinkFull
    metric: netmon_link_use_ratio
    labels: {direction: receive}
    levels: district
    areas: [kv-d]
    kinds: [fibre, 4g]
    above: 90%
    clear_below: 80%
    for: 15m
    severity: critical
    quantile: {p: 95%, over: 7d}
    text: {vi: "đầy {value}", en: "full {value}"}
"""
    assert made(town, text) == (
        Rule(
            name="LinkFull",
            metric="netmon_link_use_ratio",
            names=("direction",),
            of=frozenset({"d/1"}),
            unit="ratio",
            above=True,
            limit=0.9,
            clear=0.8,
            lasts=900.0,
            severity="critical",
            choice=Choice(
                labels=(("direction", ("receive",)),), levels=("district",), areas=("kv-d",), kinds=("fibre", "4g")
            ),
            quantile=Quantile(0.95, 7 * 86400.0),
            texts=(("vi", "đầy {value}"), ("en", "full {value}")),
        ),
    )


def test_what_is_optional_rests_without_a_word(town: Project) -> None:
    (rule,) = made(town, "  - {alert: A, metric: netmon_ups_on_battery, above: 0, optional: true}\n")
    assert rule.of == frozenset()


def test_a_project_without_the_file_has_the_installed_rules(tmp_path: Path) -> None:
    names = {rule.name for rule in load(write(tmp_path, {"a.yaml": TOWN, "netmon.yaml": "data: var\n"})).rules}
    assert {"Capacity", "CpuBusy", "UpsOnBattery", "DiskFull"} <= names


@pytest.mark.parametrize("text", ["", "rules:\n", "rules: []\n", "# nothing\n"])
def test_an_empty_file_sets_no_thresholds(town: Project, text: str) -> None:
    assert read(town, text) == ((), [])


def test_what_is_no_list_is_said(town: Project) -> None:
    assert read(town, "rules: {a: 1}\n")[1] == [f"{FILE}:1:8: rules: must be a list"]


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("netmon_cpu_ratio", "0.1%", 0.001),
        ("netmon_cpu_ratio", 0.9, 0.9),
        ("netmon_probe_rtt_seconds", "100ms", 0.1),
        ("netmon_ntp_offset_seconds", "-500ms", -0.5),
        ("netmon_ups_remaining_seconds", "10m", 600.0),
        ("netmon_http_body_bytes", "1.5M", 1.5e6),
        ("netmon_if_receive_bytes_total", "2GB", 2e9),
        ("netmon_temperature_celsius", "45 °C", 45.0),
        ("netmon_optical_receive_power_dbm", -27, -27.0),
        ("netmon_optical_receive_power_dbm", "-27.5dBm", -27.5),
        ("netmon_bgp_peer_state", "6", 6.0),
    ],
)
def test_a_limit_is_read_in_the_unit_of_its_metric_and_written_so_again(name: str, text: object, value: float) -> None:
    unit = unit_of(name, Metric("gauge", ""))
    assert parse_limit(text, unit) == value
    assert parse_limit(written_limit(value, unit), unit) == value


def test_every_unit_has_a_least_that_is_less_than_its_most() -> None:
    for unit in get_args(Unit):
        least, most = possible("netmon_x", unit, quotient=False)
        assert least < most
