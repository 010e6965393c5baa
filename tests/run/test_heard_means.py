"""Is what devices say understood, whatever they call their ports?"""

import pytest

from netmon.model import Profile, TrapKind
from netmon.run.heard.limits import KEPT, Bucket, Counts
from netmon.run.heard.means import Meanings, Port, pick, same_port, trap_port
from netmon.wire import syslog
from tests.recordings.playing import vendors

OWN = Profile(
    id="own",
    name="Own",
    traps={"1.2.3.0.4": "on_battery"},
    syslog=((r"PSU\d lost", "dying_gasp"),),
)
MEANINGS = Meanings([*vendors().values(), OWN])
UPS = "1.3.6.1.2.1.33"
ALARM = {f"{UPS}.1.6.2.1.2.7": f"{UPS}.1.6.3.2"}


@pytest.mark.parametrize(
    ("trap", "values", "what"),
    [
        ("1.3.6.1.6.3.1.1.5.3", {}, "link_down"),
        ("1.3.6.1.6.3.1.1.5.2", {}, "cold_start"),
        ("1.3.6.1.2.1.15.0.2", {}, "bgp_down"),
        ("1.3.6.1.2.1.15.7.2", {}, "bgp_down"),
        ("1.3.6.1.2.1.15.7.0.1", {}, "bgp_up"),  # RFC 1269 by way of v1
        (f"{UPS}.2.1", {}, "on_battery"),
        (f"{UPS}.2.0.1", {}, "on_battery"),
        (f"{UPS}.2.4", ALARM, "on_mains"),
        (f"{UPS}.2.0.3", ALARM, "on_battery"),
        (f"{UPS}.2.4", {f"{UPS}.1.6.2.1.2.7": f"{UPS}.1.6.3.1"}, None),
        ("1.3.6.1.4.1.318.0.5", {}, "on_battery"),
        ("1.3.6.1.4.1.318.0.55", {}, None),
        ("1", {}, None),
        ("", {}, None),
    ],
)
def test_what_a_trap_means(trap: str, values: dict[str, str], what: TrapKind | None) -> None:
    assert MEANINGS.of_trap(trap, values) == what


IF = "1.3.6.1.2.1.2.2.1"
NAME = "1.3.6.1.2.1.31.1.1.1.1"


@pytest.mark.parametrize(
    ("values", "port"),
    [
        ({f"{IF}.1.7": 7, f"{IF}.2.7": b"GigabitEthernet0/7", f"{NAME}.7": b"Gi0/7"}, Port("Gi0/7", "7")),
        ({f"{IF}.1.7": 7, f"{IF}.2.7": b"GigabitEthernet0/7"}, Port("GigabitEthernet0/7", "7")),
        ({f"{IF}.1.7": 7}, Port(number="7")),
        ({f"{IF}.1": 7}, Port()),
        ({f"{IF}.7.9": 1, f"{IF}.8.9": 2}, Port(number="9")),
        ({f"{NAME}.7": b"\x00"}, Port(number="7")),
        ({}, Port()),
    ],
)
def test_which_port_a_trap_is_about(values: dict[str, int | bytes], port: Port) -> None:
    assert trap_port(values) == port


@pytest.mark.parametrize(
    ("line", "what", "port"),
    [
        ("<189>29: *Mar  1 18:46:11: %LINK-3-UPDOWN: Interface GigabitEthernet0/1, changed state to down",
         "link_down", "GigabitEthernet0/1"),
        ("<189>30: %LINEPROTO-5-UPDOWN: Line protocol on Interface Gi0/1, changed state to up", "link_up", "Gi0/1"),
        ("<189>31: %BGP-5-ADJCHANGE: neighbor 10.0.0.1 Down BGP Notification sent", "bgp_down", ""),
        ("<189>31: %BGP-5-ADJCHANGE: neighbor 10.0.0.1 vpn vrf a Up", "bgp_up", ""),
        ("<189>40: %SYS-5-RESTART: System restarted --", "cold_start", ""),
        ("<188>R1 %%01IFNET/4/IF_STATE(l)[5]:Interface GigabitEthernet0/0/1 has turned into DOWN state.",
         "link_down", "GigabitEthernet0/0/1"),
        ("<188>%%01IFNET/4/LINK_STATE(l)[6]:The line protocol IP on the interface GE0/0/2 has entered the UP state.",
         "link_up", "GE0/0/2"),
        ("<188>%%01IFNET/4/LINK_STATE(l)[6]:The line protocol IP on the interface GE0/0/2 has entered the DOWN state.",
         "link_down", "GE0/0/2"),
        ("<187>R1 %%01BGP/3/STATE_CHG_UPDOWN(l)[1]:The status of the peer 10.0.0.1 changed from ESTABLISHED to IDLE.",
         "bgp_down", ""),
        ("<187>R1 %%10IFNET/3/PHY_UPDOWN: Physical state on the interface GigabitEthernet1/0/1 changed to down.",
         "link_down", "GigabitEthernet1/0/1"),
        ("<187>Nov 28 2026 R1 %%10IFNET/3/LINK_UPDOWN: GigabitEthernet1/0/1 link status is DOWN.",
         "link_down", "GigabitEthernet1/0/1"),
        ("<28>1 2026-11-28T02:13:05Z mx mib2d 11 SNMP_TRAP_LINK_DOWN [x] ifIndex 5, ifName ge-0/0/1",
         "link_down", "ge-0/0/1"),
        ("<30>x PSU1 lost", "dying_gasp", ""),
    ],
)  # fmt: skip
def test_what_a_line_of_syslog_means(line: str, what: TrapKind, port: str) -> None:
    assert MEANINGS.of_line(syslog.text(line.encode())) == (what, port)


def test_a_line_that_nobody_knows() -> None:
    assert MEANINGS.of_line("sshd: a login") is None
    assert Meanings().of_line("%LINK-3-UPDOWN: Interface Gi0/1, changed state to down") is None


@pytest.mark.parametrize("rubbish", [b"", b"<999>text", b"<14>", b"\x00\x01\x02", b"<1234>", b"123 456"])
def test_what_is_no_syslog(rubbish: bytes) -> None:
    assert syslog.text(rubbish) == ""


def test_a_line_is_cut_and_cannot_hide_anything() -> None:
    assert len(syslog.text(b"<14>" + b"a" * 5000)) < 1024
    assert syslog.text(b"<14>a\x1b[31m\nb\xff") == "a\ufffd[31m b\ufffd"
    assert syslog.text(b"without a priority") == "without a priority"


@pytest.mark.parametrize(
    ("said", "known", "same"),
    [
        ("Gi0/1", "GigabitEthernet0/1", True),
        ("GE0/0/1", "GigabitEthernet0/0/1", True),
        ("gigabitethernet0/1", "Gi0/1", True),
        ("Te1/1", "TenGigabitEthernet1/1", True),
        ("Gi0/1", "Gi0/11", False),
        ("Gi0/1", "Te0/1", False),
        ("G0/1", "GigabitEthernet0/1", False),
        ("lo", "loopback", False),
        ("ge-0/0/1", "ge-0/0/1", True),
        ("ge-0/0/1", "ge-0/0/1.5", False),
    ],
)
def test_short_names_are_known(said: str, known: str, same: bool) -> None:
    assert same_port(said, known) is same


def test_a_name_that_may_be_two_is_none() -> None:
    rows = [("Gi0/1", "", "GigabitEthernet0/1", "1"), ("port9", "Gi0/1 to core", "GigaIface0/1", "2")]
    assert pick("GigabitEthernet0/1", rows) == "Gi0/1"
    assert pick("GigaIface0/1", rows) == "port9"
    assert pick("Gig0/1", rows) == ""
    assert pick("Gi0/9", rows) == ""


def test_a_bucket_fills_again() -> None:
    bucket = Bucket(rate=10, burst=5)
    assert [bucket.take(100.0) for _ in range(7)] == [True] * 5 + [False] * 2
    assert [bucket.take(100.25) for _ in range(3)] == [True, True, False]
    assert [bucket.take(99.0) for _ in range(2)] == [False, False], "a clock that is set back gives nothing"
    assert sum(bucket.take(1000.0) for _ in range(9)) == 5


def test_a_counter_has_so_many_words_and_no_more() -> None:
    counts = Counts()
    assert [counts.stranger(f"1.3.{n % 100}") for n in range(200)] == [n < KEPT for n in range(200)]
    assert len(counts.unknown) == KEPT + 1
    assert counts.unknown["other"] == 72
    assert sum(counts.unknown.values()) == 200
