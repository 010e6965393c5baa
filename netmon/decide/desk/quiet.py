"""Who wants to hear nothing of an incident for now, and why?"""

from netmon.decide.desk.state import Desk
from netmon.model import Incident
from netmon.people import Act


def keeping_quiet(desk: Desk, incident: Incident, now: float) -> Act | None:
    """The silence or storm that keeps this incident quiet at `now`, the one that lasts longest; None if none does."""
    return None
