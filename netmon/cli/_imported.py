"""How was a spreadsheet understood, and what does an import of it change, on a terminal?"""

from collections.abc import Iterator

from netmon.settings.letters import fold
from netmon.settings.sheets.captions import OF_NO_USE, shown
from netmon.settings.sheets.cells import letters
from netmon.settings.sheets.plan import Plan, Sheet, Touched

_MOST = 12
"""Passed-over rows of one sheet that are shown one by one."""


def mapping(plan: Plan) -> Iterator[str]:
    """How each sheet was read: its captions, what each column is taken for, an example; what was passed over.

    Sheets with the same captions are told of together; the examples are of the first one.
    """
    told: dict[tuple[tuple[str, str, str], ...], list[Sheet]] = {}
    for sheet in plan.sheets:
        if sheet.table is None:
            yield f"sheet {sheet.name!r}: not read ({sheet.why})"
            continue
        columns = [(letter, fold(caption), field) for letter, caption, field, _ in shown(sheet.table)]
        columns += [(letters(each.column), fold(each.caption), each.why) for each in sheet.table.passed]
        told.setdefault(tuple(columns), []).append(sheet)
    for sheets in told.values():
        yield from _one_mapping(sheets)
    for sheet in plan.sheets:
        passed = [f"{cell} {text!r} ({why})" for cell, text, why in sheet.listed.passed]
        if passed:
            more = f" and {len(passed) - _MOST} more" if len(passed) > _MOST else ""
            yield f"sheet {sheet.name!r}: rows that are no site: {', '.join(passed[:_MOST])}{more}"


def _one_mapping(sheets: list[Sheet]) -> Iterator[str]:
    table = sheets[0].table
    if table is None:
        return
    yield ", ".join(map(_counted, sheets))
    rows = shown(table)
    width, names_width = (max((len(row[n]) for row in rows), default=0) for n in (1, 2))
    for letter, caption, field, example in rows:
        yield f"  {letter:<3}{caption:<{width}}  -> {field:<{names_width}}  {example}".rstrip()
    useless = [f"{letters(each.column)} {each.caption!r}" for each in table.passed if each.why == OF_NO_USE]
    if useless:
        yield f"     not read: {', '.join(useless)}"
    for each in table.passed:
        if each.why != OF_NO_USE:
            yield f"  {letters(each.column):<3}{each.caption:<{width}}  ?? {each.why}: not read"


def _counted(sheet: Sheet) -> str:
    old = ", typed in TCVN3" if sheet.table is not None and sheet.table.page.abc else ""
    row = sheet.table.header + 1 if sheet.table is not None else 0
    count = len(sheet.listed.entries)
    return f"{sheet.name or 'the table'} (captions in row {row}, {count} place{'' if count == 1 else 's'}{old})"


def changes(plan: Plan) -> Iterator[str]:
    """What is new, changed, and left as it is although the spreadsheet says otherwise."""
    yield ""
    width = max((len(one.id) for one in plan.new), default=0)
    for shown_file in dict.fromkeys(one.file for one in plan.new):
        yield f"new in {shown_file}:"
        yield from (f"  {one.id:<{width}}  {one.name}" for one in plan.new if one.file == shown_file)
    if plan.new and plan.hub:
        yield f"new lines of which nothing else tells end at {plan.hub} (another device: --to)"
    for one in plan.changed:
        yield from _each("changed  ", one, "{old} -> {new}")
    for one in plan.conflicts:
        yield from _each("conflict ", one, "{old} by hand stays; the spreadsheet says {new}")
    for key in plan.vanished:
        yield f"vanished   {key}: no longer in the spreadsheet; it stays in the inventory"
    for key in plan.removed:
        yield f"removed    {key}: taken out of the inventory by hand; not written again"
    for key in plan.unasked:
        yield f"no address {key}: nothing there will be asked until it has one"


def _each(mark: str, one: Touched, form: str) -> Iterator[str]:
    for change in one.changes:
        said = form.format(old=repr(change.old) if change.old else "nothing", new=repr(change.new))
        yield f"{mark}  {one.id}  {change.shown}: {said}"


def outcome(plan: Plan, written: bool, project: str) -> str:
    """The last line: how many of each, and what to do now."""
    counts = [
        f"{len(plan.new)} new",
        f"{len(plan.changed)} changed",
        f"{len(plan.unchanged)} unchanged",
        f"{len(plan.conflicts)} in conflict",
    ]
    counts += [f"{len(plan.vanished)} vanished"] if plan.vanished else []
    counts += [f"{len(plan.removed)} removed by hand"] if plan.removed else []
    said = ", ".join(counts)
    files = sorted(shown for shown in plan.files if not shown.rpartition("/")[2].startswith("."))
    if not files:
        remember = (
            "" if written or not plan.files else " Add --write to remember this import as the one to compare with."
        )
        return f"{said}. Nothing to change in the inventory.{remember}"
    if not written:
        return f"{said}. Nothing was written: add --write to write {_files(files)} of {project}."
    return f"{said}. Written: {', '.join(files)}."


def _files(files: list[str]) -> str:
    return f"{len(files)} file{'' if len(files) == 1 else 's'}"
