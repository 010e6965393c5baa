"""What did the validation find, in the operator's words and at the operator's line?"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass
from types import MappingProxyType, NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

from pydantic import ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from netmon.settings.report import Report, did_you_mean
from netmon.settings.tree import Map, Path, Seq, Tree, key_spot, reach, value_spot

_TEXTS: Mapping[str, str] = MappingProxyType(
    {
        "string_type": "must be text",
        "string_too_short": "must not be empty",
        "int_type": "must be a whole number",
        "int_parsing": "must be a whole number",
        "int_from_float": "must be a whole number",
        "float_type": "must be a number",
        "float_parsing": "must be a number",
        "bool_type": "must be true or false",
        "list_type": "must be a list",
        "tuple_type": "must be a list",
        "dict_type": "must be a mapping",
        "mapping_type": "must be a mapping",
        "dataclass_type": "must be a mapping",
    }
)
_LIMITS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "greater_than": ("must be more than", "gt"),
        "greater_than_equal": ("must be at least", "ge"),
        "less_than": ("must be less than", "lt"),
        "less_than_equal": ("must be at most", "le"),
    }
)
_EXTRA = ("unexpected_keyword_argument", "extra_forbidden")


def explain(error: ValidationError, kind: Any, tree: Tree, report: Report, *, partial: bool = False) -> list[Path]:
    """Report each finding at its place in `tree`, which was validated as `kind`; the paths they lie at.

    `partial` leaves out what is missing: the tree is one layer of several.
    """
    paths: list[Path] = []
    for found in error.errors(include_url=False, include_input=True):
        loc = tuple(step for step in found["loc"] if step != "[key]")
        if found["type"] == "missing":
            paths.append(loc[:-1])
            if not partial:
                report.error(key_spot(tree, loc[:-1]), f"`{loc[-1]}` is missing")
            continue
        paths.append(loc)
        if found["type"] in _EXTRA:
            hint = did_you_mean(str(loc[-1]), known_keys(kind, loc[:-1]))
            report.error(key_spot(tree, loc), f"unknown key {str(loc[-1])!r}", hint)
        else:
            key = "[key]" in found["loc"]
            spot = key_spot(tree, loc) if key else value_spot(tree, loc)
            report.error(spot, _name(tree, loc[:-1] if key else loc) + _text(found), _hint(found))
    return paths


def _name(tree: Tree, loc: Path) -> str:
    _, path = reach(tree, loc)
    names = [step for step in path if isinstance(step, str)]
    return f"{names[-1]}: " if names else ""


def _text(found: ErrorDetails) -> str:
    if found["type"] == "value_error":
        return str(found["ctx"]["error"])
    if found["type"] == "literal_error":
        return f"{_shown(found['input'])} is not {found['ctx']['expected']}"
    if found["type"] in _LIMITS:
        words, limit = _LIMITS[found["type"]]
        return f"{words} {found['ctx'][limit]}"
    if found["type"] == "string_pattern_mismatch":
        return f"{_shown(found['input'])} does not fit the pattern {found['ctx']['pattern']}"
    text = found["msg"].removeprefix("Input ").removeprefix("Value ")
    return _TEXTS.get(found["type"], text[:1].lower() + text[1:])


def _hint(found: ErrorDetails) -> str:
    if found["type"] != "literal_error" or not isinstance(found["input"], str):
        return ""
    names = [part.strip(" '") for part in str(found["ctx"]["expected"]).replace(" or ", ",").split(",")]
    return did_you_mean(found["input"], names)


def _shown(value: object) -> str:
    return repr(value) if isinstance(value, str | int | float) else "this"


def known_keys(kind: Any, loc: Path) -> list[str]:
    """The keys that a mapping at `loc` below a value declared as `kind` may have."""
    for step in loc:
        kind = _below(_bare(kind), step)
    return [alias for alias, _ in _keys(_bare(kind))]


def _keys(kind: Any) -> Iterator[tuple[str, Any]]:
    """(key in YAML, annotation) of each field of a dataclass; nothing for anything else."""
    if not is_dataclass(kind):
        return
    hints = get_type_hints(kind, include_extras=True)
    for field in fields(kind):
        hint = hints[field.name]
        infos = [part for part in get_args(hint) if isinstance(part, FieldInfo)]
        aliases = [info.alias for info in infos if info.alias]
        yield (aliases[0] if aliases else field.name), hint


def _below(kind: Any, step: str | int) -> Any:
    if is_dataclass(kind):
        return dict(_keys(kind)).get(str(step))
    args = get_args(kind)
    return args[-1] if isinstance(step, str) and args else args[0] if args else None


def _bare(kind: Any) -> Any:
    """The type without Annotated and `| None`; of a union the first member that has keys."""
    while get_origin(kind) is Annotated:
        kind = get_args(kind)[0]
    if get_origin(kind) in (Union, UnionType):
        parts = [_bare(part) for part in get_args(kind) if part is not NoneType]
        return next((part for part in parts if is_dataclass(part)), parts[0])
    return kind


def prune(tree: Tree, paths: Sequence[Path]) -> bool:
    """Take away what lies at `paths`, so that the rest can be checked too. False if nothing is left to check."""
    for loc in sorted(set(map(tuple, paths)), key=lambda path: [(isinstance(s, int), s) for s in path], reverse=True):
        way, path = reach(tree, loc)
        if not path:
            return False
        holder, step = way[-2], path[-1]
        if isinstance(holder, Map):
            del holder.items[str(step)]
        elif isinstance(holder, Seq):
            del holder.items[int(step)]
    return True
