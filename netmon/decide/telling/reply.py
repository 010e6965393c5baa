"""What can somebody say back to a message, and what happens if nobody does?"""

from typing import NamedTuple

from netmon.decide.telling.words import Speaker
from netmon.model import IncidentEvent


class Reply(NamedTuple):
    """`asked`: whether this reader is one who may take the incident. `then`: seconds until somebody else is told if
    nobody does, None: nobody is. `link`: where it can be taken with a click, "" = nowhere."""

    asked: bool = False
    then: float | None = None
    link: str = ""


class Answers(NamedTuple):
    """What the last line of a message says of it, in words; empty where there is nothing to say."""

    acknowledge: str = ""
    escalates: str = ""


NOBODY = Reply()


def can_be_taken(event: IncidentEvent) -> bool:
    """Is this news of something open that somebody may not have taken yet? A bulletin is over as soon as it is told."""
    return event.incident.state == "open" and event.event in ("opened", "reminded", "escalated")


def answers(event: IncidentEvent, reply: Reply, speaker: Speaker) -> Answers:
    """How to take what is open; how to note the carrier's ticket of what is over."""
    number = str(event.incident.id)
    if reply.asked and event.event == "resolved" and event.incident.links:
        return Answers(speaker.word("note_ticket", id=number))
    if reply.asked and (one := _of_many(event)):
        return Answers(speaker.word("acknowledge", id=one))
    if not reply.asked or not can_be_taken(event):
        return Answers()
    wanted = speaker.word("acknowledge_link" if reply.link else "acknowledge", id=number)
    next_one = "" if reply.then is None else speaker.word("escalates", then=f"{reply.then:g}")
    return Answers(wanted, next_one)


def _of_many(event: IncidentEvent) -> str:
    """The number of the first incident that can be taken of those that a bulletin tells of; "" without any."""
    each = (dict(clue.values) for clue in event.incident.evidence if clue.text == "crowd_line")
    return next((values.get("incident", "") for values in each if values.get("kind") != "resolved"), "")
