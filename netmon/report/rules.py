"""What are the project's thresholds as rules of Prometheus?

For a province whose Prometheus or vmalert evaluates rules beside netmon, or instead of it. What fires holds on by way
of ALERTS: it goes on until the value is clear, and over an hour without a value. Nothing begins to fire where something
is down, unreachable or under planned work.
"""

import re
from collections.abc import Iterator, Sequence

import yaml

from netmon.model import Inventory
from netmon.reading.families import HEALTH
from netmon.settings.phrases import PLACEHOLDER
from netmon.settings.rules_units import written_limit
from netmon.settings.rules_values import ROLLUP, Rule
from netmon.units import written_duration

EVERY = 15.0
"""Seconds between two evaluations, as between two looks of netmon."""
HOLD = 3600.0
"""Seconds without a value for which what fires goes on firing (netmon.decide.rules.judge.SILENT)."""
OWN = "alertname, alertstate, severity"
"""Labels that ALERTS has and the series have not."""


def prometheus(rules: Sequence[Rule], inventory: Inventory, language: str) -> str:
    """The text of a rule file: one group. `language` is that of the rules' own sentences."""
    head = "# Thresholds of alerts/rules.yaml, written by `netmon rules export`.\n"
    made = [_rule(rule, inventory, language) for rule in rules]
    group = {"name": "netmon-rules", "interval": written_duration(EVERY), "rules": made}
    dumper = _Text
    return head + yaml.dump({"groups": [group]}, Dumper=dumper, sort_keys=False, allow_unicode=True, width=10_000)


class _Text(yaml.SafeDumper):
    """Writes texts of several lines as blocks."""


def _block(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


_Text.add_representer(str, _block)


def _rule(rule: Rule, inventory: Inventory, language: str) -> dict[str, object]:
    made: dict[str, object] = {"alert": rule.name, "expr": expression(rule, inventory) + "\n"}
    if rule.lasts:
        made["for"] = written_duration(rule.lasts)
    made["labels"] = {"severity": rule.severity}
    made["annotations"] = {"summary": _summary(rule, language)}
    return made


def expression(rule: Rule, inventory: Inventory) -> str:
    """What fires: beyond the limit, and excused by nothing; or firing already, and not clear of it."""
    value, last = _value(rule), _last(rule)
    beyond = f"{value} {'>' if rule.above else '<'} {_figure(rule.limit)}"
    begins = "\n".join([beyond, *(f"  {line}" for line in [*_filters(rule), *_excuses(rule, inventory)])])
    side = (">=" if rule.above else "<=") if rule.clear is not None else (">" if rule.above else "<")
    holds = f"{last} {side} {_figure(rule.limit if rule.clear is None else rule.clear)}"
    firing = f'and ignoring ({OWN}) ALERTS{{alertname="{rule.name}", alertstate="firing"}}'
    return f"(\n{_indented(begins)}\n)\nor\n(\n  {holds}\n    {firing}\n)"


def _figure(limit: float) -> str:
    return f"{limit:.12g}"


def _indented(text: str) -> str:
    return "\n".join(f"  {line}" for line in text.split("\n"))


def _value(rule: Rule) -> str:
    """The value that is held against the limit."""
    if rule.quantile is None:
        return _number(rule)
    means, span = _means(rule), written_duration(rule.quantile.over)
    resolution = written_duration(ROLLUP)
    return f"quantile_over_time({rule.quantile.p:g}, {means}[{span}:{resolution}])"


def _last(rule: Rule) -> str:
    """The same, as it was at last within an hour."""
    value, hour = _value(rule), written_duration(HOLD)
    plain = not rule.per and rule.increase is None and rule.quantile is None
    if rule.quantile is not None:
        return value
    return f"last_over_time({value}[{hour}{'' if plain else f':{written_duration(EVERY)}'}])"


def _number(rule: Rule) -> str:
    parts = [_selector(rule, metric) for metric in (rule.metric, rule.per) if metric]
    if rule.increase is not None:
        parts = [f"increase({part}[{written_duration(rule.increase)}])" for part in parts]
    return parts[0] if len(parts) == 1 else f"({' / '.join(parts)})"


def _means(rule: Rule) -> str:
    number, span = _number(rule), written_duration(ROLLUP)
    plain = not rule.per and rule.increase is None
    return f"avg_over_time({number}[{span}{'' if plain else f':{written_duration(EVERY)}'}])"


def _selector(rule: Rule, metric: str) -> str:
    matchers = [(name, values) for name, values in rule.choice.labels]
    matchers += [
        (name, values) for name, values in (("level", rule.choice.levels), ("site", rule.choice.sites)) if values
    ]
    texts = (
        f'{name}="{_quoted(values[0])}"' if len(values) == 1 else f'{name}=~"{"|".join(map(_matched, values))}"'
        for name, values in matchers
    )
    inside = ", ".join(texts)
    return f"{metric}{{{inside}}}" if inside else metric


def _matched(text: str) -> str:
    return _quoted(re.escape(text).replace("\\-", "-"))


def _quoted(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')


def _filters(rule: Rule) -> Iterator[str]:
    if rule.quantile is not None:
        span, least = rule.quantile.over, int(rule.quantile.over // ROLLUP) // 2
        means = f"{_means(rule)}[{written_duration(span)}:{written_duration(ROLLUP)}]"
        yield f"and count_over_time({means}) >= {least}"
    if rule.choice.areas:
        yield f'and on (site) netmon_site_info{{area=~"{"|".join(map(_matched, rule.choice.areas))}"}}'
    if rule.choice.kinds:
        yield f'and on (link) netmon_link_info{{kind=~"{"|".join(map(_matched, rule.choice.kinds))}"}}'


def _excuses(rule: Rule, inventory: Inventory) -> Iterator[str]:
    """For what is down, unreachable or under planned work nobody is told."""
    if rule.metric in HEALTH:
        return
    tables = (("device", inventory.devices), ("link", inventory.links), ("service", inventory.services))
    for of in ["site", *(of for of, table in tables if rule.of & table.keys())]:
        silent = f'netmon_{of}_state{{state=~"down|unreachable"}} == 1'
        yield f"unless on ({of}) (netmon_{of}_maintenance == 1 or {silent})"


def _summary(rule: Rule, language: str) -> str:
    """What a person reads: the rule's own sentence, or the metric and its value."""
    what = '{{ or $labels.link $labels.device $labels.service "netmon" }}'
    shown = "{{ $value | humanizePercentage }}" if rule.unit == "ratio" else "{{ $value | humanize }}"
    own = dict(rule.texts).get(language, "")
    named = {"value": shown, "limit": written_limit(rule.limit, rule.unit), "root": what}
    named["span"] = written_duration(rule.lasts)
    if own:
        return f"{what}: " + PLACEHOLDER.sub(lambda found: named.get(found[1], f"{{{{ $labels.{found[1]} }}}}"), own)
    return f"{what}: {rule.metric} {shown} ({named['limit']})"
