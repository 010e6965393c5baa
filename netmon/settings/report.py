"""Which problems have been found so far, and what may have been meant?"""

import difflib
from collections.abc import Iterable

from netmon.errors import InputError, Problem
from netmon.settings.tree import Spot


class Report:
    """Collects problems and warnings, each once."""

    __slots__ = ("_found",)

    def __init__(self) -> None:
        self._found: dict[Problem, None] = {}

    def error(self, at: Spot, text: str, hint: str = "") -> None:
        """Something that must be put right."""
        self._found[Problem(*at, text, hint)] = None

    def warn(self, at: Spot, text: str, hint: str = "") -> None:
        """Something that works and is probably not meant."""
        self._found[Problem(*at, text, hint, warning=True)] = None

    def unknown(self, at: Spot, what: str, name: str, known: Iterable[str]) -> None:
        """A name that stands for nothing."""
        self.error(at, f"unknown {what} {name!r}", did_you_mean(name, known))

    def add(self, problems: Iterable[Problem]) -> None:
        """Problems found elsewhere."""
        self._found.update(dict.fromkeys(problems))

    @property
    def failed(self) -> bool:
        """Whether anything is an error."""
        return any(not problem.warning for problem in self._found)

    def sorted(self) -> tuple[Problem, ...]:
        """Everything found, by place."""
        return tuple(sorted(self._found))

    def raise_if_failed(self) -> None:
        """InputError with everything found, warnings included, if anything is an error."""
        if self.failed:
            raise InputError(self.sorted())


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """A hint with the closest known name, in whatever order they are known; empty if none is close."""
    known = list(known)
    longer = [each for each in known if len(name) > 2 and each.startswith(name)]
    close = sorted(longer, key=lambda each: (len(each), each))
    close = close or difflib.get_close_matches(name[:200], known, n=1, cutoff=0.6)
    return f"did you mean {close[0]!r}?" if close else ""
