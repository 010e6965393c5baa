"""Which words does netmon use, and can its message templates be used?

A folder holds `phrases.yaml` and one subfolder of jinja2 templates for each language: one for each kind
of incident and `resolved.j2`; files that begin with `_` are there to be imported. Templates run in a
sandbox: an operator's text may not reach into the program.
"""

import dataclasses
import difflib
import itertools
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import get_args

import jinja2
from jinja2 import meta, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from netmon.errors import InputError, Problem
from netmon.model import Kind
from netmon.settings.message_facts import VARIABLES
from netmon.settings.phrases import Phrases, read_phrases

TEMPLATES = (*get_args(Kind), "resolved")
MAX_BYTES = 100_000


@dataclasses.dataclass(frozen=True, slots=True)
class Language:
    """The words and the templates (by name, without suffix) of one language."""

    phrases: Phrases
    templates: Mapping[str, jinja2.Template]


@dataclasses.dataclass(frozen=True, slots=True)
class Messages:
    """All languages by id, such as `vi`."""

    languages: Mapping[str, Language]


def load_messages(folder: Path) -> Messages:
    """The messages in this folder; InputError with every problem, by file and line."""
    names = sorted(path.name for path in folder.iterdir() if path.is_dir()) if folder.is_dir() else []
    if not names:
        raise InputError([Problem(str(folder), 0, 0, "no messages: a folder for each language is expected here")])
    problems: list[Problem] = []
    phrases: Mapping[str, Phrases] = {}
    try:
        phrases = read_phrases(folder / "phrases.yaml", names)
    except InputError as error:
        problems += error.problems
    templates = {name: _templates(folder / name, problems) for name in names}
    if problems:
        raise InputError(sorted(problems))
    return Messages(
        MappingProxyType({name: Language(phrases[name], MappingProxyType(templates[name])) for name in names})
    )


def environment(sources: Mapping[str, str]) -> jinja2.Environment:
    """The sandbox for these templates (file name -> text). Plain text: nothing is escaped."""
    return ImmutableSandboxedEnvironment(
        loader=jinja2.DictLoader(dict(sources)),
        undefined=jinja2.ChainableUndefined,
        autoescape=False,
    )


def _templates(folder: Path, problems: list[Problem]) -> dict[str, jinja2.Template]:
    sources: dict[str, str] = {}
    for path in sorted(folder.glob("*.j2")):
        try:
            raw = path.read_bytes()
            if len(raw) > MAX_BYTES:
                raise ValueError(f"is larger than {MAX_BYTES} bytes")
            sources[path.name] = raw.decode("utf-8-sig")
        except OSError as error:
            problems.append(Problem(str(path), 0, 0, f"cannot be read: {error.strerror}"))
        except UnicodeDecodeError:
            problems.append(Problem(str(path), 0, 0, "not UTF-8: save the file as UTF-8"))
        except ValueError as error:
            problems.append(Problem(str(path), 0, 0, str(error)))
    good, found = _compiled(folder, tuple(sources.items()))
    problems += found
    for name in TEMPLATES:
        if not (folder / f"{name}.j2").exists():
            problems.append(Problem(str(folder), 0, 0, f"there is no {name}.j2"))
    return dict(good)


@lru_cache(maxsize=8)
def _compiled(
    folder: Path, sources: tuple[tuple[str, str], ...]
) -> tuple[Mapping[str, jinja2.Template], tuple[Problem, ...]]:
    """The templates that can be used, and what is wrong with the others.

    Kept, because compiling is most of what loading a project costs, and a reload seldom brings other words.
    """
    sandbox = environment(dict(sources))
    good: dict[str, jinja2.Template] = {}
    problems: list[Problem] = []
    for name, text in sources:
        try:
            tree = sandbox.parse(text)
            code = sandbox.compile(tree, name)
        except jinja2.TemplateSyntaxError as error:
            problems.append(Problem(str(folder / name), error.lineno, 1, f"not a template: {error.message}"))
            continue
        found = list(_problems(sandbox, folder / name, tree, frozenset(dict(sources))))
        problems += found
        if not found:
            good[name.removesuffix(".j2")] = jinja2.Template.from_code(sandbox, code, sandbox.make_globals(None))
    return MappingProxyType(good), tuple(problems)


def _problems(
    sandbox: jinja2.Environment, path: Path, tree: nodes.Template, files: frozenset[str]
) -> Iterator[Problem]:
    unknown = meta.find_undeclared_variables(tree) - VARIABLES - sandbox.globals.keys()
    used = {(node.name, node.lineno) for node in tree.find_all(nodes.Name) if node.ctx == "load"}
    for name, line in sorted(used, key=lambda one: one[1]):
        if name in unknown:
            yield Problem(str(path), line, 1, f"unknown variable {name!r}", _meant(name, VARIABLES))
    for line, wanted in _wanted(tree):
        if wanted not in files:
            yield Problem(str(path), line, 1, f"there is no {wanted}", _meant(wanted, files))


def _wanted(tree: nodes.Template) -> Iterator[tuple[int, str]]:
    """Line and name of every file that a template asks for."""
    parts = [tree.find_all(kind) for kind in (nodes.Import, nodes.FromImport, nodes.Include, nodes.Extends)]
    for part in itertools.chain.from_iterable(parts):
        for name in part.iter_child_nodes(only=("template",)):
            if isinstance(name, nodes.Const):
                yield part.lineno, str(name.value)


def _meant(name: str, known: frozenset[str]) -> str:
    close = difflib.get_close_matches(name, sorted(known), 1)
    return f"did you mean {close[0]!r}?" if close else ""
