"""Which plug-ins are there?

A folder listing is the list: each file that does not begin with `_` is a plug-in of that name, and holds one
public frozen dataclass. A project's own files stand beside the installed ones.
"""

import hashlib
import importlib
import importlib.util
import sys
import traceback
from collections.abc import Iterator, Mapping
from dataclasses import is_dataclass
from pathlib import Path
from types import MappingProxyType, ModuleType
from typing import Literal

import netmon
from netmon.errors import Problem
from netmon.settings.report import Report
from netmon.settings.tree import Spot

Kind = Literal["collectors", "notifiers", "exporters"]

_PACKAGES: Mapping[Kind, str] = MappingProxyType(
    {"collectors": "collectors", "notifiers": "netmon.notifiers", "exporters": "netmon.exporters"}
)
_VERBS: Mapping[Kind, tuple[str, ...]] = MappingProxyType(
    {"collectors": ("collect",), "notifiers": ("send",), "exporters": ("render", "deliver")}
)
"""What makes a class a plug-in of its kind: an exporter is either asked, and renders a page, or delivers by itself."""

_BROKEN = (
    ArithmeticError, AssertionError, AttributeError, BufferError, EOFError, ImportError, LookupError, MemoryError,
    NameError, OSError, RuntimeError, SyntaxError, TypeError, ValueError,
)  # fmt: skip
"""What running a file of someone else's may raise; not a bulkhead, so no `except Exception`."""


def discover(kind: Kind, project: Path | None = None) -> Mapping[str, type]:
    """Name -> plug-in class, installed ones first. InputError names each broken file and each double name."""
    report = Report()
    found = find(kind, project, report)
    report.raise_if_failed()
    return found


def find(kind: Kind, project: Path | None, report: Report) -> dict[str, type]:
    """As discover, but problems go to `report` and what works is returned."""
    found: dict[str, type] = {}
    for name, path, installed in files(kind, project, report):
        try:
            module = importlib.import_module(f"{_PACKAGES[kind]}.{name}") if installed else _load(path)
        except _BROKEN as error:
            report.add([_broken(error, path, shown(path, project))])
            continue
        classes = [value for value in vars(module).values() if isinstance(value, type) and _public(value, module)]
        if len(classes) > 1:
            classes = [value for value in classes if not vars(value).keys().isdisjoint(_VERBS[kind])]
        if len(classes) == 1:
            found[name] = classes[0]
        else:
            verbs = " or ".join(f"`{verb}`" for verb in _VERBS[kind])
            report.error(
                Spot(shown(path, project)), f"must hold one public frozen dataclass with {verbs}, holds {len(classes)}"
            )
    return found


def files(kind: Kind, project: Path | None, report: Report) -> Iterator[tuple[str, Path, bool]]:
    """(name, file, whether installed) of each plug-in, by name; the same name twice is reported."""
    seen: dict[str, Path] = {}
    package = importlib.import_module(_PACKAGES[kind])
    for path in sorted(Path(package.__path__[0]).glob("[!_]*.py")):
        seen[path.stem] = path
        yield path.stem, path, True
    if project is None or kind == "exporters":
        return
    for path in sorted((project / kind).glob("[!_]*.py")):
        first = seen.get(path.stem)
        if first is None:
            yield path.stem, path, False
        elif first.resolve() != path.resolve():
            report.error(Spot(shown(path, project)), f"{path.stem!r} is already the name of an installed plug-in")


def shown(path: Path, project: Path | None) -> str:
    """How a plug-in's file is called in problems: relative to the project, if it lies in it."""
    inside = project is not None and path.resolve().is_relative_to(project.resolve())
    return path.resolve().relative_to(project.resolve()).as_posix() if project and inside else str(path)


def _load(path: Path) -> ModuleType:
    """The module in a file outside any package; the same content at the same path is loaded once."""
    content = path.read_bytes()
    name = f"netmon_project_{hashlib.sha256(bytes(path.resolve()) + b'=' + content).hexdigest()[:16]}_{path.stem}"
    if name in sys.modules:
        return sys.modules[name]
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise ImportError(f"{path.name} is not a Python module")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[name]
        raise
    return module


def _public(value: type, module: ModuleType) -> bool:
    own = value.__module__ == module.__name__ and not value.__name__.startswith("_")
    return own and is_dataclass(value) and bool(vars(value)["__dataclass_params__"].frozen)


def _broken(error: BaseException, path: Path, file: str) -> Problem:
    """The problem at the line of the plug-in's own file where it happened."""
    text = f"broken plug-in: {type(error).__name__}: {error}"
    if isinstance(error, SyntaxError):
        return Problem(file, error.lineno or 0, error.offset or 0, f"broken plug-in: {error.msg}")
    lines = [frame.lineno or 0 for frame in traceback.extract_tb(error.__traceback__) if frame.filename == str(path)]
    return Problem(file, lines[-1] if lines else 0, 1 if lines else 0, text)


def data_folder(name: str) -> Path:
    """The sample's `inventory`, `alerts` or `grafana` folder: beside the wheel's code, or the checkout's own."""
    package = Path(netmon.__file__).parent
    inside = package / "_data" / name
    return inside if inside.exists() else package.parent / name
