"""Do imports only point down, and does the code keep the rules that no linter knows?

Everything is read from the syntax trees. Each rule is a function from one module to what is wrong in it; the
table at the end shows each rule a module that breaks it, so that a rule that has gone blind is noticed.
"""

import ast
from collections.abc import Callable, Iterator
from typing import NamedTuple

import pytest

from tests.conftest import ROOT

LAYERS: tuple[tuple[str, ...], ...] = (
    ("netmon.model", "netmon.people", "netmon.errors", "netmon.clock", "netmon.units"),
    ("netmon.wire",),
    ("netmon.reading",),
    ("collectors", "netmon.exporters", "netmon.notifiers"),
    ("netmon.settings",),
    ("netmon.decide",),
    ("netmon.run", "netmon.sim"),
    ("netmon.report", "netmon.dashboards"),
    ("netmon.web",),
    ("netmon.app",),
    ("netmon.cli",),
)
"""From the bottom up. A module may import from lower rows, and from its own package; the values of the
lowest row may import one another."""

PLUGINS = ("collectors", "netmon.exporters", "netmon.notifiers")

BULKHEADS = ("netmon.run.poller", "netmon.run.export", "netmon.run.plug", "netmon.run.replies")
"""Where a plug-in's bug, or what anybody can send to the modem, must not take the service down with it, and only there.
"""

# fmt: off
PURE = frozenset({
    "array", "bisect", "collections", "dataclasses", "datetime", "enum", "functools", "heapq", "itertools", "jinja2",
    "math", "netmon", "operator", "re", "statistics", "string", "typing", "unicodedata", "zoneinfo",
})
# fmt: on
"""What decide/ may import: nothing that reads files, chance, a clock or the network."""

LONG_MODULES = {
    "netmon.model": "Values only: every part of the program imports them, and one page shows how they fit together.",
    "netmon.people": "Values only, likewise: what the desk, its files and its people say to one another.",
    "netmon.settings.language": "Declarations only: the inventory's language is read from top to bottom, as one page.",
}
"""Modules of more than 250 lines, each with the reason why it is one."""

LONG_FUNCTIONS: dict[str, str] = {}
"""Functions of more than 40 lines as `module.function`, each with the reason why it is one."""


class Module(NamedTuple):
    """A module's dotted name, its text and its syntax tree."""

    name: str
    text: str
    tree: ast.Module


def read(name: str, text: str) -> Module:
    return Module(name, text, ast.parse(text))


def all_modules() -> list[Module]:
    files = [path for top in ("netmon", "collectors") for path in sorted((ROOT / top).rglob("*.py"))]
    names = [".".join(path.relative_to(ROOT).with_suffix("").parts) for path in files]
    return [
        read(name.removesuffix(".__init__"), path.read_text(encoding="utf-8"))
        for name, path in zip(names, files, strict=True)
    ]


MODULES = all_modules()


def layer(name: str) -> tuple[int, str] | None:
    """Height and package of a module, None for what is not netmon's (the bare package `netmon` included)."""
    for height, packages in enumerate(LAYERS):
        for package in packages:
            if name == package or name.startswith(package + "."):
                return height, package
    return None


def imports(module: Module) -> Iterator[tuple[int, str]]:
    """Line and full name of everything a module imports, inside functions and for types too."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            start = "." * node.level + (node.module or "")
            yield from ((node.lineno, f"{start}.{alias.name}") for alias in node.names)


def upward_imports(module: Module) -> Iterator[str]:
    here = layer(module.name)
    for line, name in imports(module):
        if name.startswith("."):
            yield f"{line}: a relative import hides its direction: {name}"
        there = layer(name)
        if here is None or there is None or here[1] == there[1] or here[0] == there[0] == 0:
            continue
        if there[0] >= here[0]:
            yield f"{line}: {here[1]} may not import {name}"


def layerless(module: Module) -> Iterator[str]:
    if module.name != "netmon" and layer(module.name) is None:
        yield "0: stands in no layer"


def plugins_that_know_plugins(module: Module) -> Iterator[str]:
    """Plug-ins never import each other, and only discovery reaches one: settings may not name any."""
    here = layer(module.name)
    if here is None or here[1] not in (*PLUGINS, "netmon.settings"):
        return
    for line, name in imports(module):
        there = layer(name)
        if there is not None and there[1] in PLUGINS and name not in PLUGINS:
            yield f"{line}: imports the plug-in {name}"


def plugin_shape(module: Module) -> Iterator[str]:
    """A plug-in file holds one public class, a frozen slotted dataclass with named options."""
    package, _, plugin = module.name.rpartition(".")
    if package not in PLUGINS or plugin.startswith("_"):
        return
    public = [n for n in module.tree.body if isinstance(n, ast.ClassDef) and not n.name.startswith("_")]
    if len(public) != 1:
        yield f"1: {len(public)} public classes"
    for found in public:
        said = {
            ast.unparse(word) for call in found.decorator_list if isinstance(call, ast.Call) for word in call.keywords
        }
        if not {"frozen=True", "slots=True", "kw_only=True"} <= said:
            yield f"{found.lineno}: {found.name} is no frozen, slotted, kw_only dataclass"


def impure_decisions(module: Module) -> Iterator[str]:
    """decide/ is values in, values out: no I/O, no await, no clock, no chance."""
    if not module.name.startswith("netmon.decide"):
        return
    for line, name in imports(module):
        if name.split(".")[0] not in PURE:
            yield f"{line}: imports {name}"
    for node in ast.walk(module.tree):
        if isinstance(node, ast.AsyncFunctionDef | ast.AsyncFor | ast.AsyncWith | ast.Await):
            yield f"{node.lineno}: waits"
        elif isinstance(node, ast.Call) and ast.unparse(node.func) in {"open", "input", "print"}:
            yield f"{node.lineno}: does I/O"
        elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith(("datetime.now", "date.today", ".utcnow")):
            yield f"{node.lineno}: reads a clock"


def swallowed(module: Module) -> Iterator[str]:
    """`except Exception`, and what catches as much, stands only at the bulkheads."""
    for node in ast.walk(module.tree):
        if not isinstance(node, ast.ExceptHandler) or ast.unparse(node.body[-1]) == "raise":
            continue
        caught = {"everything"} if node.type is None else set(ast.unparse(node.type).strip("()").split(", "))
        allowed = {"Exception"} if module.name in BULKHEADS else set()
        if caught & {"everything", "BaseException", "Exception"} - allowed:
            yield f"{node.lineno}: catches {', '.join(sorted(caught))}"


def prints(module: Module) -> Iterator[str]:
    if module.name.startswith("netmon.cli") or module.name == "netmon.notifiers.console":
        return
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "print":
            yield f"{node.lineno}: prints"


def is_mutable(value: ast.expr | None) -> bool:
    if isinstance(value, ast.Call):
        return ast.unparse(value.func).split(".")[-1] in {"list", "dict", "set", "defaultdict", "deque", "Counter"}
    return isinstance(value, ast.List | ast.Dict | ast.Set | ast.ListComp | ast.DictComp | ast.SetComp)


def module_state(module: Module) -> Iterator[str]:
    """Nothing at module level changes: no `global`, no list or set, a dictionary only as a CONSTANT table."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Global):
            yield f"{node.lineno}: global {', '.join(node.names)}"
    for statement in module.tree.body:
        if not isinstance(statement, ast.Assign | ast.AnnAssign) or not is_mutable(statement.value):
            continue
        targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
        table = isinstance(statement.value, ast.Dict | ast.DictComp)
        for name in map(ast.unparse, targets):
            if not (name.startswith("__") or (table and name.isupper())):
                yield f"{statement.lineno}: {name} can change"


def function_lengths(module: Module) -> Iterator[tuple[str, int]]:
    for node in ast.walk(module.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield f"{module.name}.{node.name}", (node.end_lineno or node.lineno) - node.lineno + 1


def long_parts(module: Module) -> Iterator[str]:
    lines = module.text.count("\n")
    if lines > 250 and module.name not in LONG_MODULES:
        yield f"1: {lines} lines"
    for name, length in function_lengths(module):
        if length > 40 and name not in LONG_FUNCTIONS:
            yield f"{name} has {length} lines"


Rule = Callable[[Module], Iterator[str]]
RULES: tuple[Rule, ...] = (
    upward_imports,
    layerless,
    plugins_that_know_plugins,
    plugin_shape,
    impure_decisions,
    swallowed,
    prints,
    module_state,
    long_parts,
)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_every_module_keeps(rule: Rule) -> None:
    assert [f"{module.name}:{wrong}" for module in MODULES for wrong in rule(module)] == []


def test_no_modules_import_each_other_in_a_circle() -> None:
    known = {module.name for module in MODULES}
    needs: dict[str, set[str]] = {}
    for module in MODULES:
        names = {name for _, name in imports(module)}
        needs[module.name] = {name if name in known else name.rpartition(".")[0] for name in names} & known - {
            module.name
        }
    while free := [name for name, others in needs.items() if not others & needs.keys()]:
        for name in free:
            del needs[name]
    assert sorted(needs) == []


def test_every_reason_for_length_is_still_needed() -> None:
    long = {module.name for module in MODULES if module.text.count("\n") > 250}
    assert long == LONG_MODULES.keys()
    functions = {name for module in MODULES for name, length in function_lengths(module) if length > 40}
    assert functions == LONG_FUNCTIONS.keys()
    assert all(reason.endswith(".") for reason in (*LONG_MODULES.values(), *LONG_FUNCTIONS.values()))


def test_tests_pass_fakes_in_and_patch_nothing() -> None:
    wrong = []
    for path in sorted((ROOT / "tests").rglob("*.py")):
        module = read(path.name, path.read_text(encoding="utf-8"))
        wrong += [f"{path.name}:{line}: {name}" for line, name in imports(module) if "mock" in name.split(".")]
        wrong += [
            f"{path.name}:{node.lineno}: {ast.unparse(node.func)}"
            for node in ast.walk(module.tree)
            if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("monkeypatch.setattr")
        ]
    assert wrong == []


PLUGIN = "@dataclass(frozen=True, slots=True, kw_only=True)\nclass Tcp: ...\n"
BROKEN: tuple[tuple[Rule, str, str], ...] = (
    (upward_imports, "netmon.decide.x", "from netmon.run.store import Store"),
    (upward_imports, "netmon.decide.x", "from netmon import app"),
    (upward_imports, "netmon.sim.x", "def f():\n    import netmon.run.store"),
    (upward_imports, "netmon.run.x", "from netmon.sim import network"),
    (upward_imports, "netmon.model", "from netmon.wire.net import Net"),
    (upward_imports, "netmon.web.x", "from ..cli import main"),
    (layerless, "netmon.helpers", ""),
    (plugins_that_know_plugins, "collectors.http", "from collectors.tcp import Tcp"),
    (plugins_that_know_plugins, "netmon.settings.config", "from netmon.notifiers import mail"),
    (plugin_shape, "collectors.http", PLUGIN + PLUGIN),
    (plugin_shape, "collectors.http", "@dataclass(frozen=True)\nclass Http: ..."),
    (impure_decisions, "netmon.decide.x", "import time"),
    (impure_decisions, "netmon.decide.x", "async def f(): ..."),
    (impure_decisions, "netmon.decide.x", "open('x')"),
    (impure_decisions, "netmon.decide.x", "import datetime\ndatetime.datetime.now()"),
    (swallowed, "netmon.web.x", "try: f()\nexcept Exception: g()"),
    (swallowed, "netmon.web.x", "try: f()\nexcept (OSError, Exception): g()"),
    (swallowed, "netmon.run.poller", "try: f()\nexcept: g()"),
    (prints, "netmon.run.x", "print(1)"),
    (module_state, "netmon.run.x", "seen = {}"),
    (module_state, "netmon.run.x", "SEEN: list[int] = []"),
    (module_state, "netmon.run.x", "def f():\n    global x\n    x = 1"),
    (long_parts, "netmon.run.x", "\n" * 251),
    (long_parts, "netmon.run.x", "def f():\n" + "    x\n" * 40),
)


@pytest.mark.parametrize(("rule", "name", "text"), BROKEN)
def test_a_rule_sees_what_breaks_it(rule: Rule, name: str, text: str) -> None:
    assert list(rule(read(name, text)))


def test_rules_leave_good_code_alone() -> None:
    good = [
        read("netmon.run.x", "try: f()\nexcept BaseException:\n    g()\n    raise"),
        read("netmon.app", "from netmon.run.store import Store\nfrom netmon.sim import network"),
        read("netmon.run.poller", "try: f()\nexcept Exception: g()"),
        read("netmon.decide.x", "from datetime import datetime\nfrom netmon.decide import y\n_TABLE = {1: 2}"),
        read("collectors.tcp", "from netmon.wire.net import Net\n" + PLUGIN),
        read("netmon.notifiers.console", "print(1)\n" + PLUGIN),
    ]
    assert [wrong for module in good for rule in RULES for wrong in rule(module)] == []
