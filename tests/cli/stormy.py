"""A project with an area, its journal after a bad evening, and a service that takes what is said."""

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from typer.testing import CliRunner, Result

from netmon.cli.main import build
from netmon.model import Entry, Incident, IncidentEvent, Kind, Standing, State, Transition
from netmon.people import Act
from netmon.run.journal.seam import open_inline
from netmon.web import acts
from netmon.web.app import build as web
from netmon.web.gate import FILE
from tests.web.shown import Shown, running_beside
from tests.web.spoken import TOKEN, Taker, gate

NOW = float(int(time.time()))
INVENTORY = """\
province: yen-bai
levels: [province, district, commune]
vantage: noc
carriers: {vnpt: {name: VNPT Yên Bái}, viettel: {name: Viettel Yên Bái}}
events:
  - {name: Giao ban, at: 2099-10-13T02:00, lasts: 2h, sites: xuan-tam}
sites:
  tinh:
    name: Trung tâm dữ liệu tỉnh
    level: province
    devices: {core: {address: 127.0.0.2, role: router}, noc: {address: 127.0.0.3, behind: core}}
  van-yen:
    name: Huyện Văn Yên
    level: district
    area: kv-van-yen
    devices: {vy-r1: {address: 127.0.1.1, role: router}}
    uplinks: [{to: core, carrier: vnpt, circuit: YB-VY-01}]
  mau-a:
    name: Xã Mậu A
    level: commune
    area: kv-van-yen
    priority: true
    devices: {ma-r1: {address: 127.0.1.2, role: router}, ma-ups: {address: 127.0.1.9, role: ups}}
    uplinks:
      - {to: vy-r1, carrier: vnpt, circuit: YB-VY-MA}
      - {to: core, kind: 4g, carrier: viettel, role: backup}
  xuan-tam:
    name: Xã Xuân Tầm
    level: commune
    area: kv-van-yen
    power: {supplier: Điện lực Văn Yên, customer: PA04070012345}
    devices: {xt-r1: {address: 127.0.1.3, role: router}, xt-room: {address: 127.0.1.4, collect: {bridge: {}}}}
    uplinks: [{to: vy-r1, carrier: vnpt, circuit: YB-VY-02}]
"""


def incident(number: int, kind: Kind, root: str, *affected: str) -> Incident:
    return Incident(
        id=number, kind=kind, severity="critical", root=root, seat=root, state="open", cause="fibre",
        opened_at=NOW - 600, affected=affected,
    )  # fmt: skip


OPEN = (
    incident(7, "outage", "xuan-tam", "xuan-tam"),
    incident(8, "redundancy_lost", "mau-a/1", "mau-a"),
    incident(9, "outage", "tinh", "tinh", "xuan-tam"),
)


@dataclass(slots=True)
class Evening:
    """The project's folder, and who takes what is said."""

    folder: Path
    taker: Taker

    def run(self, command: str, *words: str, typed: str = "") -> Result:
        do, *rest = words
        return CliRunner().invoke(
            build([command, "check"]), [command, do, str(self.folder), *rest], env={"LOGNAME": "binh"}, input=typed
        )


def keep(folder: Path, said: tuple[Act, ...]) -> None:
    """A journal in which these are open, two sites are not up, and this was said."""
    states = {"xuan-tam": State.DOWN, "tinh": State.UP, "van-yen": State.UP, "mau-a": State.DEGRADED}
    lines = {"mau-a/1": State.DOWN, "mau-a/2": State.UP, "van-yen/1": State.UP}
    before, at = Standing(State.UNKNOWN, 0.0), NOW - 600
    entries = [Transition(id=key, of="site", at=at, old=before, new=Standing(new, at)) for key, new in states.items()]
    entries += [Transition(id=key, of="link", at=at, old=before, new=Standing(new, at)) for key, new in lines.items()]
    events = [Entry(one.id, NOW - 590, IncidentEvent(event="opened", at=NOW - 590, incident=one)) for one in OPEN]

    async def write() -> None:
        (folder / "var").mkdir()
        journal = open_inline(folder / "var" / "journal.db")
        await journal.write([*events, *(Entry(20 + n, NOW - 600, body) for n, body in enumerate(entries))])
        await journal.write([Entry(act.number, act.at, act) for act in said])
        await journal.beat(NOW)
        await journal.close()

    asyncio.run(write())


@contextmanager
def evening(folder: Path, *said: Act, language: str = "vi") -> Iterator[Evening]:
    """The project beside its running service."""
    taker = Taker()
    (folder / "inventory").mkdir()
    (folder / "inventory" / "all.yaml").write_text(INVENTORY, encoding="utf-8")
    keep(folder, said)
    (folder / "var" / FILE).write_text(TOKEN)
    with running_beside(web(Shown(), acts.routes(taker, gate(taker)))) as port:
        (folder / "netmon.yaml").write_text(f"listen: 127.0.0.1:{port}\nlanguage: {language}\n", encoding="utf-8")
        yield Evening(folder, taker)
