"""What would the inventory's files look like with what was found, and would they load?"""

import difflib
from collections.abc import Iterable, Iterator, Mapping

from netmon.errors import Problem
from netmon.report.proposals import Proposal
from netmon.settings.insert import Insertion, inserted
from netmon.settings.project import Project
from netmon.settings.spots import spots
from netmon.settings.tree import Map, reach
from netmon.settings.trial import wrong_with


def files(project: Project, proposals: Iterable[Proposal]) -> dict[str, tuple[str, str]]:
    """File -> (its text, the text proposed), of each file that changes."""
    tree = spots(project.path, project.inventory).tree
    wanted: dict[str, list[Insertion]] = {}
    for each in proposals:
        way, path = reach(tree, each.path)
        key, value = each.key, each.value
        if len(path) < len(each.path):  # a site without any device yet
            key, value = str(each.path[-1]), f"{{{key}: {value}}}"
        holder = way[-1]
        if isinstance(holder, Map):
            made = Insertion(at=holder.at, key=key, value=value, comment=each.why)
            wanted.setdefault(holder.at.file, []).append(made)
    texts = {file: (project.path / file).read_text(encoding="utf-8-sig") for file in wanted}
    return {file: (texts[file], inserted(texts[file], made)) for file, made in wanted.items()}


def differences(changed: Mapping[str, tuple[str, str]]) -> Iterator[str]:
    """The unified diff of all files, line by line; `patch -p1` and `git apply` take it."""
    for file, (old, new) in sorted(changed.items()):
        sides = old.splitlines(), new.splitlines()
        yield from difflib.unified_diff(*sides, fromfile=f"a/{file}", tofile=f"b/{file}", lineterm="")


def problems(project: Project, changed: Mapping[str, tuple[str, str]]) -> list[Problem]:
    """What `netmon check` would find wrong with the proposal."""
    return wrong_with(project.path, {file: new for file, (_, new) in changed.items()})
