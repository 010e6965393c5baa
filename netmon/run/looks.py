"""How is an incident looked into?"""

from collections.abc import Callable

from netmon.clock import Clock
from netmon.decide.memory import Memory
from netmon.run.looking import Look
from netmon.run.looks_cli import CliLook
from netmon.run.looks_path import usual, ways
from netmon.wire.net import Net


def looks(net: Net, clock: Clock, memory: Callable[[], Memory]) -> list[Look]:
    """The way to what failed, beside the usual one, and what the command lines near it say."""
    return [ways(net, lambda target: usual(memory(), target), clock), CliLook(net, clock)]
