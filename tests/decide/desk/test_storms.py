"""Do people read in a storm how an area stands, half-hourly, and hear of the core by itself?"""

from collections.abc import Mapping
from dataclasses import replace
from itertools import count

import pytest

from netmon.decide.desk import step, storms
from netmon.decide.desk.state import Desk, Heard, Letter
from netmon.decide.desk.toll import Draining, Lost, Spared, toll
from netmon.decide.telling.messages import FIRST_LINE, render
from netmon.model import Cause, Clue, Device, Incident, IncidentEvent, Inventory, Restored, Standing, State
from netmon.people import Act, Roster
from netmon.settings.messages import load_messages
from tests.conftest import ROOT
from tests.decide.messages_province import COMMUNES, at, province

MESSAGES = load_messages(ROOT / "alerts" / "messages")
BEGUN = at(21, 0)
ON = Act(verb="storm", who="binh", at=BEGUN, text="bão số 9", what=("kv-van-yen",), until=BEGUN + 12 * 3600)


def inventory() -> Inventory:
    """Văn Yên with two UPSs; Mậu A is a priority site."""
    found = province()
    ups = {f"{key}-ups": Device(id=f"{key}-ups", site=key, role="ups") for key in ("tan-hop", "phong-du")}
    sites = dict(found.sites)
    for name, device in ups.items():
        sites[device.site] = replace(sites[device.site], devices=(*sites[device.site].devices, name))
    sites["mau-a"] = replace(sites["mau-a"], priority=True)
    return replace(found, sites=sites, devices={**found.devices, **ups})


INVENTORY = inventory()


def standings(**differ: State) -> Mapping[str, Standing]:
    """Everything up but for these, since 21:14; `x_1` is a line."""
    ids = (*INVENTORY.sites, *INVENTORY.links)
    found = {key: Standing(State.UP, at(8, 0)) for key in ids}
    named = {key.replace("_1", "/1").replace("_2", "/2").replace("_", "-"): state for key, state in differ.items()}
    return found | {key: Standing(state, at(21, 14)) for key, state in named.items()}


HIT = standings(
    lang_thip=State.DOWN, lam_giang=State.DOWN, dong_an=State.UNREACHABLE, mau_a=State.DOWN, xuan_tam=State.UNKNOWN,
    chau_que_ha=State.DEGRADED, chau_que_ha_1=State.DOWN,
)  # fmt: skip
BATTERIES = {"tan-hop-ups": 2400.0, "phong-du-ups": None, "yb-ups": 600.0}


def lost(cause: Cause, *sites: str) -> Incident:
    return Incident(
        id=sum(map(ord, sites[0])), kind="outage", severity="critical", root=sites[0], seat=sites[0], state="open",
        cause=cause, opened_at=at(21, 14), affected=sites,
    )  # fmt: skip


INCIDENTS = (lost("power", "lang-thip"), lost("power", "mau-a"), lost("fibre", "lam-giang"), lost("unknown", "dong-an"))


def desk_of(hit: Mapping[str, Standing] = HIT) -> Desk:
    desk = Desk(Roster(channels=("truc", "zalo")), INVENTORY, incidents={one.id: one for one in INCIDENTS})
    desk.standings, desk.batteries = hit, BATTERIES
    return desk


def text(event: IncidentEvent, language: str) -> str:
    return render(MESSAGES, INVENTORY, event, language, pytest.fail)[1]


def golden(written: str) -> str:
    return "\n".join(line.strip() for line in written.strip().splitlines())


def test_how_an_area_stands() -> None:
    ids = frozenset(("van-yen", *COMMUNES))
    found = toll(INVENTORY, ids, HIT, INCIDENTS, BATTERIES)
    assert len(found.sites) == 10
    assert found.lost == (
        Lost("mau-a", at(21, 14), "power"),  # a priority site comes first
        Lost("lang-thip", at(21, 14), "power"),
        Lost("lam-giang", at(21, 14), "fibre"),
        Lost("dong-an", at(21, 14), "unknown"),
    )
    assert found.spared == (Spared("chau-que-ha", "chau-que-ha/2", "4g"),)
    assert found.draining == (Draining("tan-hop", 2400.0), Draining("phong-du", None))
    assert found.unknown == ("xuan-tam",)


def test_what_was_lost_and_is_back_is_not_counted_whatever_its_incident_says() -> None:
    found = toll(INVENTORY, frozenset(COMMUNES), standings(), INCIDENTS, {})
    assert (found.lost, found.spared, found.draining, found.unknown) == ((), (), (), ())


def test_a_site_whose_reserve_is_gone_too_is_not_on_it() -> None:
    both = standings(an_thinh_1=State.DOWN, an_thinh_2=State.DOWN)
    assert toll(INVENTORY, frozenset(COMMUNES), both, (), {}).spared == ()


def test_the_bulletin() -> None:
    last = Clue(at(21, 30), "", "storm_next", (("at", f"{at(22, 0):.0f}"),))
    event = storms.bulletin(desk_of(), "kv-van-yen", at(21, 30), 5011, last)
    assert text(event, "vi") == golden("""
        [BÃO] KV Văn Yên 21:30: mất 4/10 điểm, 1 chạy dự phòng
        - ƯU TIÊN: Thị trấn Mậu A mất từ 21:14 22/11, nghi mất điện
        - mất 1 điểm, nghi đứt cáp: Xã Lâm Giang
        - mất 2 điểm, nghi mất điện: Mậu A, Lang Thíp
        - mất 1 điểm, chưa rõ nguyên nhân: Xã Đông An
        - 1 điểm chạy 4G dự phòng: Xã Châu Quế Hạ
        - Xã Tân Hợp chạy ắc quy, còn 40 phút
        - Xã Phong Dụ Thượng chạy ắc quy
        - 1 điểm chưa đo được: Xã Xuân Tầm
        #5011, CN 22/11/2026. Tin tiếp theo lúc 22:00 22/11; lõi và điểm ưu tiên vẫn báo riêng.
    """)
    assert text(event, "en") == golden("""
        [STORM] KV Văn Yên 21:30: 4 of 10 sites lost, 1 on backup
        - PRIORITY: Thị trấn Mậu A lost since 21:14 22/11, probably a power cut
        - 1 lost, probably a cable cut: Xã Lâm Giang
        - 2 lost, probably a power cut: Mậu A, Lang Thíp
        - 1 lost, cause not known yet: Xã Đông An
        - 1 on backup by 4G: Xã Châu Quế Hạ
        - Xã Tân Hợp on battery, 40 min left
        - Xã Phong Dụ Thượng on battery
        - 1 not measured: Xã Xuân Tầm
        #5011, Sun 22/11/2026. Next bulletin at 22:00 22/11; the core and priority sites are still told by themselves.
    """).replace("KV Văn Yên", "Văn Yên area")
    assert event.incident.affected == ("mau-a", "lang-thip", "lam-giang", "dong-an")
    for language in ("vi", "en"):
        assert len(text(event, language).splitlines()[0]) <= FIRST_LINE


def test_the_bulletin_of_a_quiet_area_and_the_last_one() -> None:
    event = storms.bulletin(desk_of(standings()), "kv-van-yen", at(23, 0), 5012, Clue(at(23, 0), "", "storm_over"))
    assert text(event, "vi").splitlines()[0] == "[BÃO] KV Văn Yên 23:00: mất 0/10 điểm"
    assert text(event, "vi").splitlines()[-1] == "#5012, CN 22/11/2026. Hết chế độ bão: từ nay báo từng sự cố."
    assert text(event, "en").splitlines()[-1] == "#5012, Sun 22/11/2026. End of the storm: each incident is told again."


class Night:
    """A desk that is called whenever it wants to be, and what it sends: (seconds after the beginning, last line)."""

    def __init__(self, desk: Desk) -> None:
        self.desk, self._number, self.now = desk, count(100), BEGUN
        self.sent: list[tuple[float, str]] = []

    def hear(self, seconds: float, *acts: Act) -> None:
        """Let it hear these, and everything due until then before."""
        wake = self._step(self.now)
        while wake is not None and wake < BEGUN + seconds:
            wake = self._step(wake)
        self._step(BEGUN + seconds, *acts)

    def _step(self, now: float, *acts: Act) -> float | None:
        self.now = now
        said = tuple(replace(act, at=now) if act.verb != "storm" else act for act in acts)
        orders = step.step(self.desk, Heard(acts=said), now, 0.0, lambda: next(self._number))
        self.sent += [(now - BEGUN, _last(letter)) for letter in orders.letters if letter.to == "truc"]
        return orders.wake


def _last(letter: Letter) -> str:
    incident = letter.event.incident
    assert (letter.event.event, incident.kind, incident.state) == ("opened", "storm", "resolved")
    return incident.evidence[-1].text


def test_half_hourly_from_the_first_word_to_the_last() -> None:
    night = Night(desk_of())
    night.hear(0, ON)
    [number] = night.desk.bulletins
    night.hear(4000, Act(verb="calm", who="lan", at=BEGUN, about=number))
    night.hear(9000)
    assert night.sent == [
        (0, "storm_next"), (1800, "storm_next"), (3600, "storm_next"), (4000, "storm_over"),
    ]  # fmt: skip


def test_one_that_nobody_calls_off_ends_when_it_was_said_to() -> None:
    night = Night(desk_of())
    night.hear(0, replace(ON, until=BEGUN + 2000))
    night.hear(9000)
    assert night.sent == [(0, "storm_next"), (1800, "storm_next"), (2000, "storm_over")]


def test_each_area_of_a_storm_has_a_bulletin_of_its_own() -> None:
    night = Night(desk_of())
    night.hear(0, replace(ON, what=("kv-van-yen", "van-yen+")))
    assert len(night.sent) == 2


@pytest.mark.parametrize(
    ("beat", "back", "sent"),
    [
        (1700, 1710, [(1800, "storm_next")]),
        (1700, 1900, [(1900, "storm_next")]),  # it was due while netmon was dead
        (1700, 9100, [(9100, "storm_next")]),  # several were, one is enough
        (1805, 1815, [(1815, "storm_next")]),  # perhaps it was not written
        (1900, 1910, []),
        (None, 1910, [(1910, "storm_next")]),
    ],
)
def test_a_restart_loses_no_bulletin(beat: float | None, back: float, sent: list[tuple[float, str]]) -> None:
    act = replace(ON, number=9)
    last = None if beat is None else BEGUN + beat
    desk = step.start(Roster(channels=("truc",)), INVENTORY, Restored(acts=(act,), last_beat=last))
    night = Night(desk)
    night.now = BEGUN + back
    night.hear(max(back, 1801))
    assert night.sent[: len(sent) or None] == sent


def test_a_storm_that_ended_while_netmon_was_dead_is_told_to_be_over() -> None:
    act = replace(ON, number=9, until=BEGUN + 2000)
    desk = step.start(Roster(channels=("truc",)), INVENTORY, Restored(acts=(act,), last_beat=BEGUN + 1900))
    night = Night(desk)
    night.now = BEGUN + 2500
    night.hear(2500)
    assert night.sent == [(2500, "storm_over")]
