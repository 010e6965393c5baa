"""What do a vendor's MIB files call their traps and objects?

pysmi reads the files, pysnmp ships what every MIB builds on (SNMPv2-SMI and the like); nothing is fetched. Only names
and OIDs are kept, so a MIB that is missing matters only if something in the folder hangs below a name of it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from pysmi.error import PySmiError, PySmiLexerError
from pysmi.parser import dialect
from pysmi.parser.smi import parserFactory
from pysnmp.smi.builder import MibBuilder
from pysnmp.smi.error import SmiError

from netmon.errors import Problem

SUFFIXES = frozenset({"", ".mib", ".my", ".txt", ".asn1", ".asn"})
LARGEST = 8 << 20
"""Octets of a file; the largest known MIBs have four million."""
STANDARD = ("SNMPv2-SMI", "SNMPv2-MIB", "RFC1213-MIB")
"""Where names are sought that are imported from a module that pysnmp does not ship: RFC1155-SMI, IF-MIB, IP-MIB."""
DEEPEST = 128

Oid = tuple[int, ...]


class Name(NamedTuple):
    """A name that a module gives: what it hangs below, and the arcs from there."""

    parent: str
    arcs: Oid


@dataclass(frozen=True, slots=True)
class Module:
    """A MIB module: its file, what it imports (name -> module), and the names it gives."""

    name: str
    file: str
    imports: Mapping[str, str]
    names: Mapping[str, Name]


def read_folder(folder: Path) -> tuple[dict[str, dict[str, str]], list[Problem]]:
    """The names of all modules in a folder's files, module -> (OID -> MODULE::name), and what is wrong with them.

    What can be resolved is there whatever else is wrong. OSError if the folder cannot be read.
    """
    parse = parserFactory(**dialect.smi_v1_relaxed)().parse
    problems: list[Problem] = []
    modules: dict[str, Module] = {}
    for file in sorted(path for path in folder.iterdir() if path.is_file() and path.suffix.lower() in SUFFIXES):
        for module in _modules(file, parse, problems):
            if module.name in modules:
                problems.append(Problem(file.name, 0, 0, f"{module.name} is in {modules[module.name].file} too"))
            modules.setdefault(module.name, module)
    seeker = _Seeker(modules)
    found: dict[str, dict[str, str]] = {}
    for module in modules.values():
        missing: dict[str, list[str]] = {}
        names: dict[str, str] = {}
        for name in module.names:
            oid = seeker.oid(module.name, name)
            if isinstance(oid, str):
                missing.setdefault(oid, []).append(name)
            else:
                names[".".join(map(str, oid))] = f"{module.name}::{name}"
        found[module.name] = names
        for why, lost in missing.items():
            more = f" and {len(lost) - 1} more" if len(lost) > 1 else ""
            problems.append(Problem(module.file, 0, 0, f"{module.name}: no OID for {lost[0]}{more}: {why}"))
    return found, problems


def _modules(file: Path, parse: Any, problems: list[Problem]) -> Iterator[Module]:
    """The modules of one file."""
    if file.stat().st_size > LARGEST:
        problems.append(Problem(file.name, 0, 0, "too large for a MIB"))
        return
    try:
        trees = parse(file.read_text(encoding="utf-8", errors="replace"))
    except (PySmiError, RecursionError) as error:
        line = error.lineno if isinstance(error, PySmiLexerError) and isinstance(error.lineno, int) else 0
        problems.append(Problem(file.name, line, 1, "not a MIB: " + " ".join(str(error).split())[:200]))
        return
    for name, _, imports, declared in trees or ():
        origin = {symbol: module for module, symbols in (imports or {}).items() for symbol in symbols}
        given = (_given(each) for each in declared or ())
        yield Module(str(name), file.name, origin, dict(each for each in given if each is not None))


def _given(declared: Any) -> tuple[str, Name] | None:
    """Name and place of one declaration, None if it has no OID."""
    if not isinstance(declared, tuple) or len(declared) < 3 or not isinstance(declared[1], str):
        return None
    if declared[0] == "trapTypeClause":  # RFC 1215: below its enterprise, with a 0 between (RFC 3584, 3.1)
        place, last = declared[2], [0, declared[-1]]
    else:
        place, last = declared[-1], []
    if not isinstance(place, tuple) or place[0] != "objectIdentifier":
        return None
    first, *rest = place[1]
    arcs = tuple(arc[1] if isinstance(arc, tuple) else arc for arc in (*rest, *last))
    if not all(isinstance(arc, int) for arc in arcs):
        return None
    if isinstance(first, tuple):  # iso(1)
        return declared[1], Name("", (first[1], *arcs))
    return declared[1], Name("", (first, *arcs)) if isinstance(first, int) else Name(first, arcs)


class _Seeker:
    """Finds the OID of a name in a module."""

    def __init__(self, modules: Mapping[str, Module]) -> None:
        self._modules = modules
        self._shipped = MibBuilder()

    def oid(self, module: str, name: str, depth: int = 0) -> Oid | str:
        """The OID, or why there is none."""
        known = self._modules.get(module)
        if known is None:
            return self._standard((module, *STANDARD), name) or f"{module} is missing, which {name} is imported from"
        if name not in known.names:
            origin = known.imports.get(name, "")
            if origin and depth < DEEPEST:
                return self.oid(origin, name, depth + 1)
            return self._standard(STANDARD, name) or f"{name} is neither defined nor imported"
        parent, arcs = known.names[name]
        if not parent:
            return arcs
        if depth >= DEEPEST:
            return f"{name} hangs below itself"
        above = self.oid(module, parent, depth + 1)
        return above if isinstance(above, str) else (*above, *arcs)

    def _standard(self, modules: Sequence[str], name: str) -> Oid | None:
        """What pysnmp ships."""
        for module in modules:
            try:
                self._shipped.load_modules(module)
                (found,) = self._shipped.import_symbols(module, name)
                return tuple(int(arc) for arc in found.name)
            except (SmiError, AttributeError):  # not shipped, or a type
                continue
        return None
