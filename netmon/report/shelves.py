"""Which reports can be written, and as what can they be printed?

The folders are the lists: a file in papers/ is a report, one in formats/ a format, and the first line of its docstring
says what it is for.
"""

from collections.abc import Callable, Collection, Mapping
from importlib import import_module
from typing import NamedTuple

from netmon.report import formats, papers
from netmon.report.asked import Asked, Option
from netmon.report.document import Document
from netmon.report.sources import Sources
from netmon.settings.reports import listed


class Format(NamedTuple):
    """A way to print a report: how its files end, what mail and browsers call it, and the printing itself."""

    suffix: str
    content_type: str
    render: Callable[[Document], bytes]

    @property
    def is_text(self) -> bool:
        """Whether a terminal can show it."""
        return self.content_type.startswith("text/") or self.content_type == "application/json"


def reports() -> Mapping[str, str]:
    """Each report by name, and what it answers."""
    return {name: _about(f"{papers.__name__}.{name}") for name in listed("papers")}


def writer(name: str) -> Callable[[Asked, Sources], Document]:
    """Who writes the report of this name, which is one of `reports()`."""
    found: Callable[[Asked, Sources], Document] = import_module(f"{papers.__name__}.{name}").write
    return found


def takes(name: str) -> Collection[Option]:
    """What may be asked of the report of this name, besides a time, a language and how it is grouped."""
    found: Collection[Option] = import_module(f"{papers.__name__}.{name}").TAKES
    return found


def ways() -> Mapping[str, str]:
    """Each format by name, and what it is for."""
    return {name: _about(f"{formats.__name__}.{name}") for name in listed("formats")}


def way(name: str) -> Format:
    """The format of this name, which is one of `ways()`."""
    module = import_module(f"{formats.__name__}.{name}")
    return Format(module.SUFFIX, module.CONTENT_TYPE, module.render)


def suffixes() -> Mapping[str, str]:
    """The name of the format by how its files end."""
    return {way(name).suffix: name for name in listed("formats")}


def _about(module: str) -> str:
    return (import_module(module).__doc__ or "").partition("\n")[0]
