"""Are a few numbers found on a page of many?"""

from netmon.web.app import build
from netmon.web.figures import latest
from tests.web.shown import Shown, running_beside

PAGE = """\
# TYPE netmon_ups_remaining_seconds gauge
netmon_ups_remaining_seconds{site="mau-a",level="commune",device="ma-ups"} 2400
netmon_ups_remaining_seconds{site="xa-b",level="commune",device="b-ups"} 60.5
netmon_ups_remaining_seconds_of_something_else{device="ma-ups"} 1
netmon_ups_on_battery{device="ma-ups"} no number
netmon_ups_on_battery{device="cut
netmon_ups_on_battery{site="mau-a",level="commune",device="ma-ups"} 1
netmon_up{site="mau-a",level="commune",device="ma-r1"} 1
"""
NAMES = ("netmon_ups_remaining_seconds", "netmon_ups_on_battery", "netmon_none")


def test_by_device() -> None:
    """And what is no metric hides none of the others."""
    with running_beside(build(Shown(page=PAGE.encode()))) as port:
        found = latest(f"127.0.0.1:{port}", NAMES, "device")
    assert found == {
        "netmon_ups_remaining_seconds": {"ma-ups": 2400.0, "b-ups": 60.5},
        "netmon_ups_on_battery": {"ma-ups": 1.0},
        "netmon_none": {},
    }


def test_nobody_is_there() -> None:
    assert latest("127.0.0.1:1", NAMES, "device") == {name: {} for name in NAMES}
