"""Who reads everything while the desk is being tried out, and what would the others have got?"""

from datetime import datetime

from netmon.decide.desk import reach
from netmon.decide.desk.reach import Recipient
from netmon.decide.desk.state import Desk
from netmon.people import Case, Would


def person(desk: Desk, wall: float) -> Recipient | None:
    """Whom all letters go to at this wall time; None: everybody gets their own. One who has left shadows nobody."""
    shadow = desk.roster.shadow
    if shadow is None or (shadow.until is not None and datetime.fromtimestamp(wall, desk.zone).date() >= shadow.until):
        return None
    return next(iter(reach.recipients(desk, (shadow.to,), wall)), None)


def outgrown(desk: Desk, case: Case, wall: float) -> bool:
    """Whether nobody but the shadow's person has heard of it, and now it is everybody's."""
    return case.shadow and person(desk, wall) is None


def people(would: tuple[Would, ...]) -> str:
    """Who would have got something, by what: `binh (call, sms), lan (sms)`."""
    found: dict[str, dict[str, None]] = {}
    for one in would:
        found.setdefault(one.to, {}).update(dict.fromkeys(one.by))
    return ", ".join(f"{to} ({', '.join(by)})" for to, by in found.items())
