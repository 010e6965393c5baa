"""What is made of a poll's outcome before the verdict hears of it?"""

import pytest

from netmon.errors import AuthFailed, BadAnswer, CollectError, NotServing, Refused, Unreachable
from netmon.model import Target
from netmon.run.evidence import NOTE, of_error

DEVICE = Target(id="cam", of="device", site="s", level="commune", address="10.0.0.1", timeout=1.0)
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
