"""Which file of the inventory says what, and would the whole still be right if these files were changed?"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from netmon.errors import InputError, Problem
from netmon.settings.report import Report
from netmon.settings.sheet import gather
from netmon.settings.sheets.rewrite import rewrite
from netmon.settings.tree import Map, plain
from netmon.settings.trial import wrong_with
from netmon.settings.whole import write_whole
from netmon.settings.yamlio import parse

_BOM = "\ufeff"


@dataclass(slots=True)
class Files:
    """The files of a project's inventory by their path in it: the text, and what it is to say."""

    project: Path
    texts: dict[str, str] = field(default_factory=dict)
    wanted: dict[str, dict[str, Any]] = field(default_factory=dict)

    def tree(self, shown: str) -> dict[str, Any]:
        """What a file says, to be changed in place; empty for one that is not there yet. InputError if unreadable."""
        if shown not in self.wanted:
            path = self.project / shown
            try:
                # Line ends stay what they are: read_text would make all of them \n.
                text = path.read_bytes().decode("utf-8") if path.exists() else ""
            except (OSError, UnicodeDecodeError) as error:
                raise InputError([Problem(shown, 0, 0, f"cannot be read: {error}")]) from None
            tree, _ = parse(text.removeprefix(_BOM), shown)
            self.texts[shown] = text
            self.wanted[shown] = plain(tree) if isinstance(tree, Map) else {}
        return self.wanted[shown]

    def changed(self) -> dict[str, str]:
        """The new text of each file that changes. InputError names each that cannot be changed bit by bit."""
        found: dict[str, str] = {}
        problems: list[Problem] = []
        for shown, text in self.texts.items():
            mark = _BOM if text.startswith(_BOM) else ""
            try:
                new = mark + rewrite(text.removeprefix(_BOM), self.wanted[shown], shown)
            except InputError as error:
                problems += error.problems
                continue
            if new != text:
                found[shown] = new
        if problems:
            raise InputError(problems)
        return found


def site_files(project: Path) -> tuple[dict[str, str], dict[str, Any]]:
    """Which file each site stands in, by id; and the classes (as plain mappings), what they do not say taken from the
    defaults. What a site without a class takes stands under "".
    """
    tree, _ = gather(project, Report())
    sites, classes = tree.items.get("sites"), tree.items.get("classes")
    where = {key: at.file for key, at in sites.keys.items()} if isinstance(sites, Map) else {}
    low = plain(tree.items["defaults"]) if "defaults" in tree.items else {}
    named = plain(classes) if isinstance(classes, Map) else {}
    return where, {"": low} | {key: {**low, **each} for key, each in named.items()}


def try_out(project: Path, files: Mapping[str, str]) -> None:
    """InputError with the errors that the project would have with these files in it."""
    if wrong := wrong_with(project, files):
        raise InputError([replace(each, text=f"after this import: {each.text}") for each in wrong])


def write(project: Path, files: Mapping[str, str]) -> None:
    """Write the files, each whole or not at all."""
    for shown, text in files.items():
        write_whole(project / shown, text)
