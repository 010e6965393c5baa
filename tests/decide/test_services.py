"""Is a service that does not serve told once, with what it says, and never for what its device or site explains?"""

import random

import pytest

from netmon.decide.telling.messages import render
from netmon.model import IncidentEvent, Inventory, Observation, State
from netmon.settings.messages import load_messages
from tests.conftest import ROOT
from tests.province import SMALL, T0, Play, made

SLOW = SMALL.replace("every: 2s}}}}", "every: 60s, timeout: 5s}}, on: dsrv}}").replace(
    "dcam: {address: 10.0.1.9, role: camera}}",
    "dcam: {address: 10.0.1.9, role: camera}, dsrv: {address: 10.0.1.20, role: server}}",
)
"""The web server of a district, asked once a minute."""
WEB = ("dweb", "tcp")


@pytest.fixture(scope="module")
def slow() -> Inventory:
    return made(SLOW).inventory


@pytest.fixture(scope="module")
def two_ways() -> Inventory:
    """The service is asked in two ways: whether its port is open, and by SNMP."""
    return made(SLOW.replace("{tcp: {port: 443,", "{snmp: {every: 20s, timeout: 3s}, tcp: {port: 443,")).inventory


@pytest.fixture(scope="module")
def dark() -> Inventory:
    """The server answers nobody but its users."""
    text = SLOW.replace(
        "dsrv: {address: 10.0.1.20, role: server}",
        "dsrv: {address: 10.0.1.20, role: server, collect: {icmp: {every: 2s, timeout: 1s}}}",
    )
    return made(text).inventory


def about(play: Play) -> list[IncidentEvent]:
    return [event for event in play.told.events if event.incident.kind == "service"]


def test_a_service_that_says_something_else_is_told_with_its_words(slow: Inventory) -> None:
    play = Play(slow, 1)
    play.run(100)
    play.says[WEB] = "HTTP status 502, expected 200"
    play.run(300)
    [event] = about(play)
    assert (event.event, event.incident.root, event.incident.affected) == ("opened", "dweb", ("d",))
    assert event.at - event.incident.opened_at < 15, "told ten seconds after the first bad answer"
    messages = load_messages(ROOT / "alerts" / "messages")
    vietnamese, english = (render(messages, slow, event, language, pytest.fail)[1] for language in ("vi", "en"))
    assert "Hỏng: dịch vụ: kiểm tra tcp: HTTP status 502, expected 200." in vietnamese
    assert "Không phải đường truyền: dsrv vẫn trả lời." in vietnamese
    assert "tcp: HTTP status 502, expected 200. Not the line: dsrv still answers." in english
    play.says.clear()
    play.run(420)
    assert [event.event for event in about(play)] == ["opened", "resolved"]


def test_a_single_lost_connect_pages_nobody(slow: Inventory) -> None:
    play = Play(slow, 1)
    play.run(70)
    asked = play.asked[WEB]
    play.dumb.add(WEB)
    while play.asked[WEB] == asked:
        play.run(play.now + 1)
    play.dumb.clear()
    play.run(play.now + 200)
    assert about(play) == []
    assert play.told.changes("dweb") == [(State.UP, None)], "its state does not even flicker"


@pytest.mark.parametrize("said", ["HTTP status 502, expected 200", ""])
def test_a_suspect_service_is_asked_a_few_times_and_then_at_its_turns(slow: Inventory, said: str) -> None:
    play = Play(slow, 1)
    play.run(100)
    asked = play.asked[WEB]
    play.says |= {WEB: said} if said else {}
    play.dumb |= set() if said else {WEB}
    play.run(160)
    assert len(about(play)) == 1
    assert play.asked[WEB] - asked <= 5, "a probe at its turn and a few more"
    asked = play.asked[WEB]
    play.run(760)
    assert play.asked[WEB] - asked == 10, "what is known to be out is asked at its turns only"


def test_however_patient_it_has_become_a_flaky_service_is_not_worn_out(slow: Inventory) -> None:
    play = Play(slow, 1)
    play.run(100)
    learned = play.core.known.watches["dweb"].learned
    learned.spans, learned.beyond, learned.longest, learned.exposure = 400.0, 8000.0, 40.0, 86400.0
    asked = play.asked[WEB]
    play.says[WEB] = "HTTP status 502, expected 200"
    play.run(100 + 60 + 180)
    assert len(about(play)) == 1, "three minutes are an outage whatever it has taught"
    assert play.asked[WEB] - asked <= 20


def test_a_service_asked_in_two_ways_is_out_if_one_of_them_fails(two_ways: Inventory) -> None:
    play = Play(two_ways, 1)
    play.run(100)
    assert play.standing("dweb") == (State.UP, None)
    play.says[WEB] = "HTTP status 502, expected 200"
    play.run(300)
    assert [event.event for event in about(play)] == ["opened"], "its other answers do not make it work"
    assert play.standing("dweb") == (State.DOWN, None)
    play.says = {("dweb", "snmp"): "garbage"}
    play.run(500)
    assert [event.event for event in about(play)] == ["opened"], "nor is it over when the trouble changes"
    play.says = {}
    play.run(700)
    assert [event.event for event in about(play)] == ["opened", "resolved"]


@pytest.mark.parametrize("verb", [("fail", "d"), ("fail", "dsrv"), ("cut", "d/1", "d/2"), ("fail", "c1", "c2")])
@pytest.mark.parametrize("seed", range(4))
def test_what_its_device_or_site_explains_is_no_incident_of_the_service(
    slow: Inventory, verb: tuple[str, ...], seed: int
) -> None:
    """Whether the service or its device is suspect first: the moment of the fault is drawn around its turn."""
    chance = random.Random(seed)
    play = Play(slow, seed)
    play.run(70)
    asked = play.asked[WEB]
    while play.asked[WEB] == asked:
        play.run(play.now + 0.5)
    play.do(play.now + 60 - chance.uniform(-0.5, 3.0), verb)
    play.run(play.now + 120)
    assert about(play) == []
    play.do(play.now, ("restore",))
    play.run(play.now + 180)
    assert about(play) == [], "nor while it comes back"
    assert play.standing("dweb") == (State.UP, None)


def test_a_service_waits_for_its_device_however_long_a_bursty_line_takes(slow: Inventory) -> None:
    play = Play(slow, 1)
    play.run(100)
    learned = play.core.known.watches["dsrv"].learned
    learned.spans, learned.beyond, learned.longest, learned.exposure = 300.0, 1500.0, 30.0, 86400.0
    play.do(100, ("fail", "dsrv"))
    play.run(170)
    assert about(play) == [], "the device is not called yet, and may explain it"
    play.run(400)
    assert about(play) == []
    assert play.standing("dweb") == (State.UNREACHABLE, "dsrv")


def test_a_service_that_stays_out_when_its_device_is_back_is_told_after_a_fresh_look(slow: Inventory) -> None:
    play = Play(slow, 1)
    play.do(100, ("fail", "dsrv"))
    play.run(300)
    play.says[WEB] = "connection refused"
    play.do(300, ("restore",))
    play.run(420)
    [event] = about(play)
    assert event.incident.opened_at >= play.told.events[0].incident.opened_at + 190, (
        "its silence counts from the return"
    )
    clues = {clue.text: dict(clue.values) for clue in event.incident.evidence}
    assert clues["service_says"]["text"] == "connection refused"


def test_a_server_that_answers_only_its_users_is_explained_by_its_site(dark: Inventory) -> None:
    play = Play(dark, 1)
    play.dumb.add(("dsrv", "icmp"))
    play.run(100)
    assert play.standing("dweb") == (State.UP, None)
    play.do(100, ("cut", "d/1", "d/2"))
    play.run(300)
    assert about(play) == []
    assert play.standing("dweb") == (State.UNREACHABLE, "d")
    play.do(300, ("restore",))
    play.run(400)
    assert about(play) == []
    play.says[WEB] = "HTTP status 500, expected 200"
    play.run(500)
    assert len(about(play)) == 1


def test_a_service_that_never_worked_is_summed_up_once_with_what_it_says(slow: Inventory) -> None:
    play = Play(slow, 1)
    play.says[WEB] = "HTTP status 404, expected 200"
    play.run(400)
    [event] = play.told.events
    assert (event.event, event.incident.kind, event.incident.affected) == ("opened", "unseen", ("d",))
    messages = load_messages(ROOT / "alerts" / "messages")
    text = render(messages, slow, event, "vi", pytest.fail)[1]
    assert text.startswith("[CHƯA THẤY] Có dịch vụ chưa dùng được lần nào từ 07:00\n")
    assert "Dịch vụ: Web chưa dùng được lần nào (tcp: HTTP status 404, expected 200)." in text
    play.do(400, ("fail", "dsrv"))
    play.do(500, ("restore",))
    play.run(600)
    assert [event.event for event in play.told.events if event.incident.kind == "unseen"] == ["opened"]
    play.says.clear()
    play.run(700)
    assert [event.event for event in play.told.events if event.incident.kind == "unseen"] == ["opened", "resolved"]
    assert play.standing("dweb") == (State.UP, None)


def test_a_service_whose_device_was_never_reached_is_not_summed_up_beside_it(slow: Inventory) -> None:
    play = Play(slow, 1)
    play.do(0, ("fail", "d"))
    play.run(400)
    [event] = [event for event in play.told.events if event.incident.kind == "unseen"]
    assert "never_served" not in {clue.text for clue in event.incident.evidence}


def _fails(play: Play, says: str, seconds: float) -> None:
    """From its next turn on, for so long."""
    asked = play.asked[WEB]
    play.says[WEB] = says
    while play.asked[WEB] == asked:
        play.run(play.now + 1)
    play.run(play.now + seconds)


@pytest.mark.parametrize("seconds", [3.0, 5.0, 7.0])
def test_what_is_over_before_it_would_be_told_is_not_told(slow: Inventory, seconds: float) -> None:
    """Long enough to be called down: it is asked anew before anybody hears of it."""
    play = Play(slow, 1)
    play.run(70)
    _fails(play, "HTTP status 502, expected 200", seconds)
    play.says.clear()
    play.run(play.now + 200)
    assert about(play) == []


def test_one_that_serves_badly_is_told_once_no_line_can_be_why(slow: Inventory) -> None:
    play = Play(slow, 1)
    play.run(70)
    play.badly.add(WEB)
    _fails(play, "MOS 2.9, wanted 3.6", 200)
    [event] = about(play)
    assert 70 < event.at - event.incident.opened_at < 90


def test_one_that_serves_badly_over_a_bad_line_is_no_incident_beside_the_line_s(slow: Inventory) -> None:
    play = Play(slow, 1)
    play.run(70)
    play.do(play.now, ("loss", "d/1", "0.3"))
    play.badly.add(WEB)
    _fails(play, "MOS 2.9, wanted 3.6", 400)
    assert [(event.incident.kind, event.incident.root) for event in play.told.events] == [("degraded", "d/1")]


def test_what_was_asked_while_its_device_was_out_of_reach_says_nothing(slow: Inventory) -> None:
    """A time-out as long as the gap: it ends when the device is back, and is no proof against the service."""
    play = Play(slow, 1)
    play.run(70)
    play.do(play.now, ("isolate",))
    play.dumb.add(WEB)  # silence goes on for the questions that are under way
    play.run(play.now + 40)
    play.do(play.now, ("restore",))
    play.dumb.clear()
    play.run(play.now + 200)
    assert about(play) == []


def test_what_was_missed_behind_something_broken_does_not_count_when_that_is_back(slow: Inventory) -> None:
    play = Play(slow, 1)
    play.run(100)
    watches = play.core.known.watches
    watches["dweb"].first_miss, watches["dweb"].suspected_at = T0 + 80, T0 + 81
    watches["dsrv"].back = T0 + 96
    play.core.known.touched.add("dsrv")
    play.tell(Observation("dweb", T0 + 95, "tcp", False, None, False, "no answer"))
    play.tell(Observation("dweb", T0 + 95.5, "tcp", False, None, False, "no answer"))
    play.run(300)
    assert about(play) == []
    assert play.told.changes("dweb") == [(State.UP, None)]
