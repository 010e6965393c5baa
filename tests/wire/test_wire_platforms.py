"""Are the platforms that an inventory may name those that can be logged in to?"""

from netmiko.ssh_dispatcher import CLASS_MAPPER

from netmon.wire.platforms import platforms

OTHER_WAYS = ("_telnet", "_serial", "_ssh")
"""Ends of names that stand for another way in, or for SSH once more."""


def test_they_are_those_of_the_library() -> None:
    known = {name for name in CLASS_MAPPER if not name.endswith(OTHER_WAYS)}
    assert platforms() == known - {"autodetect", "terminal_server"}
