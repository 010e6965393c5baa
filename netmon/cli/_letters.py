"""What has to be written to a carrier, and how does it get there?"""

import asyncio
import sys
from pathlib import Path

from netmon.clock import SystemClock
from netmon.decide.telling.messages import speaker
from netmon.errors import InputError, Problem
from netmon.model import Incident, Inventory, Notice
from netmon.report.tickets import Sender, Ticket, carriers_of, tickets, written
from netmon.run.journal.seam import read_only
from netmon.run.twin import origin
from netmon.settings.config import Language
from netmon.settings.project import Project, load
from netmon.wire.real import RealNet

ABOUT = "Which fault is it, for the carrier whose line it took? PROJECT N, the number of the incident."


def write(project: Path, incident: int, carrier: str, language: Language | None, contact: str, send: bool) -> None:
    """The trouble ticket of an incident to each carrier whose lines it took, printed; sent as well, if asked to.

    InputError if no carrier can help, SendError if it could not be sent.
    """
    loaded = load(project, secrets=send)
    restored = read_only(loaded.config.data / "journal.db")
    found = restored.incidents.get(incident)
    if found is None:
        last = ", ".join(str(number) for number in sorted(restored.incidents)[-5:]) or "none"
        raise InputError([Problem(str(incident), 0, 0, "no incident of the last 30 days", f"the last are {last}")])
    sender = _sender(loaded, language or loaded.config.language, contact)
    if not carriers_of(found, sender.speaker):
        raise InputError([Problem(str(incident), 0, 0, "is about no line of a carrier: nobody to write to")])
    acts = [act for act in restored.acts if act.incident == incident]
    letters = [one for one in tickets(found, acts, sender) if carrier in ("", one.carrier)]
    if not letters:
        names = ", ".join(carriers_of(found, sender.speaker))
        raise InputError([Problem(carrier, 0, 0, "has no line in this incident", f"there are {names}")])
    by = _channel(loaded, letters) if send else ""
    for letter in letters:
        _show(letter)
    if send:
        asyncio.run(_send(loaded, found, letters, by))


def _sender(loaded: Project, language: Language, contact: str) -> Sender:
    names = {key: person.name for key, person in loaded.roster.people.items()}
    who = contact or _centre(loaded.inventory)
    return Sender(language, speaker(loaded.messages, loaded.inventory, language), SystemClock().now(), who, names)


def _centre(inventory: Inventory) -> str:
    """The first person to ring where netmon stands."""
    vantage = inventory.devices.get(inventory.vantage)
    contacts = inventory.sites[vantage.site].contacts if vantage else ()
    return written(contacts[0]) if contacts else ""


def _show(letter: Ticket) -> None:
    sys.stdout.write(f"To: {letter.to or f'(no address of {letter.carrier} in the inventory)'}\n")
    sys.stdout.write(f"Subject: {letter.subject}\n\n{letter.text}\n")


def _channel(loaded: Project, letters: list[Ticket]) -> str:
    """The first channel that takes mail addresses. InputError if there is none, a carrier has no address, or this
    netmon is mute."""
    if origin(loaded.config.data) is not None:
        raise InputError([Problem("twin", 0, 0, "this netmon is mute: it is not the master", "netmon master")])
    name = next((name for name, channel in loaded.config.channels.items() if channel.address == "email"), None)
    if name is None:
        raise InputError([Problem("netmon.yaml", 0, 0, "no channel under `notifiers:` sends mail")])
    nowhere = [letter.carrier for letter in letters if not letter.to]
    if nowhere:
        hint = "--carrier ID sends one letter alone" if len(letters) > 1 else ""
        raise InputError([Problem(key, 0, 0, "this carrier has no `email` in the inventory", hint) for key in nowhere])
    return name


async def _send(loaded: Project, incident: Incident, letters: list[Ticket], by: str) -> None:
    """Each to its carrier. SendError."""
    net, at = RealNet(), SystemClock().now()
    try:
        for letter in letters:
            notice = Notice(
                id=f"{incident.id}/opened/{letter.carrier}/{at:.0f}",
                event="opened",
                at=at,
                to=letter.carrier,
                incident=incident,
                subject=letter.subject,
                text=letter.text,
                by=by,
                address=letter.to,
            )
            await loaded.config.notifiers[by].send(notice, net)
            sys.stderr.write(f"sent to {letter.to}\n")
    finally:
        await net.close()
