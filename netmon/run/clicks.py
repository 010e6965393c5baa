"""What does somebody see who clicks on a link, and what becomes of it?"""

from collections.abc import Callable
from datetime import datetime
from typing import Literal, NamedTuple

from netmon.decide.telling.messages import render
from netmon.decide.walltime import shift_incident
from netmon.errors import NotTaken
from netmon.model import IncidentEvent
from netmon.people import Act
from netmon.run.engine import Engine
from netmon.run.hearing import Hearing
from netmon.run.links import Claim, Links
from netmon.settings.project import Project

Standing = Literal["open", "yours", "taken", "over", "late"]
"""How an incident stands with whoever looks: nobody has taken it, they have, somebody else has, or it is over; `late`:
it cannot be written down now."""


class Seen(NamedTuple):
    """What is shown: in which language, the incident's number, what it is and since when, how it stands, who has taken
    it and when it ended (empty if nobody has, or it has not). `used`: this link was clicked on before."""

    language: str
    incident: int
    what: str
    stands: Standing
    who: str = ""
    ended: str = ""
    used: bool = False


class Clicks:
    """Answers links. What is wrong with one that does not count is not told."""

    def __init__(self, project: Callable[[], Project], engine: Engine, hearing: Hearing, links: Links) -> None:
        self._project, self._engine, self._hearing, self._links = project, engine, hearing, links

    def look(self, token: str) -> Seen | None:
        """What the link is about; None if it does not count."""
        claim = self._claim(token)
        return None if claim is None else self._seen(claim)

    async def take(self, token: str) -> Seen | None:
        """Take what the link is about, once; None if it does not count."""
        claim = self._claim(token)
        seen = None if claim is None else self._seen(claim)
        if claim is None or seen is None or seen.used or seen.stands not in ("open", "taken"):
            return seen
        try:
            await self._hearing.say(Act(verb="ack", who=claim.person, at=0.0, by="link", incident=claim.incident))
        except NotTaken:
            again = self._seen(claim)
            return again if again is None or again.stands != "open" else again._replace(stands="late")
        return seen._replace(stands="yours", used=True)

    def _claim(self, token: str) -> Claim | None:
        claim = self._links.read(token)
        if claim is None or not self._hearing.still_here(claim.person):
            self._hearing.refused()
            return None
        return claim

    def _seen(self, claim: Claim) -> Seen | None:
        incident, desk = self._engine.incidents().get(claim.incident), self._engine.desk
        if incident is None:
            return None
        project, ahead = self._project(), desk.ahead
        person = project.roster.people[claim.person]
        language = person.language or project.config.language
        incident, case = shift_incident(incident, ahead), desk.cases.get(claim.incident)
        what, _ = render(
            project.messages,
            project.inventory,
            IncidentEvent(event="opened", at=incident.opened_at, incident=incident),
            language,
        )
        used = any(
            act.by == "link" and act.who == claim.person and act.at + ahead >= claim.made
            for act in desk.said.get(claim.incident, ())
        )
        who, ended = "" if case is None else case.acked_by, ""
        stands: Standing = "yours" if who == claim.person else "taken" if who else "open"
        if incident.resolved_at is not None:
            zone = self._hearing.zone
            stands, ended = "over", datetime.fromtimestamp(incident.resolved_at, zone).strftime("%H:%M %d/%m/%Y")
        name = project.roster.people[who].name if who in project.roster.people else who
        return Seen(language, claim.incident, what, stands, name, ended, used)
