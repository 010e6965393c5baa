"""What does a carrier have to read to mend a line, without asking back?

One letter for each carrier whose lines an incident took: which circuits, between which ends, what is wrong since when,
what was measured, what was looked at already, what was said on the telephone, and whom to ring.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from netmon.decide.telling.facts import ELSEWHERE
from netmon.decide.telling.words import Speaker, clean
from netmon.model import Carrier, Clue, Contact, Incident, Link
from netmon.people import Act
from netmon.report.words.ticket import WORDS
from netmon.settings.config import Language
from netmon.settings.letters import bare

KINDS = ("outage", "redundancy_lost", "degraded")
"""Incidents that a carrier can do something about."""
FIGURES = frozenset({"loss", "rtt"})
OURS = frozenset({*ELSEWHERE, *FIGURES, "learned", "look_says"})
"""Evidence that a carrier cannot use, or reads elsewhere in the letter."""
CHECKED = 8
"""Pieces of evidence that are listed."""


class Ticket(NamedTuple):
    """A letter to a carrier, ready to send; `to` "" = the inventory has no address."""

    carrier: str
    to: str
    subject: str
    text: str


class Sender(NamedTuple):
    """Who writes: in which language, in whose words, at what time, whom the carrier should ring, and what people are
    called by their ids."""

    language: Language
    speaker: Speaker
    now: float
    contact: str
    names: Mapping[str, str]

    def word(self, key: str, **values: str) -> str:
        """A phrase with its values."""
        return WORDS[key][self.language != "vi"].format(**values)

    def when(self, at: float) -> str:
        """`21:14 CN 22/11/2026`."""
        return f"{datetime.fromtimestamp(at, self.speaker.zone):%H:%M} {self.speaker.date(at)}"


def carriers_of(incident: Incident, speaker: Speaker) -> dict[str, list[Link]]:
    """The lines that the incident is about, by carrier; empty where no carrier can help."""
    inventory, found = speaker.inventory, dict[str, list[Link]]()
    if incident.kind not in KINDS:
        return found
    for key in dict.fromkeys((*incident.links, incident.root)):
        link = inventory.links.get(key)
        if link is not None and link.carrier is not None and link.carrier in inventory.carriers:
            found.setdefault(link.carrier, []).append(link)
    return found


def tickets(incident: Incident, acts: Sequence[Act], sender: Sender) -> list[Ticket]:
    """A letter to each carrier, in the order of the lines.

    `acts` is what people said of the incident; where several carriers are concerned, each reads only what names it.
    """
    concerned, made = carriers_of(incident, sender.speaker), list[Ticket]()
    for key, lines in concerned.items():
        carrier = sender.speaker.inventory.carriers[key]
        subject = sender.word(
            "subject" if incident.resolved_at is None else "subject_over",
            circuits=sender.speaker.some([sender.speaker.line_label(line) for line in lines]),
            what=_wrong(incident, sender),
            since=sender.when(incident.opened_at),
            id=str(incident.id),
        )
        mine = [act for act in acts if len(concerned) == 1 or names(act, carrier)]
        made.append(Ticket(key, carrier.email, subject, _text(incident, key, lines, mine, sender)))
    return made


def _text(incident: Incident, carrier: str, lines: Sequence[Link], acts: Sequence[Act], sender: Sender) -> str:
    facts = [
        ("wrong", _wrong(incident, sender)),
        ("since", sender.when(incident.opened_at)),
        ("state", _state(incident, sender)),
        ("measured", _measured(incident, lines, sender)),
        ("hurts", _hurts(incident, sender)),
    ]
    people = [("there", _there(lines, sender)), ("sender", sender.contact)]
    parts = [
        [sender.word("dear", carrier=sender.speaker.name(carrier))],
        [sender.word("please" if incident.resolved_at is None else "please_over")],
        [_line(line, sender) for line in lines],
        [f"{sender.word(key)}: {text}" for key, text in facts if text],
        _listed("checked", _checked(incident, lines, sender), sender),
        _listed("said", _said(acts, sender), sender),
        [f"{sender.word(key)}: {text}" for key, text in people if text],
        [sender.word("ours", id=str(incident.id))],
    ]
    return "\n\n".join("\n".join(part) for part in parts if part) + "\n"


def _line(line: Link, sender: Sender) -> str:
    """A circuit: what it is, where it goes, what was promised."""
    speaker, inventory = sender.speaker, sender.speaker.inventory
    speed = "" if line.bandwidth is None else f"{speaker.number(line.bandwidth / 1e6, 3)} Mbps"
    kind = ", ".join(one for one in (speaker.kind(line), speed) if one)
    ends = []
    for device, port in line.ends:
        known = inventory.devices.get(device)
        place = speaker.name(known.site) if known else speaker.name(device)
        ends.append(place + (sender.word("port", port=clean(port)) if port else ""))
    terms = {
        "availability": None if line.contract.availability is None else speaker.percent(line.contract.availability),
        "loss": None if line.contract.loss is None else speaker.percent(line.contract.loss),
        "rtt": None if line.contract.rtt is None else speaker.milliseconds(line.contract.rtt),
        "jitter": None if line.contract.jitter is None else speaker.milliseconds(line.contract.jitter),
    }
    promised = ", ".join(sender.word(key, value=value) for key, value in terms.items() if value is not None)
    head = sender.word("circuit", circuit=speaker.line_label(line)) + (f" ({kind})" if kind else "")
    terms_of_it = f"; {sender.word('promised', promised=promised)}" if promised else ""
    return f"- {head}, {sender.word('ends', one=ends[0], other=ends[1])}{terms_of_it}"


def _wrong(incident: Incident, sender: Sender) -> str:
    return sender.word("flapping" if incident.flapping else incident.kind)


def _state(incident: Incident, sender: Sender) -> str:
    if incident.resolved_at is None:
        lasted = sender.speaker.duration(sender.now - incident.opened_at)
        return sender.word("open", now=sender.when(sender.now), lasted=lasted)
    lasted = sender.speaker.duration(incident.resolved_at - incident.opened_at)
    return sender.word("over", until=sender.when(incident.resolved_at), lasted=lasted)


def _measured(incident: Incident, lines: Sequence[Link], sender: Sender) -> str:
    """The figures of these lines, beside what is allowed."""
    return "; ".join(sender.speaker.say(clue) for clue in _own(incident, lines) if clue.text in FIGURES)


def _own(incident: Incident, lines: Sequence[Link]) -> list[Clue]:
    """The evidence without what is said of somebody else's lines."""
    mine = {line.id for line in lines}
    return [clue for clue in incident.evidence if dict(clue.values).get("link", next(iter(mine))) in mine]


def _hurts(incident: Incident, sender: Sender) -> str:
    if incident.kind != "outage" or not incident.affected:
        return sender.word("nobody") if incident.kind == "redundancy_lost" else ""
    count = len(incident.affected)
    level, names = sender.speaker.level(incident.affected), sender.speaker.sites(incident.affected)
    return names if count == 1 else f"{count} {level}: {names}"


def _checked(incident: Incident, lines: Sequence[Link], sender: Sender) -> list[str]:
    speaker = sender.speaker
    useful = [clue for clue in _own(incident, lines) if clue.text not in OURS]
    useful.sort(key=lambda clue: speaker.phrases.rank(clue.text))
    return list(dict.fromkeys(speaker.say(clue) for clue in useful))[:CHECKED]


def _said(acts: Sequence[Act], sender: Sender) -> list[str]:
    """What people noted of calls, tickets and promises, the oldest first."""
    told = []
    for act in sorted(acts, key=lambda act: act.at):
        if act.verb in ("called", "ticket", "promise", "note"):
            until = "" if act.until is None else sender.when(act.until)
            who = sender.names.get(act.who, act.who)
            said = sender.word(act.verb, who=clean(who), text=clean(act.text, 300), until=until).strip()
            told.append(f"{sender.when(act.at)}, {said}")
    return told


def names(act: Act, carrier: Carrier) -> bool:
    """Is this said of the carrier, by its id or the first word of its name? (VNPT of VNPT Yên Bái)"""
    return any(bare(one) in bare(act.text) for one in (carrier.id, carrier.name.split()[0]))


def _listed(head: str, lines: Sequence[str], sender: Sender) -> list[str]:
    return [f"{sender.word(head)}:", *(f"- {line}" for line in lines)] if lines else []


def _there(lines: Sequence[Link], sender: Sender) -> str:
    """Whom the carrier's people may ring at the first site where there is somebody."""
    sites = sender.speaker.inventory.sites
    found = (contact for line in lines if line.site in sites for contact in sites[line.site].contacts)
    return next((written(contact) for contact in found if contact.phone or contact.email), "")


def written(contact: Contact) -> str:
    """`anh Quân (quản trị mạng), 0216 000 0101`."""
    role = f" ({clean(contact.role)})" if contact.role else ""
    return ", ".join(part for part in (clean(contact.name) + role, clean(contact.phone or contact.email)) if part)
