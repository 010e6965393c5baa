"""Which values stand in what a command printed?

By a regular expression of the operator's, or by the template that ntc-templates has for the command. Both see text from
the network: a template that does not fit is no bug, and what is not a number is no value.
"""

import re
from collections.abc import Mapping, Sequence
from itertools import islice

from netmon.errors import BadAnswer

MOST_ROWS = 2000
_NUMBER = re.compile(r"[-+]?\d+(?:\.\d+)?")


def rows(platform: str, command: str, text: str, pattern: str = "") -> list[Mapping[str, str]]:
    """One mapping of field to text for each match of `pattern` (its named groups), or for each row that the template
    finds; field names in lower case. Blocks for a moment. BadAnswer if there is no template, or it does not fit."""
    if pattern:
        matches = islice(re.finditer(pattern, text, re.MULTILINE), MOST_ROWS)
        return [{key.lower(): value or "" for key, value in match.groupdict().items()} for match in matches]
    return _by_template(platform, command, text)[:MOST_ROWS]


def _by_template(platform: str, command: str, text: str) -> list[Mapping[str, str]]:
    # The index of a thousand templates takes a moment to read, which only those wait for who use one.
    from ntc_templates.parse import ParsingException, parse_output
    from textfsm import TextFSMError

    try:
        found: Sequence[Mapping[str, object]] = parse_output(platform=platform, command=command, data=text)
    except (ParsingException, TextFSMError) as error:
        # the line that a template stumbles over may hold a password
        said = " ".join(str(error).partition("Input Line")[0].split())[:120]
        raise BadAnswer(f"{command!r} on {platform}: {said}; give a `pattern`") from None
    return [{key: value if isinstance(value, str) else "" for key, value in row.items()} for row in found]


def number(text: str) -> float | None:
    """The first number in a text such as `12 %`; None if there is none."""
    found = _NUMBER.search(text)
    return None if found is None else float(found[0])
