"""In which language does a dashboard speak, and how does it show a state?"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple

from grafana_foundation_sdk.models import dashboard as model

Language = Literal["vi", "en"]
LANGUAGES: tuple[Language, ...] = ("vi", "en")

GREEN, AMBER, VIOLET, RED, GREY, BLUE = "#009E73", "#E69F00", "#CC79A7", "#D55E00", "#8E8E8E", "#56B4E9"
"""Told apart by people who do not see red and green apart (after Okabe and Ito). Never the only bearer of a meaning."""


@dataclass(frozen=True, slots=True)
class Words:
    """Chooses between what is written in Vietnamese and in English; `words("Điểm", "Site")`."""

    language: Language

    def __call__(self, vi: str, en: str) -> str:
        return vi if self.language == "vi" else en

    @property
    def suffix(self) -> str:
        """What distinguishes the uids of this language: none for Vietnamese."""
        return "" if self.language == "vi" else "-en"

    def uid(self, key: str) -> str:
        """Of the dashboard in the file `key`: `netmon-site`, `netmon-site-en`."""
        return f"netmon-{key}{self.suffix}"


class Shown(NamedTuple):
    """A state as a number for graphs, the worse the larger; its sign, which is told apart without colour; its words."""

    number: int
    sign: str
    vi: str
    en: str
    colour: str


STATES: Mapping[str, Shown] = {
    "up": Shown(0, "●", "Hoạt động", "Up", GREEN),
    "unknown": Shown(1, "?", "Không rõ", "Unknown", GREY),
    "degraded": Shown(2, "▲", "Suy giảm", "Degraded", AMBER),
    "unreachable": Shown(3, "◆", "Bị ảnh hưởng", "Unreachable", VIOLET),
    "down": Shown(4, "✕", "Mất liên lạc", "Down", RED),
}


def states(words: Words) -> list[model.ValueMapping]:
    """The numbers of `_queries.state` as sign, word and colour."""
    return texts(
        {str(each.number): (f"{each.sign} {words(each.vi, each.en)}", each.colour) for each in STATES.values()}
    )


def flags(yes: tuple[str, str], no: tuple[str, str]) -> list[model.ValueMapping]:
    """1 and 0 as (text, colour)."""
    return texts({"1": yes, "0": no})


def texts(values: Mapping[str, tuple[str, str]]) -> list[model.ValueMapping]:
    """Values as (text, colour)."""
    return [
        model.ValueMap(
            options={
                value: model.ValueMappingResult(text=text, color=colour, index=index)
                for index, (value, (text, colour)) in enumerate(values.items())
            }
        )
    ]


def mapped(mappings: Iterable[model.ValueMapping]) -> list[object]:
    """The same for an override of one column."""
    return [each.to_json() for each in mappings]
