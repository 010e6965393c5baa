"""Do these options fit this plug-in?

A plug-in's dataclass is its own declaration: the same fields make the check, the JSON schema and the instance.
Collectors take `every` and `timeout` besides, which belong to the frame.
"""

from collections.abc import Iterator, Mapping
from dataclasses import MISSING, dataclass, field, fields, make_dataclass
from functools import lru_cache
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

from pydantic import AfterValidator, Field, PydanticUserError, StrictBool, TypeAdapter, ValidationError, with_config

from netmon.model import Secret, Task
from netmon.settings.explain import explain
from netmon.settings.fields import SecretRef, Secrets
from netmon.settings.language import STRICT
from netmon.settings.plugin import Kind, files, find, shown
from netmon.settings.report import Report
from netmon.settings.tree import Leaf, Map, Spot, Tree, plain
from netmon.units import Duration


def _positive(seconds: float) -> float:
    if seconds <= 0:
        raise ValueError("must be longer than 0 s")
    return seconds


_Interval = Annotated[Duration, AfterValidator(_positive)]


@dataclass(frozen=True, slots=True)
class Options:
    """One plug-in and the declaration of what may be written under its name."""

    name: str
    plugin: type
    kind: type
    adapter: TypeAdapter[Any]


@dataclass(frozen=True, slots=True)
class Shelf:
    """All plug-ins of a kind by name; `broken` are the names whose files cannot be used."""

    what: str
    options: Mapping[str, Options]
    broken: frozenset[str]

    def pick(self, name: str, at: Spot, report: Report) -> Options | None:
        """The plug-in called `name`; if there is none, that is reported once."""
        found = self.options.get(name)
        if found is None and name not in self.broken:
            report.unknown(at, self.what, name, self.options)
        return found


def shelf(kind: Kind, project: Path | None, report: Report) -> Shelf:
    """Discover the plug-ins of a kind and read their declarations; broken ones are reported."""
    options: dict[str, Options] = {}
    names = {name: path for name, path, _ in files(kind, project, Report())}
    for name, plugin in find(kind, project, report).items():
        try:
            options[name] = declare(name, plugin, framed=kind == "collectors")
        except (PydanticUserError, TypeError, ValueError, NameError, AttributeError) as error:
            report.error(Spot(shown(names[name], project)), f"broken plug-in: its options cannot be read: {error}")
    return Shelf(kind[:-1], options, frozenset(names.keys() - options.keys()))


@lru_cache(maxsize=256)
def declare(name: str, plugin: type, *, framed: bool) -> Options:
    """The declaration made of a plug-in's fields, once for each: a reload has most of them already.

    TypeError or PydanticUserError if they make no sense.
    """
    hints = get_type_hints(plugin, include_extras=True)
    made: list[tuple[str, Any, Any]] = []
    if framed:
        _check_frame(plugin)
        made += [
            ("every", Annotated[_Interval | None, Field(description="How often.")], None),
            ("timeout", Annotated[_Interval | None, Field(description="How long one request may take.")], None),
        ]
    for option in fields(plugin):
        default: Any = field()
        if option.default is not MISSING:
            default = field(default=option.default)
        elif option.default_factory is not MISSING:
            default = field(default_factory=option.default_factory)
        made.append((option.name, _translate(hints[option.name]), default))
    kind = with_config(STRICT)(make_dataclass(name, made, kw_only=True, namespace={"__doc__": plugin.__doc__}))
    return Options(name, plugin, kind, TypeAdapter(kind))


def _check_frame(plugin: type) -> None:
    missing = [name for name in ("EVERY", "TIMEOUT", "REACHABILITY", "METRICS", "collect") if name not in dir(plugin)]
    if missing:
        raise TypeError(f"a collector declares {', '.join(missing)}")


def _translate(hint: Any) -> Any:
    """The annotation with secrets read by name and booleans taken as true and false only."""
    if hint is Secret:
        return SecretRef
    if hint is bool:
        return StrictBool
    origin = get_origin(hint)
    if origin is None or origin is Literal:
        return hint
    if origin is Annotated:
        base, *notes = get_args(hint)
        return Annotated[(_translate(base), *notes)]
    args = tuple(_translate(arg) for arg in get_args(hint))
    return Union[args] if origin in (Union, UnionType) else origin[args]  # noqa: UP007


@dataclass(frozen=True, slots=True)
class Maker:
    """Makes plug-ins of what is written. `strict` = an unset secret is an error, not a warning."""

    secrets: Secrets
    report: Report
    strict: bool

    def values(self, options: Options, tree: Tree, *, partial: bool = False) -> dict[str, Any] | None:
        """The checked options by name; None if they are wrong, which is then reported."""
        before = len(self.secrets.made)
        try:
            checked = options.adapter.validate_python(plain(tree) or {}, context=self.secrets)
        except ValidationError as error:
            explain(error, options.kind, tree, self.report, partial=partial)
            return None
        self.unset(tree, self.secrets.made[before:])
        return dict(vars(checked))

    def plugin(self, options: Options, values: Mapping[str, Any], at: Spot) -> Any:
        """The instance; None if the plug-in refuses (ValueError), which is then reported."""
        try:
            return options.plugin(**values)
        except (TypeError, ValueError) as error:
            self.report.error(at, f"{options.name}: {error}")
            return None

    def made(self, shelf: Shelf, name: str, tree: Tree, at: Spot) -> Any:
        """The plug-in of this name with what `tree` says; None if there is none or it refuses, which is reported."""
        options = shelf.pick(name, at, self.report)
        values = self.values(options, tree) if options is not None else None
        return self.plugin(options, values, at) if options is not None and values is not None else None

    def task(self, options: Options, tree: Tree, at: Spot, *, partial: bool = False) -> Task | None:
        """A collector set to work; None if its options are wrong, which is then reported."""
        values = self.values(options, tree, partial=partial)
        if values is None:
            return None
        every, timeout = values.pop("every"), values.pop("timeout")
        if every is not None and timeout is not None and timeout > every:
            self.report.error(at, f"{options.name}: timeout {timeout:g} s is longer than every {every:g} s")
        every = every or float(options.plugin.EVERY)  # type: ignore[attr-defined]
        timeout = timeout or float(options.plugin.TIMEOUT)  # type: ignore[attr-defined]
        plugin = self.plugin(options, values, at)
        if plugin is None:
            return None
        return Task(collector=options.name, plugin=plugin, every=every, timeout=min(timeout, every))

    def unset(self, tree: Tree, made: list[Secret]) -> None:
        """Report those of the secrets that are not set, where `tree` names them."""
        missing = {secret.source for secret in made if not secret.is_set}
        for leaf in _leaves(tree) if missing else ():
            if leaf.value in missing:
                tell = self.report.error if self.strict else self.report.warn
                tell(leaf.at, f"{leaf.value} is not set")


def _leaves(tree: Tree) -> Iterator[Leaf]:
    if isinstance(tree, Leaf):
        yield tree
        return
    for below in tree.items.values() if isinstance(tree, Map) else tree.items:
        yield from _leaves(below)
