"""Whose command lines can be read?

netmiko knows; importing it to check an inventory would take longer than the check. So its names stand in a file beside
this one, and a test compares them with the library's.
"""

from functools import cache
from pathlib import Path


@cache
def platforms() -> frozenset[str]:
    """The platforms that are logged in to over SSH, as netmiko calls them (huawei_vrp, cisco_ios)."""
    return frozenset(Path(__file__).with_name("platforms.txt").read_text(encoding="utf-8").split())
