"""What does a person read when something happens to an incident?

Five lines: what and since when; what is broken and how we know; whom it hurts; whom to call; number,
date and what comes next. The words are the operators' templates; one that fails is replaced by plain
facts, since a page must not be lost to a typing mistake.
"""

import dataclasses
import re
from collections.abc import Callable
from zoneinfo import ZoneInfo

import jinja2

from netmon.decide.telling.facts import gather
from netmon.decide.telling.public import Shield, public_event, public_facts
from netmon.decide.telling.reply import NOBODY, Reply, can_be_taken
from netmon.decide.telling.words import Speaker, clean
from netmon.model import Clue, Incident, IncidentEvent, Inventory
from netmon.settings.message_facts import Facts
from netmon.settings.messages import Messages
from netmon.settings.phrases import Phrases

FIRST_LINE = 60
"""Characters that the first line should have at most: half of what an SMS holds."""
SHORTEST_NAME = 12
LONGEST_LINE = 600
DETAIL_LINES = 20

_NOTHING = Phrases({}, {})
_ASIDE = re.compile(r" \([^()]*\)$")
_GAPS = re.compile(r" +(?=[.,;:])|(?<= ) +")


def render(
    messages: Messages,
    inventory: Inventory,
    event: IncidentEvent,
    language: str,
    complain: Callable[[str], None] = lambda _: None,
    *,
    reply: Reply = NOBODY,
    shield: Shield | None = None,
) -> tuple[str, str]:
    """(subject, text): the first line, and all lines, with the link of the reply below them.

    `complain` hears why a template could not be used. With a `shield` nothing is said that it does not let through.
    """
    if shield is not None:
        event, inventory = public_event(event, shield), shield.inventory
    words = speaker(messages, inventory, language)
    facts = gather(event, inventory, words, reply)
    if shield is not None:
        facts = public_facts(facts, event.incident, words)
    name = "resolved" if event.event == "resolved" else event.incident.kind
    known = messages.languages.get(language)
    template = known.templates.get(name) if known else None
    if known is None or template is None:
        complain(f"no message {name} in language {language!r}")
        text = _plain(facts, event)
    else:
        try:
            text = _fitting(template, facts, known.phrases)
        except (jinja2.TemplateError, ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
            complain(f"{language}/{name}.j2: {type(error).__name__}: {error}")
            text = _plain(facts, event)
    link = f"\n{reply.link}" if reply.link and can_be_taken(event) else ""
    text += link + _details(event.incident)
    return text.split("\n", 1)[0], text


def _details(incident: Incident) -> str:
    """The lines to read that come with a change, below the message, as they are indented; at most `DETAIL_LINES`."""
    lines = [line for clue in incident.evidence for line in dict(clue.values).get("detail", "").splitlines()]
    shown = [" " * min(len(line) - len(line.lstrip()), 20) + clean(line) for line in lines[:DETAIL_LINES]]
    left = len(lines) - len(shown)
    return "".join(f"\n{line}" for line in (*shown, *([f"… (+{left})"] if left else ())))


def speaker(messages: Messages, inventory: Inventory, language: str) -> Speaker:
    """Someone who speaks the language; an unknown one is all keys and values. `.say` puts clues into words."""
    known = messages.languages.get(language)
    return Speaker(known.phrases if known else _NOTHING, inventory, ZoneInfo(inventory.timezone))


def say(messages: Messages, inventory: Inventory, clue: Clue, language: str) -> str:
    """One piece of evidence in words."""
    return speaker(messages, inventory, language).say(clue)


def _fitting(template: jinja2.Template, facts: Facts, phrases: Phrases) -> str:
    """The text; if the first line is too long, with as much taken out of it as it needs: full words become short
    ones, the site loses its title and then goes, so does what stands in brackets, and only then is the name cut."""
    text = _written(template, facts)
    best = _first(text)
    if len(best) <= FIRST_LINE:
        return text
    name, site = (brief(one, phrases) for one in (facts.happened.name, facts.happened.site))
    bare = brief(_ASIDE.sub("", facts.happened.name), phrases)
    for called, at in ((name, site), (name, _untitled(facts.happened.site, phrases)), (name, ""), (bare, "")):
        best = _first(_written(template, _called(facts, called, at)))
        if len(best) <= FIRST_LINE:
            break
    excess = len(best) - FIRST_LINE
    if excess > 0 and bare in best:
        room = max(len(bare) - excess, SHORTEST_NAME)
        best = _first(_written(template, _called(facts, _cut(bare, room), "")))
    return best + text[len(_first(text)) :]


def brief(name: str, phrases: Phrases) -> str:
    """The name with short words for long ones, as `short:` of the phrases has them."""
    for long, brief in phrases.short.items():
        name = _shortened(name, long, brief)
    return name


def _shortened(name: str, long: str, brief: str) -> str:
    """`long` replaced wherever it stands; a title (`Xã `) only before a name: "Xã hội" is society, no commune."""
    first, *rest = name.split(long)
    for part in rest:
        first += (brief if not long.endswith(" ") or not part[:1].islower() else long) + part
    return first


def _untitled(site: str, phrases: Phrases) -> str:
    """`Nghĩa Lộ` of `Thị xã Nghĩa Lộ`; what has no title with its short words."""
    titles = (long for long in phrases.short if long.endswith(" ") and site.startswith(long))
    return next((site[len(title) :] for title in titles if site[len(title) :][:1].isupper()), brief(site, phrases))


def _cut(name: str, room: int) -> str:
    """At most `room` characters, cut between words if that leaves enough."""
    if len(name) <= room:
        return name
    kept = name[: room - 1]
    if not name[room - 1].isspace() and kept.rfind(" ") >= SHORTEST_NAME - 1:
        kept = kept[: kept.rfind(" ")]
    return kept.rstrip(" -,") + "…"


def _called(facts: Facts, name: str, site: str) -> Facts:
    return dataclasses.replace(facts, happened=dataclasses.replace(facts.happened, name=name, site=site))


def _written(template: jinja2.Template, facts: Facts) -> str:
    rendered = template.render(facts.variables()).splitlines()
    lines = (_GAPS.sub("", clean(line, LONGEST_LINE)) for line in rendered)
    text = "\n".join(line for line in lines if line)
    if not text:
        raise ValueError("the template says nothing")
    return text


def _first(text: str) -> str:
    return text.split("\n", 1)[0]


def _plain(facts: Facts, event: IncidentEvent) -> str:
    """The facts without a template, in no particular language."""
    happened, incident = facts.happened, event.incident
    lines = [
        f"{happened.tag or '[' + incident.kind + ']'} {happened.name}: {event.event}, {happened.since}",
        "; ".join(facts.broken.evidence),
        ", ".join(part for part in (happened.site, facts.hurt.names, facts.broken.lines) if part),
        "; ".join(f"{call.who} {call.phone}" for call in facts.todo.calls),
        f"#{incident.id}, {happened.date}",
    ]
    return "\n".join(line for line in lines if line)
