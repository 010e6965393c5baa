"""May this be said now, and if not, why?"""

from typing import Literal

from netmon.model import Incident
from netmon.people import Act, Case, Verb

Objection = Literal["", "no_incident", "unknown", "over", "already", "nobody", "no_text", "no_time", "past", "nothing"]
"""`already`: the same person has said so; `nobody`: nobody has taken it, so that nobody can give it back; `nothing`: it
is not said of what. "" = it may be said."""

ABOUT_INCIDENTS: tuple[Verb, ...] = ("ack", "unack", "note", "called", "ticket", "promise", "false")
"""What is said about an incident; the rest is asked of the desk."""
IN_WORDS: tuple[Verb, ...] = ("note", "called", "ticket", "false", "leave")
"""What says nothing without a text."""
WHILE_OPEN: tuple[Verb, ...] = ("ack", "unack", "promise")
"""What makes no sense once it is over. The number of a ticket may come later, and so may what was found."""


def objection(act: Act, incident: Incident | None, case: Case | None, wall: float) -> Objection:
    """Why the act cannot be taken; `incident` and `case` are those it is about, `wall` is the wall clock."""
    if act.verb == "master":  # said by the service itself, once its marker is gone
        return "nothing"
    if act.verb in ABOUT_INCIDENTS and (found := _to_incident(act, incident, case)):
        return found
    if act.verb in IN_WORDS and not act.text:
        return "no_text"
    if act.verb in ("promise", "silence") and act.until is None:
        return "no_time"
    if act.until is not None and act.until <= wall:
        return "past"
    if (act.verb in ("silence", "storm") and not act.what) or (act.verb in ("unsilence", "calm") and not act.about):
        return "nothing"
    return ""


def _to_incident(act: Act, incident: Incident | None, case: Case | None) -> Objection:
    acked_by = "" if case is None else case.acked_by
    if act.incident is None:
        return "no_incident"
    if incident is None:
        return "unknown"
    if act.verb in WHILE_OPEN and incident.state != "open":
        return "over"
    if act.verb == "ack" and acked_by == act.who:
        return "already"
    return "nobody" if act.verb == "unack" and not acked_by else ""
