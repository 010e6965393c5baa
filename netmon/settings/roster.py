"""Who is told what? alerts/routes.yaml and alerts/oncall.yaml say it.

A project without routes tells everything to every channel at once.
"""

from pathlib import Path
from zoneinfo import ZoneInfo

from netmon.people import (
    Budget,
    Channels,
    Match,
    Override,
    Person,
    Policy,
    Roster,
    Rota,
    Route,
    Shadow,
    Step,
    Urgency,
)
from netmon.settings.fields import Secrets
from netmon.settings.maintenance import local
from netmon.settings.oncall_language import ONCALL, OncallFile, RotaEntry
from netmon.settings.report import Report
from netmon.settings.roster_checks import check
from netmon.settings.roster_cover import check_cover, check_names
from netmon.settings.roster_names import ONCALL_FILE, ROUTES_FILE, URGENCIES, Around, Sheets
from netmon.settings.routes_language import ROUTES, MatchEntry, PolicyEntry, RouteEntry, RoutesFile
from netmon.settings.sheet import read_map, section, validate
from netmon.settings.tree import Leaf, Map, Spot, empty


def roster(project: Path, around: Around, secrets: Secrets, report: Report, instead: Path | None = None) -> Roster:
    """The people, rotas and routes of a project; mistakes are reported.

    A file of `instead` stands in for the one in alerts/.
    """
    before = report.failed
    trees = {name: _tree(project, name, report, instead) for name in (ONCALL_FILE, ROUTES_FILE)}
    oncall_tree, routes_tree = trees[ONCALL_FILE], trees[ROUTES_FILE]
    people, rotas = tuple(section(oncall_tree, "people").items), tuple(section(oncall_tree, "rotas").items)
    policies = tuple(section(routes_tree, "policies").items)
    oncall = validate(ONCALL, OncallFile, oncall_tree, secrets, report)
    routes = validate(ROUTES, RoutesFile, routes_tree, secrets, report)
    sheets = Sheets(
        oncall=oncall.value if isinstance(oncall.value, OncallFile) else OncallFile(),
        routes=routes.value if isinstance(routes.value, RoutesFile) else RoutesFile(),
        oncall_tree=oncall_tree,
        routes_tree=routes_tree,
        people=people,
        rotas=rotas,
        policies=policies,
        around=around,
        report=report,
    )
    check(sheets)
    check_names(sheets)
    made = _resolved(sheets)
    if not report.failed and not before:
        check_cover(sheets, made.routes)
    return made


def _tree(project: Path, file: str, report: Report, instead: Path | None) -> Map:
    path, own = project / file, None if instead is None else instead / Path(file).name
    if own is not None and own.exists():
        path, file = own, str(own)
    other = path.with_suffix(".yml")
    if other.exists():
        report.warn(Spot(file.replace(".yaml", ".yml")), "is not read: its name must end in .yaml")
    tree = read_map(path, file, report) if path.exists() else None
    tree = empty(Spot(file)) if tree is None else tree
    for key in [key for key, value in tree.items.items() if isinstance(value, Leaf) and value.value is None]:
        del tree.items[key]  # a section whose lines are all comments
    return tree


def _resolved(sheets: Sheets) -> Roster:
    """What the desk goes by."""
    oncall, routes = sheets.oncall, sheets.routes
    zone = ZoneInfo("UTC" if sheets.around.inventory is None else sheets.around.inventory.timezone)
    reach = {urgency: sheets.channels(urgency) for urgency in URGENCIES}
    return Roster(
        channels=tuple(sheets.around.channels or ()),
        people={
            key: Person(
                id=key,
                name=one.name,
                phone=one.phone or "",
                reach=sheets.reach(one),
                language=one.language or "",
                until=one.until,
            )
            for key, one in oncall.people.items()
        },
        rotas={key: _rota(key, one, zone) for key, one in oncall.rotas.items()},
        policies={key: _policy(key, one) for key, one in routes.policies.items()},
        routes=tuple(_route(one) for one in routes.routes),
        reach={key: Channels(by=one.by, otherwise=one.otherwise) for key, one in reach.items() if one is not None},
        digest_at=tuple(sorted(routes.digest.at)) if routes.digest is not None else Roster(channels=()).digest_at,
        digest_to=routes.digest.to if routes.digest is not None else (),
        fallback=routes.fallback,
        budget=Budget(pages=oncall.budget.pages, per=oncall.budget.per),
        shadow=None if oncall.mode is None else Shadow(to=oncall.mode.shadow, until=oncall.mode.until),
    )


def _rota(key: str, entry: RotaEntry, zone: ZoneInfo) -> Rota:
    return Rota(
        id=key,
        turns=entry.turns,
        begins=entry.begins,
        days=int(entry.every // 86400),
        handover=entry.handover,
        overrides=tuple(
            Override(
                who=each.who,
                since=local(each.since, zone).timestamp(),
                until=local(each.until, zone).timestamp(),
                instead_of=each.instead_of or "",
            )
            for each in entry.overrides
        ),
        holidays=entry.holidays.calendar if entry.holidays is not None else "",
        holiday_turns=entry.holidays.turns if entry.holidays is not None else (),
    )


def _policy(key: str, entry: PolicyEntry) -> Policy:
    steps = tuple(Step(tell=step.tell, wait=step.wait) for step in entry.steps)
    return Policy(id=key, steps=steps, repeat=entry.repeat, every=entry.every)


def _route(entry: RouteEntry) -> Route:
    said = entry.said()
    urgency: Urgency = next(iter(said), "none")
    return Route(
        name=entry.name,
        match=_match(entry.when),
        urgency=urgency,
        policy=said.get(urgency, ""),
        further=entry.further,
    )


def _match(entry: MatchEntry) -> Match:
    return Match(
        levels=entry.levels or (),
        areas=entry.areas or (),
        sites=entry.sites or (),
        carriers=entry.carriers or (),
        kinds=entry.kinds or (),
        severity=entry.severity or "",
        alerts=entry.alerts or (),
        affected=entry.affected or 0,
        priority=entry.priority,
        hours=entry.hours or "",
        root_is=entry.root_is or (),
        roots=entry.roots or (),
    )
