"""Draw the picture of the wall that README.md shows: `python -m tests.web.picture docs/wall.png`.

The sample province while the district Văn Yên is cut off, in a real Chromium, at half its size.
"""

import asyncio
import sys
import tempfile
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from netmon.clock import rfc3339
from netmon.decide.telling.messages import speaker
from netmon.decide.wall import Open, rooms, wall
from netmon.model import Cause, Incident, Kind, Standing, State
from netmon.settings.project import load
from netmon.web import wall as page_of
from netmon.web.app import build
from tests.conftest import ROOT
from tests.web.browser import chromium
from tests.web.shown import Shown, running
from tests.web.walls import Walls

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
AT = datetime(2026, 11, 22, 21, 16, 5, tzinfo=ZONE).timestamp()
MOBILE = ("chau-que-ha", "mau-a", "an-thinh")
"""Communes of Văn Yên with a 4G line of their own."""


def incident(number: int, kind: Kind, root: str, cause: Cause, ago: float, affected: tuple[str, ...]) -> Incident:
    return Incident(
        id=number, kind=kind, severity="critical" if kind == "outage" else "warning", root=root, seat=root,
        state="open", cause=cause, opened_at=AT - ago, affected=affected,
    )  # fmt: skip


def shown() -> dict[str, object]:
    """What the wall says then."""
    project = load(ROOT)
    inventory = project.inventory
    states = dict.fromkeys([*inventory.sites, *inventory.links], State.UP)
    behind = [key for key, site in inventory.sites.items() if site.area == "kv-van-yen" and key != "van-yen"]
    for key in behind:
        states[key] = State.DEGRADED if key in MOBILE else State.UNREACHABLE
        states[f"{key}/1"] = State.UNREACHABLE
    states |= {"van-yen": State.DOWN, "lam-thuong": State.DEGRADED, "lam-thuong/1": State.DOWN}
    states |= {"che-cu-nha": State.DEGRADED}
    cut = tuple(key for key in ("van-yen", *behind) if key not in MOBILE)
    opened = [
        Open(incident(4127, "outage", "van-yen", "fibre", 125.0, cut)),
        Open(incident(4121, "redundancy_lost", "lam-thuong/1", "fibre", 6480.0, ("lam-thuong",)), "chị Lan"),
        Open(incident(4119, "degraded", "che-cu-nha/1", "unknown", 11_700.0, ("che-cu-nha",)), "anh Bình"),
    ]
    standings = {key: Standing(state, AT) for key, state in states.items()}
    beside = {
        "at": rfc3339(AT, ZONE),
        "zone": ZONE.key,
        "version": "",
        "running": True,
        "age": 1.0,
        "stale_after": 32.0,
    }
    spoken = speaker(project.messages, inventory, "vi")
    return wall(spoken, rooms(spoken), standings, {}, opened) | beside


async def draw(path: Path) -> None:
    app = build(Shown(), page_of.routes(Walls(says=shown()), "vi"))
    with tempfile.TemporaryDirectory() as folder:
        async with running(app) as port, chromium("chromium", Path(folder), scale=0.5) as page:
            await page.call("Page.navigate", url=f"http://127.0.0.1:{port}/wall")
            await page.until("document.querySelector('.dot')")
            await page.picture(path)


if __name__ == "__main__":
    asyncio.run(draw(Path(sys.argv[1])))
