"""How does an area stand in a storm, as text to paste, as a workbook, and for scripts?"""

from pathlib import Path
from typing import Any

from netmon.cli._ledger_asked import refuse
from netmon.cli._watch import Watch
from netmon.clock import rfc3339
from netmon.decide.desk import quiet, storms
from netmon.decide.desk.toll import Toll, toll
from netmon.decide.telling.messages import render
from netmon.model import Clue
from netmon.settings.config import Language
from netmon.settings.sheets.tables import Cell, Listing
from netmon.settings.sheets.writing import write_xlsx
from netmon.web.figures import latest

_HEADS: dict[Language, tuple[str, ...]] = {
    "vi": ("Điểm", "Cấp", "Ưu tiên", "Tình trạng", "Từ", "Nguyên nhân", "Đang chạy bằng", "Ắc quy còn (phút)"),
    "en": ("Site", "Level", "Priority", "State", "Since", "Cause", "Runs on", "Battery left (min)"),
}
_STATES: dict[Language, dict[str, str]] = {
    "vi": {"lost": "Mất liên lạc", "backup": "Chạy dự phòng", "unknown": "Chưa đo được", "up": "Hoạt động", "yes": "x"},
    "en": {"lost": "lost", "backup": "on backup", "unknown": "not measured", "up": "up", "yes": "x"},
}
_SHEET = 31
"""Characters that the name of a sheet may have."""


def look(watch: Watch) -> None:
    """Ask the service what the batteries say; without it nobody knows."""
    names = ("netmon_ups_on_battery", "netmon_ups_remaining_seconds")
    found = latest(watch.project.config.listen, names, "device")
    left = found["netmon_ups_remaining_seconds"]
    watch.desk.batteries = {key: left.get(key) for key, on in found["netmon_ups_on_battery"].items() if on}


def bulletin(watch: Watch, name: str) -> str:
    """The bulletin as it would be now, without its last line, which is about the next one."""
    event = storms.bulletin(watch.desk, name, watch.now, 0, Clue(watch.now, "", "storm_over"))
    project = watch.project
    text = render(project.messages, project.inventory, event, project.config.language)[1]
    return text.rpartition("\n")[0]


def _toll(watch: Watch, name: str) -> Toll:
    ids = quiet.scopes(watch.desk).of((name,))
    desk = watch.desk
    return toll(desk.inventory, ids, desk.standings, desk.incidents.values(), desk.batteries)


def as_json(watch: Watch, name: str) -> dict[str, Any]:
    """`{"area", "at", "sites", "lost": [{"site", "since", "cause"}], "backup": [{"site", "line"}], "battery": [{"site",
    "seconds"}], "unknown": […]}`."""
    found = _toll(watch, name)
    return {
        "area": name,
        "at": rfc3339(watch.now, watch.zone),
        "sites": len(found.sites),
        "lost": [{"site": one.site, "since": rfc3339(one.since, watch.zone), "cause": one.cause} for one in found.lost],
        "backup": [{"site": one.site, "line": one.line} for one in found.spared],
        "battery": [{"site": one.site, "seconds": one.left} for one in found.draining],
        "unknown": list(found.unknown),
    }


def workbook(watch: Watch, names: tuple[str, ...], path: Path) -> None:
    """Every site of these areas, a sheet for each area; exit 1 if it cannot be written."""
    listings = [_listing(watch, name) for name in names]
    try:
        write_xlsx(listings, path)
    except OSError as error:
        refuse(f"{path}: {error.strerror}")
    print(path)


def _listing(watch: Watch, name: str) -> Listing:
    language, words, found = watch.project.config.language, watch.words, _toll(watch, name)
    states, sites = _STATES[language], watch.project.inventory.sites
    lost = {one.site: one for one in found.lost}
    spared = {one.site: one for one in found.spared}
    left = {one.site: one.left for one in found.draining}
    first = [*lost, *spared, *(one.site for one in found.draining), *found.unknown]
    rows: list[tuple[Cell, ...]] = []
    for key in dict.fromkeys((*first, *found.sites)):
        site = sites[key]
        state = "lost" if key in lost else "backup" if key in spared else "unknown" if key in found.unknown else "up"
        seconds = left.get(key)
        rows.append(
            (
                site.name,
                words.phrases.get("levels", site.level).partition("|")[0] or site.level,
                states["yes"] if site.priority else None,
                states[state],
                watch.text(lost[key].since) if key in lost else None,
                words.phrases.get("causes", lost[key].cause) if key in lost else None,
                words.name(spared[key].line) if key in spared else None,
                None if seconds is None else round(seconds / 60),
            )
        )
    title = "".join(one for one in words.name(name) if one not in "[]:*?/\\")[:_SHEET]
    return Listing(title, (), _HEADS[language], tuple(rows))
