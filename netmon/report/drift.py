"""What has changed out there that nobody wrote into the inventory?

Every device is asked once and compared with its entry; `netmon.decide.drift` knows what contradicts what.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

from netmon.clock import Clock, SystemClock
from netmon.decide.drift import Drift, Kind, compare, ordered
from netmon.decide.said import Said
from netmon.report import serials
from netmon.run.said import ask, targets
from netmon.settings.config import Language
from netmon.settings.diff import bandwidth
from netmon.settings.project import Project
from netmon.settings.spots import spots
from netmon.wire.net import Net

MOST = 20
"""Ids that are listed in one sentence."""


async def drift(
    project: Project, net: Net, clock: Clock | None = None, told: Callable[[], None] = lambda: None
) -> list[Drift]:
    """Ask all devices that are asked by SNMP, and list where they contradict the inventory, worst first.

    Serial numbers are compared with, and then remembered in, a file of the project's data folder. `told` is called
    after each device.
    """
    wanted = targets(project.inventory)
    answers = await ask(project, net, wanted, told=told)
    said = {key: each for key, each in answers.items() if isinstance(each, Said)}
    found = compare(project.inventory, said)
    found += _serials(project, said, (clock or SystemClock()).now())
    silent = tuple(target.id for target in wanted if target.id not in said)
    if silent:
        found.append(Drift(kind="unheard", id="", seen=", ".join(silent)))
    places = spots(project.path, project.inventory)
    return ordered(replace(each, at=places.of(each.id, each.field)) for each in found)


def _serials(project: Project, said: Mapping[str, Said], now: float) -> list[Drift]:
    """Devices that were replaced. That the memory is lost is told as well: it makes this report blind for them."""
    folder, lost = project.config.data, []
    try:
        known = serials.read(folder)
    except (OSError, ValueError) as error:
        known = {}
        lost.append(Drift(kind="forgotten", id="", seen=str(error)))
    known = {key: each for key, each in known.items() if key in project.inventory.devices}
    fresh = serials.remember(known, said, now)
    try:
        if fresh != known:
            serials.write(folder, fresh)
    except OSError as error:
        lost.append(Drift(kind="forgotten", id="", seen=str(error)))
    return [*serials.replaced(fresh, now), *lost]


_TEXTS: Mapping[Language, Mapping[Kind, str]] = MappingProxyType(
    {
        "en": {
            "swapped": "lines {id} and {other} are swapped: "
            "{port} of {device} is to be {id}, and its {source} tells {seen}",
            "other_device": "at the address of {id} answers {other}: it calls itself {seen}",
            "misplaced": "{port} of {device} is to be line {id}, and its {source} tells {seen}: that is line {other}",
            "neighbour": "line {id} is to lead to {expected}, and {source} sees {seen} at {port} of {device}",
            "port": "line {id} is to have {field}: {expected}, and {source} sees {seen} at {port} of {device}",
            "no_port": "{device} has no interface {expected}, which line {id} names",
            "replaced": "{id} was replaced: its serial number is {seen} since {date}, and was {expected}",
            "circuit": "ifAlias of {port} of {device} names circuit {seen}, and line {id} is {expected}",
            "speed": "{port} of {device} runs at {seen}, less than the {expected} of line {id}",
            "name": "{id} calls itself {seen}",
            "stranger": "line {id} is to lead to {expected}, "
            "and {source} sees {seen}, which nobody knows, at {port} of {device}",
            "unheard": "{count} {did} not answer by SNMP and {are} not compared: {listed}",
            "forgotten": "serial numbers are not compared, or not remembered: {seen}",
        },
        "vi": {
            "swapped": "kênh {id} và kênh {other} bị đấu chéo: "
            "cổng {port} của {device} lẽ ra là {id}, {source} lại báo {seen}",
            "other_device": "địa chỉ của {id} do {other} trả lời: thiết bị tự báo tên là {seen}",
            "misplaced": "cổng {port} của {device} lẽ ra là kênh {id}, {source} lại báo {seen}: đó là kênh {other}",
            "neighbour": "kênh {id} lẽ ra nối tới {expected}, {source} lại thấy {seen} tại cổng {port} của {device}",
            "port": "kênh {id} lẽ ra có {field}: {expected}, {source} lại thấy {seen} tại cổng {port} của {device}",
            "no_port": "{device} không có cổng {expected} ghi cho kênh {id}",
            "replaced": "{id} đã được thay: số sê-ri là {seen} từ {date}, trước đó là {expected}",
            "circuit": "ifAlias cổng {port} của {device} ghi mã kênh {seen}, còn kênh {id} là {expected}",
            "speed": "cổng {port} của {device} chạy {seen}, thấp hơn {expected} của kênh {id}",
            "name": "{id} tự báo tên là {seen}",
            "stranger": "kênh {id} lẽ ra nối tới {expected}, "
            "{source} lại thấy thiết bị lạ {seen} tại cổng {port} của {device}",
            "unheard": "{count} thiết bị không trả lời SNMP nên chưa đối chiếu: {listed}",
            "forgotten": "chưa đối chiếu hoặc chưa ghi nhớ được số sê-ri: {seen}",
        },
    }
)
_HEADS: Mapping[Language, tuple[str, str]] = MappingProxyType(
    {
        "en": (
            "The devices contradict the inventory in nothing.",
            "The devices contradict the inventory in {count} {places}:",
        ),
        "vi": ("Thiết bị khớp với khai báo.", "Thiết bị khác khai báo ở {count} chỗ:"),
    }
)
NOT_SAID: tuple[Kind, ...] = ("unheard", "forgotten")
"""Kinds that contradict nothing: they say what was not compared."""


def text(drifts: Sequence[Drift], project: Project) -> str:
    """The report in the project's language: a line each, at the place in the inventory that it contradicts."""
    count = sum(each.kind not in NOT_SAID for each in drifts)
    nothing, several = _HEADS[project.config.language]
    lines = [several.format(count=count, places="place" if count == 1 else "places") if count else nothing]
    return "\n".join([*lines, *(line(each, project) for each in drifts)])


def line(drift: Drift, project: Project) -> str:
    """`file:line: what contradicts what`; without the place where there is none."""
    place = f"{drift.at.file}:{drift.at.line}: " if drift.at.line else ""
    return place + sentence(drift, project)


def sentence(drift: Drift, project: Project) -> str:
    """One contradiction in the project's language, without its place."""
    words: dict[str, Any] = {
        "id": _called(drift.id, project),
        "other": _called(drift.other, project),
        "expected": _amount(drift.expected, drift.kind),
        "seen": _amount(drift.seen, drift.kind),
        "field": drift.field,
        "device": drift.device,
        "port": drift.port,
        "source": drift.source,
        "date": datetime.fromtimestamp(drift.since, ZoneInfo(project.inventory.timezone)).strftime("%d/%m/%Y"),
    }
    if drift.kind == "unheard":
        names = drift.seen.split(", ")
        did, are = ("device did", "is") if len(names) == 1 else ("devices did", "are")
        words |= {"count": len(names), "listed": _listed(names), "did": did, "are": are}
    return _TEXTS[project.config.language][drift.kind].format_map(words)


def _called(key: str, project: Project) -> str:
    """An id; a line's with its circuit number, by which people know it."""
    link = project.inventory.links.get(key)
    return f"{key} ({link.circuit})" if link is not None and link.circuit else key


def _amount(value: str, kind: Kind) -> str:
    return bandwidth(int(value)) if kind == "speed" else value


def _listed(names: Iterable[str]) -> str:
    whole = list(names)
    return ", ".join(whole[:MOST]) + (f", … (+{len(whole) - MOST})" if len(whole) > MOST else "")
