"""Is a crossed limit told once, only where it is news, and does it end?"""

from dataclasses import replace

import pytest

from netmon.decide import core, reload
from netmon.decide.telling.messages import FIRST_LINE, render
from netmon.model import Crossed, Evidence, Inventory, Maintenance, Observation, Restored
from netmon.run.journal.codec import fold
from netmon.settings.messages import Messages, load_messages
from tests.conftest import ROOT
from tests.province import SMALL, T0, Told, made

SAYS = (("metric", "netmon_cpu_ratio"), ("unit", "ratio"), ("series", "1"))
HOT = Crossed("CpuBusy", "ar", (("cpu", "1"),), "warning", 0.97, 0.9, T0 + 100.0, over=True, says=SAYS)
COOL = HOT._replace(over=False, value=0.6)


@pytest.fixture(scope="module")
def towns() -> Inventory:
    """All of it is asked by ping alone."""
    return made(SMALL).inventory


@pytest.fixture(scope="module")
def messages() -> Messages:
    return load_messages(ROOT / "alerts" / "messages")


class Desk:
    """The verdict alone: everything answers each second but what is `silent`."""

    def __init__(
        self, inventory: Inventory, restored: Restored | None = None, now: float = T0, *works: Maintenance
    ) -> None:
        self.inventory, self.now, self.silent = inventory, now, set[str]()
        self.core = core.start(inventory, restored or Restored(), now, maintenance=works)
        self.told = Told()
        self.until(now + 5.0)

    def until(self, at: float) -> None:
        while self.now < at:
            self.now += 1.0
            asked = [name for name in self.core.known.watches if self.core.known.watches[name].voices]
            self.step(
                *(Observation(name, self.now, _voice(self, name), name not in self.silent, 0.01) for name in asked)
            )

    def step(self, *seen: Evidence) -> None:
        self.told.entries += core.step(self.core, seen, self.now).entries

    def thresholds(self) -> list[tuple[str, str]]:
        """(event, seat) of what was told of limits."""
        events = [event for event in self.told.events if event.incident.kind == "threshold"]
        return [(event.event, event.incident.seat) for event in events]

    def again(self) -> "Desk":
        """The same after a restart."""
        after = Desk(self.inventory, fold(Restored(), self.told.entries), self.now + 3.0)
        after.told.entries[:0] = self.told.entries
        return after


def _voice(desk: Desk, name: str) -> str:
    return next(iter(desk.core.known.watches[name].voices))


def test_it_is_told_once_and_once_that_it_is_over(towns: Inventory) -> None:
    desk = Desk(towns)
    desk.until(T0 + 1000.0)
    desk.step(HOT)
    desk.step(HOT)
    desk.until(T0 + 1100.0)
    assert desk.thresholds() == [("opened", "CpuBusy:ar:1")]
    (incident,) = core.open_incidents(desk.core)
    assert (incident.root, incident.affected, incident.severity, incident.opened_at) == (
        "ar",
        ("a",),
        "warning",
        T0 + 100,
    )
    desk.step(COOL)
    desk.step(COOL)
    assert desk.thresholds() == [("opened", "CpuBusy:ar:1"), ("resolved", "CpuBusy:ar:1")]
    assert core.open_incidents(desk.core) == []
    desk.step(HOT)
    assert len(desk.thresholds()) == 3


def test_rules_and_series_of_one_thing_are_incidents_of_their_own(towns: Inventory) -> None:
    desk = Desk(towns)
    desk.step(HOT, HOT._replace(labels=(("cpu", "2"),)), HOT._replace(rule="Heat"))
    assert sorted(seat for _, seat in desk.thresholds()) == ["CpuBusy:ar:1", "CpuBusy:ar:2", "Heat:ar:1"]


def test_a_restart_repeats_nothing(towns: Inventory) -> None:
    desk = Desk(towns)
    desk.step(HOT)
    after = desk.again()
    after.step(HOT, HOT._replace(rule="Heat"))
    after.until(after.now + 60.0)
    assert after.thresholds() == [("opened", "CpuBusy:ar:1"), ("opened", "Heat:ar:1")]
    after.step(COOL)
    assert after.thresholds()[2:] == [("resolved", "CpuBusy:ar:1")]


def test_what_is_unreachable_is_told_when_it_is_back_if_it_lasts(towns: Inventory) -> None:
    desk = Desk(towns)
    desk.silent = {"gr"}
    desk.until(T0 + 60.0)
    desk.step(HOT._replace(root="gr"), HOT._replace(root="gr", rule="Heat"))
    desk.until(T0 + 120.0)
    assert desk.thresholds() == []
    desk.step(COOL._replace(root="gr", rule="Heat"))
    desk.silent = set()
    desk.until(T0 + 180.0)
    assert desk.thresholds() == [("opened", "CpuBusy:gr:1")]


def test_an_outage_ends_no_threshold(towns: Inventory) -> None:
    desk = Desk(towns)
    desk.step(HOT._replace(root="gr"))
    desk.silent = {"gr"}
    desk.until(T0 + 60.0)
    desk.silent = set()
    desk.until(T0 + 120.0)
    assert desk.thresholds() == [("opened", "CpuBusy:gr:1")]


def test_nothing_is_told_while_netmon_is_blind(towns: Inventory) -> None:
    desk = Desk(towns)
    desk.silent = set(desk.core.known.watches)
    desk.until(T0 + 60.0)
    assert desk.core.blind
    desk.step(HOT)
    assert desk.thresholds() == []
    desk.silent = set()
    desk.until(T0 + 120.0)
    assert desk.thresholds() == [("opened", "CpuBusy:ar:1")]


@pytest.mark.parametrize("what", ["a", "ar", "d"])
def test_planned_work_is_waited_for(towns: Inventory, what: str) -> None:
    work = Maintenance(what=(what,), since=T0, until=T0 + 100.0)
    desk = Desk(towns, None, T0, work)
    desk.step(HOT)
    desk.until(T0 + 98.0)
    told = desk.thresholds()
    desk.until(T0 + 110.0)
    covered = what != "d"  # a has another line, over the LTE gateway
    assert (told == [], len(desk.thresholds())) == (covered, 1)


def test_what_left_the_inventory_before_it_was_told_never_was(towns: Inventory) -> None:
    work = Maintenance(what=("a",), since=T0, until=T0 + 100.0)
    desk = Desk(towns, None, T0, work)
    desk.step(HOT._replace(root="acam"))
    without = {name: device for name, device in towns.devices.items() if name != "acam"}
    site = replace(towns.sites["a"], devices=("ar",))
    reload.reload(desk.core, replace(towns, devices=without, sites={**towns.sites, "a": site}), desk.now)
    desk.until(T0 + 110.0)
    assert desk.thresholds() == []
    assert desk.core.crossed == {}


def said(desk: Desk, messages: Messages, language: str) -> list[str]:
    """The texts of all that was told of limits, without the last line."""
    events = [event for event in desk.told.events if event.incident.kind == "threshold"]
    texts = [render(messages, desk.inventory, event, language, pytest.fail)[1] for event in events]
    assert all(len(text.splitlines()[0]) <= FIRST_LINE for text in texts)
    return [text.rpartition("\n#")[0] for text in texts]


BGP = Crossed(
    "BgpSession", "c1", (("peer", "10.1.0.1"),), "warning", 1.0, 6.0, T0 + 100.0, over=True,
    says=(
        ("metric", "netmon_bgp_peer_state"), ("unit", "number"), ("series", "10.1.0.1"),
        ("vi", "mất phiên BGP với {peer}"), ("en", "no BGP session with {peer}"),
    ),
)  # fmt: skip
LOAD = Crossed(
    "Capacity", "d/1", (("direction", "receive"),), "warning", 0.931, 0.9, T0 + 1000.0, over=True,
    says=(
        ("metric", "netmon_link_use_ratio"), ("unit", "ratio"), ("series", "receive"),
        ("vi", "tải P95 7 ngày {value:measure}"), ("en", "7-day P95 load {value:measure}"),
    ),
)  # fmt: skip
LATE = Crossed(
    "PollsLate", "noc", (("share", "0.99"),), "warning", 7.3, 5.0, T0 + 100.0, over=True,
    says=(("metric", "netmon_poll_start_delay_seconds"), ("unit", "seconds"), ("series", "0.99")),
)  # fmt: skip
DARK = Crossed(
    "Optics", "c2", (), "warning", -27.53, -25.0, T0 + 100.0, over=True,
    says=(("metric", "netmon_olt_receive_power_dbm"), ("unit", "dbm"), ("series", "")),
)  # fmt: skip
"""A family that the phrases do not know."""


@pytest.mark.parametrize(
    ("seen", "language", "text"),
    [
        (
            HOT,
            "en",
            "[POOR] ar: CPU 97% since 07:01\nMeasured: CPU (1) of ar is 97% (limit 90%) for 15 min.\nHurts: A.",
        ),
        (HOT, "vi", "[KÉM] ar: CPU 97% từ 07:01\nĐo: CPU (1) của ar là 97% (ngưỡng 90%) đã 15 phút.\nẢnh hưởng: A."),
        (
            BGP,
            "en",
            (
                "[POOR] c1: no BGP session with 10.1.0.1 since 07:01\n"
                "Measured: BGP state (10.1.0.1) of c1 is 1 (limit 6) for 15 min.\nHurts: Core."
            ),
        ),
        (
            BGP,
            "vi",
            (
                "[KÉM] c1: mất phiên BGP với 10.1.0.1 từ 07:01\n"
                "Đo: trạng thái BGP (10.1.0.1) của c1 là 1 (ngưỡng 6) đã 15 phút.\nẢnh hưởng: Core."
            ),
        ),
        (
            LOAD,
            "en",
            (
                "[POOR] fibre (VNPT): 7-day P95 load 93.1% since 07:16\n"
                "Measured: use of the bandwidth (receiving) of fibre is 93.1% (limit 90%).\nHurts: D."
            ),
        ),
        (
            LOAD,
            "vi",
            (
                "[KÉM] cáp quang (VNPT): tải P95 7 ngày 93,1% từ 07:16\n"
                "Đo: mức dùng băng thông (chiều nhận) của cáp quang là 93,1% (ngưỡng 90%).\nẢnh hưởng: D."
            ),
        ),
        (
            LATE,
            "en",
            (
                "[POOR] noc: netmon polls late by 7.3 s since 07:01\n"
                "Measured: netmon polls late by (0.99) of noc is 7.3 s (limit 5 s) for 15 min.\nHurts: Core."
            ),
        ),
        (
            DARK,
            "vi",
            (
                "[KÉM] c2: olt receive power dbm -27,53 dBm từ 07:01\n"
                "Đo: olt receive power dbm của c2 là -27,53 dBm (ngưỡng -25 dBm) đã 15 phút.\nẢnh hưởng: Core."
            ),
        ),
    ],
)
def test_words_of_the_beginning(towns: Inventory, messages: Messages, seen: Crossed, language: str, text: str) -> None:
    desk = Desk(towns)
    desk.now = T0 + 1000.0
    desk.step(seen)
    assert said(desk, messages, language) == [text]


@pytest.mark.parametrize(
    ("end", "language", "text"),
    [
        (
            COOL,
            "en",
            "[OK] ar: within its limit again 07:31\nIt was: CPU 97%, for 30 min. Now: CPU (1) is now 60% (limit 90%).",
        ),
        (
            COOL,
            "vi",
            (
                "[XONG] ar: hết vượt ngưỡng 07:31\n"
                "Trước đó: CPU 97%, kéo dài 30 phút. Nay: CPU (1) nay là 60% (ngưỡng 90%)."
            ),
        ),
        (
            COOL._replace(value=0.97, why="silent"),
            "en",
            (
                "[OK] ar: CPU 97%, not measured any more\n"
                "It was: CPU 97%, for 30 min. Now: CPU (1) has not been measured for 1 h, and was 97% at last."
            ),
        ),
        (
            COOL._replace(value=0.97, why="silent"),
            "vi",
            (
                "[XONG] ar: CPU 97%, không còn đo được\n"
                "Trước đó: CPU 97%, kéo dài 30 phút. Nay: đã 1 giờ không đo được CPU (1), lần cuối là 97%."
            ),
        ),
        (
            COOL._replace(value=0.97, why="removed"),
            "en",
            (
                "[OK] ar: CPU 97%, not watched any more\n"
                "It was: CPU 97%, for 30 min. Now: rule CpuBusy does not watch CPU (1) any more."
            ),
        ),
        (
            COOL._replace(value=0.97, why="removed"),
            "vi",
            (
                "[XONG] ar: CPU 97%, không còn theo dõi\n"
                "Trước đó: CPU 97%, kéo dài 30 phút. Nay: luật CpuBusy không còn theo dõi CPU (1)."
            ),
        ),
    ],
)
def test_words_of_the_end(towns: Inventory, messages: Messages, end: Crossed, language: str, text: str) -> None:
    desk = Desk(towns)
    desk.now = T0 + 1000.0
    desk.step(HOT)
    desk.now = T0 + 1900.0
    desk.step(end)
    assert said(desk, messages, language)[1:] == [text]


def test_a_rule_s_sentence_names_neither_itself_nor_the_other_one_for_ever(
    towns: Inventory, messages: Messages
) -> None:
    loop = HOT._replace(says=(*SAYS, ("vi", "{en:text}"), ("en", "{vi:text}{en:text} {value:percent}")))
    desk = Desk(towns)
    desk.step(loop)
    assert said(desk, messages, "en")[0].startswith("[POOR] ar: 97% since")
