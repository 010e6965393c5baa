"""Which commands only look?

A command is run if, and only if, its vendor's list of commands that print something has it, whole and written out; and
nothing is sent to a device that its vendor's words for changing something begin, whoever wants to send it. So a mistake
in an inventory, in this program or in the library that types cannot change a configuration.
"""

import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType

_LONGEST = 200
_WORDS = r"(?: [\w.:/,=*'\"\[\]()@+-]+)*"
_FILTER = (
    r"(?: \| (?:include|exclude|begin|section|count|match|except|find|last|no-more|grep|display (?:set|inheritance))"
    rf"{_WORDS})*"
)
_SHOW = rf"show{_WORDS}{_FILTER}"
_DISPLAY = rf"display{_WORDS}{_FILTER}"
_LISTS: Mapping[str, str] = MappingProxyType(
    {
        "alcatel_sros": rf"{_SHOW}|admin display-config",
        "nokia_sros": rf"{_SHOW}|admin display-config|info",
        "fortinet": rf"{_SHOW}|get{_WORDS}|diagnose (?:hardware|netlink) {_WORDS}",
        "h3c": _DISPLAY,
        "hp_comware": _DISPLAY,
        "huawei": _DISPLAY,
        "mikrotik": r"/?export(?: (?:terse|compact|verbose|hide-sensitive))*"
        r"|/?(?:[a-z-]+[ /])+print(?: (?:detail|brief|terse|stats|without-paging|count-only))*",
    }
)
"""By how a platform's name begins, what its list is; all others have `show`."""
_HEAVY = re.compile(r"(?:show|display) (?:tech-support|diagnostic-information)", re.IGNORECASE)
_CHANGING = re.compile(
    r"\s*(?:conf(?:ig(?:ure)?)?\b|edit\b|system-view\b|sys\b|undo\b|no |write\b|wr\b|copy\b|save\b|commit\b|reload\b"
    r"|reboot\b|reset\b|delete\b|erase\b|format\b|clear\b|debug\b|set (?!cli\b|terminal\b|length\b|width\b|pag))",
    re.IGNORECASE,
)


def refused(platform: str, command: str) -> str:
    """Why this command is not run on this platform; "" = it only looks."""
    if not 0 < len(command) <= _LONGEST:
        return f"a command has 1 to {_LONGEST} characters"
    if not command.isprintable():
        return "a command is one line without control characters"
    allowed = next((listed for name, listed in _LISTS.items() if platform.startswith(name)), _SHOW)
    if _HEAVY.match(command):
        return f"{command!r} can burden a device for minutes"
    if re.fullmatch(allowed, command) is None:
        word = "display" if allowed == _DISPLAY else "show"
        return f"{command!r} is not a command that only prints something, written out (`{word} …`), on {platform}"
    return ""


def guard(platform: str, commands: Sequence[str]) -> None:
    """ValueError, with the reason, unless all of these commands only look."""
    for command in commands:
        if why := refused(platform, command):
            raise ValueError(why)


def changing(typed: str) -> bool:
    """Whether something that is about to be typed might change a device."""
    return any(_CHANGING.match(line) for line in typed.splitlines())
