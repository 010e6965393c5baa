"""What does one ask a vendor's command line, and what of its answer may be kept?

Secrets are taken out of what a device prints before anything else sees it; what changes by itself is taken out before
it is compared. All of that is data (vendors.yaml beside this file), so that a vendor's word for a password is one line.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import yaml

SCRUBBED = "***"
_PEM = re.compile(r"-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----.*?(?:-----END [A-Z0-9 ]*PRIVATE KEY-----|\Z)", re.DOTALL)
_SHORTEST = 4
"""Characters of a secret of ours that is looked for as such: what is shorter stands in half of all words."""
_CONTROLS = {
    code: f"^{chr(code ^ 64)}" if code < 128 else "?" for code in (*range(9), *range(11, 32), *range(127, 160))
}
"""How control characters are shown: what a device prints goes to terminals."""
_FLAGS = re.IGNORECASE | re.MULTILINE


class Section(NamedTuple):
    """A secret that is one only between a line that `since` matches and the next that `until` does."""

    since: re.Pattern[str]
    until: re.Pattern[str]
    secret: re.Pattern[str]


class LookCommand(NamedTuple):
    """A command for those who look into an incident; `last`: its end says more than its beginning."""

    command: str
    last: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Vendor:
    """A vendor's command line. `saved` = "" where what is saved cannot be told from what runs.

    `complete` matches in every configuration that was printed to its end, None = its end cannot be told. `look_port`
    are like `look`, for one interface: `{port}`.
    """

    running: str
    saved: str
    complete: re.Pattern[str] | None
    continued: re.Pattern[str] | None
    refusals: tuple[re.Pattern[str], ...]
    volatile: tuple[re.Pattern[str], ...]
    who: tuple[re.Pattern[str], ...]
    secrets: tuple[re.Pattern[str] | Section, ...]
    look: tuple[LookCommand, ...]
    look_port: tuple[LookCommand, ...]

    def scrub(self, text: str, ours: Iterable[str] = ()) -> str:
        """What a device printed, without secrets; `ours` are those that netmon itself knows of the device."""
        text = text.replace("\r\n", "\n").replace("\r", "\n").translate(_CONTROLS)
        if self.continued is not None:
            text = self.continued.sub("", text)
        text = _PEM.sub(SCRUBBED, text)
        for rule in self.secrets:
            text = _section(rule, text) if isinstance(rule, Section) else rule.sub(_blank, text)
        for secret in sorted(ours, key=len, reverse=True):
            if len(secret) >= _SHORTEST:
                text = text.replace(secret, SCRUBBED)
        return text

    def settled(self, text: str) -> str:
        """A scrubbed configuration without what changes by itself, nor blanks at the ends of lines; one line feed at
        its end."""
        for pattern in self.volatile:
            text = pattern.sub("", text)
        lines = [line.rstrip() for line in text.split("\n")]
        return "\n".join(line for line in lines if line) + "\n"

    def changer(self, text: str) -> str:
        """Who changed the configuration last, "" if it does not tell."""
        found = (match for pattern in self.who for match in pattern.finditer(text))
        return next((match["who"] for match in found), "")[:60]

    def refuses(self, text: str) -> bool:
        """Whether the device does not know the command, or does not allow it."""
        first = next((line.strip() for line in text.splitlines() if line.strip()), "")
        return any(pattern.search(first) for pattern in self.refusals)

    def unusable(self, text: str) -> str:
        """Why this answer is no configuration; "" = it is one."""
        if not text.strip():
            return "it prints nothing"
        if self.refuses(text):
            return "it refuses the command"
        if self.complete is not None and not self.complete.search(text):
            return "it was cut short"
        return ""


@cache
def vendor(platform: str) -> Vendor:
    """How to talk to a platform of netmiko's; one that nobody described is taken for something like Cisco's."""
    said: Mapping[str, Any] = yaml.load(
        Path(__file__).with_name("vendors.yaml").read_text(encoding="utf-8"), Loader=yaml.CSafeLoader
    )
    every = said["every"]
    own: Mapping[str, Any] = next((each for each in said["platforms"] if platform.startswith(tuple(each["names"]))), {})
    both = {key: (*own.get(key, ()), *every[key]) for key in ("refusals", "volatile", "who", "secrets")}
    first = [*own.get("look", ()), *own.get("look_first", ())]
    return Vendor(
        running=own.get("running", every["running"]),
        saved=own.get("saved", ""),
        complete=_compiled(own.get("complete")),
        continued=_compiled(own.get("continued")),
        refusals=tuple(re.compile(each, _FLAGS) for each in both["refusals"]),
        volatile=tuple(re.compile(each, _FLAGS) for each in both["volatile"]),
        who=tuple(re.compile(each, _FLAGS) for each in both["who"]),
        secrets=tuple(_rule(each) for each in both["secrets"]),
        look=(*map(LookCommand, first), *(LookCommand(each, True) for each in own.get("look_last", ()))),
        look_port=tuple(LookCommand(each) for each in own.get("look_port", ())),
    )


def _compiled(pattern: str | None) -> re.Pattern[str] | None:
    return None if pattern is None else re.compile(pattern, _FLAGS)


def _rule(said: str | Mapping[str, str]) -> re.Pattern[str] | Section:
    if isinstance(said, str):
        return re.compile(said, _FLAGS)
    return Section(*(re.compile(said[key], _FLAGS) for key in ("from", "to", "secret")))


def _blank(match: re.Match[str]) -> str:
    """What matched, its groups blanked."""
    text, base = match[0], match.start()
    for group in range(match.re.groups, 0, -1):
        begin, end = match.span(group)
        if begin >= 0:
            text = text[: begin - base] + SCRUBBED + text[end - base :]
    return text


def _section(rule: Section, text: str) -> str:
    inside, lines = False, []
    for line in text.split("\n"):
        if rule.since.search(line):
            inside = True
        elif inside and rule.until.search(line):
            inside = False
        lines.append(rule.secret.sub(_blank, line) if inside else line)
    return "\n".join(lines)
