"""From where on is a number bad?

The limits are those of the installed rules, so a picture turns red when people are told.
"""

from functools import lru_cache
from typing import NamedTuple

from netmon.dashboards._words import AMBER, GREEN, RED
from netmon.settings.plugin import data_folder
from netmon.settings.project import load
from netmon.settings.rules_values import Rule


class Step(NamedTuple):
    """The colour of a number from `value` on, None = from the very least."""

    value: float | None
    colour: str


Steps = tuple[Step, ...]

PLAIN: Steps = (Step(None, GREEN),)


def steps(rule: str) -> Steps:
    """Those of a rule by its name: good, between cleared and told, told. In base units."""
    said = _rules()[rule]
    clear = said.limit if said.clear is None else said.clear
    if said.above:
        between = (Step(clear, AMBER),) if clear < said.limit else ()
        return (Step(None, GREEN), *between, Step(said.limit, RED))
    between = (Step(said.limit, AMBER),) if clear > said.limit else ()
    return (Step(None, RED), *between, Step(clear, GREEN))


def above(amber: float, red: float) -> Steps:
    """Limits that no rule has: amber from the first on, red from the second; red at once where they are the same."""
    between = (Step(amber, AMBER),) if amber < red else ()
    return (Step(None, GREEN), *between, Step(red, RED))


def below(red: float, amber: float) -> Steps:
    """Likewise for what must not be small."""
    between = (Step(red, AMBER),) if red < amber else ()
    return (Step(None, RED), *between, Step(amber, GREEN))


def limit(rule: str) -> float:
    """Where a rule tells, in base units."""
    return _rules()[rule].limit


@lru_cache(maxsize=1)
def _rules() -> dict[str, Rule]:
    return {rule.name: rule for rule in load(data_folder("alerts").parent).rules}
