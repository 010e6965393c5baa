"""What is made of a poll's outcome before the verdict hears of it?"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import pytest

from netmon.errors import AuthFailed, BadAnswer, CollectError, NotServing, Refused, Unreachable
from netmon.model import ExpirySeen, Metric, Remembered, RowsSeen, Sample, Target, Task
from netmon.reading.certificates import EXPIRY
from netmon.run.evidence import NOTE, of_error, of_result
from netmon.run.schedule import Job

DEVICE = Target(id="cam", of="device", site="s", level="commune", address="10.0.0.1", timeout=1.0)
HOSTS = Remembered("netmon_lan_host_info", ("mac",))
SERVICE = Target(id="web", of="service", site="s", level="commune", address="10.0.0.1", timeout=1.0)


@pytest.mark.parametrize("error", [Unreachable, Refused, NotServing])
def test_a_service_lives_only_if_it_serves(error: type[CollectError]) -> None:
    seen = of_error(SERVICE, "http", 5.0, error("HTTP status 502, expected 200"), True)
    assert seen is not None
    assert (seen.alive, seen.note) == (False, "HTTP status 502, expected 200")


@pytest.mark.parametrize("error", [Refused, NotServing, AuthFailed])
def test_a_device_that_says_no_or_nonsense_is_alive(error: type[CollectError]) -> None:
    seen = of_error(DEVICE, "rtsp", 5.0, error("no"), True)
    assert seen is not None
    assert seen.alive


def test_a_rejected_credential_and_our_own_trouble_do_not_speak_against_a_service() -> None:
    rejected = of_error(SERVICE, "snmp", 5.0, AuthFailed("wrong digest"), True)
    assert rejected is not None
    assert rejected.alive
    assert of_error(SERVICE, "http", 5.0, BadAnswer("a bug"), True) is None
    assert of_error(DEVICE, "http", 5.0, BadAnswer("a bug"), True) is None


def test_what_a_stranger_said_is_one_short_line() -> None:
    said = "banner \x1b[31mred\x07\r\n\u202eevil\x00 \ud800" + "A" * 100_000
    seen = of_error(SERVICE, "tcp", 5.0, NotServing(said), True)
    assert seen is not None
    assert seen.note.startswith("banner [31mred evil A")
    assert len(seen.note) == NOTE
    assert seen.note.isprintable()
    seen.note.encode()


@dataclass(frozen=True, slots=True, kw_only=True)
class Handshake:
    """A collector that brings certificates."""

    steps: tuple[float, ...] = (30.0, 3.0)


def job(plugin: object, target: Target = SERVICE) -> Job:
    return Job(target, Task(collector="tls", plugin=plugin, every=60.0, timeout=1.0))


def test_the_earliest_end_of_a_chain_counts_also_if_the_service_is_not_trusted() -> None:
    samples = [Sample(EXPIRY, 900.0, ("leaf",)), Sample(EXPIRY, 800.0, ("issuer",)), Sample("x", 1.0)]
    wanted = [ExpirySeen("web", 5.0, 800.0, (30.0, 3.0))]
    assert of_result(job(Handshake()), 5.0, samples) == wanted
    assert of_result(job(Handshake()), 5.0, NotServing("not trusted", samples)) == wanted
    assert of_result(job(Handshake()), 5.0, Unreachable("silence")) == []
    assert of_result(job(object()), 5.0, samples) == [], "nobody wants to be told"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hosts:
    """A collector whose rows are remembered."""

    METRICS: ClassVar[Mapping[str, Metric]] = {HOSTS.metric: Metric("info", "Hosts.", ("port", "mac", "address"))}

    def remembered(self) -> tuple[Remembered, ...]:
        return (HOSTS,)


def test_all_rows_of_a_poll_that_succeeded_are_evidence() -> None:
    samples = [Sample(HOSTS.metric, 1.0, ("p1", "aa", "1\x1b[2J")), Sample("x", 1.0)]
    rows: dict[tuple[str, ...], tuple[str, ...]] = {("aa",): ("p1", "1 [2J")}
    assert of_result(job(Hosts(), DEVICE), 5.0, samples) == [RowsSeen("cam", 5.0, HOSTS, rows, ("port", "address"))]
    assert of_result(job(Hosts(), DEVICE), 5.0, []) == [RowsSeen("cam", 5.0, HOSTS, {}, ("port", "address"))]


def test_a_poll_that_failed_half_way_says_nothing_about_rows() -> None:
    samples = [Sample(HOSTS.metric, 1.0, ("p1", "aa", "1"))]
    assert of_result(job(Hosts(), DEVICE), 5.0, Unreachable("gave up", samples)) == []
