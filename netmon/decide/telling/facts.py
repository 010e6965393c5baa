"""What is there to say about an incident event?"""

from collections.abc import Sequence

from netmon.decide.telling.calls import whom_to_call
from netmon.decide.telling.figures import CROSSED, measured
from netmon.decide.telling.heads import LONGEST_CLUE, LONGEST_LISTING, Head, head_of
from netmon.decide.telling.reply import NOBODY, Reply, answers
from netmon.decide.telling.scope import hanging_on, ways_around
from netmon.decide.telling.words import Speaker, clean
from netmon.model import Clue, Incident, IncidentEvent, Inventory, Link
from netmon.settings.message_facts import Broken, Facts, Happened, Hurt, RootOf, Todo

OVER = ("peer_back", "peer_removed", "drill_taken", "drill_unanswered")
AFTERWARDS = (
    "rebooted", "not_rebooted", "dying_gasp", "on_battery", "alert_lapsed", *OVER,
    *(name for name in CROSSED if name != "crossed"),
)  # fmt: skip
"""Evidence that tells the cause when all is over."""
ELSEWHERE = (
    "redundant_left", "never_seen", "anchors_silent", "group", "carrier_lines", "inferred", "service_host",
    "crowd_head",
)  # fmt: skip
"""Evidence whose values the templates have as variables."""
STRONGEST = 3


def gather(event: IncidentEvent, inventory: Inventory, speaker: Speaker, reply: Reply = NOBODY) -> Facts:
    """The template variables for an event, read by somebody who may `reply`."""
    incident = event.incident
    head = head_of(incident, inventory, speaker)
    lines = [inventory.links[key] for key in incident.links if key in inventory.links]
    return Facts(
        happened=_happened(event, head, inventory, speaker),
        broken=_broken(event, head, lines, inventory, speaker),
        measured=measured(incident, inventory, speaker),
        hurt=_hurt(incident, head, inventory, speaker),
        todo=Todo(
            calls=whom_to_call(incident, head.site, lines, inventory, speaker),
            **answers(event, reply, speaker)._asdict(),
        ),
    )


def _happened(event: IncidentEvent, head: Head, inventory: Inventory, speaker: Speaker) -> Happened:
    incident = event.incident
    device = inventory.devices.get(incident.root)
    return Happened(
        id=incident.id,
        event=event.event,
        kind=incident.kind,
        severity=incident.severity,
        flapping=incident.flapping,
        group=_is_group(incident, inventory),
        tag=speaker.phrases.get("tags", "resolved" if event.event == "resolved" else incident.kind),
        mark=speaker.phrases.get("marks", event.event),
        root_of=root_of(incident, inventory),
        name=head.name,
        site=speaker.name(head.site),
        role=clean(device.role) if device else "",
        since=speaker.clock(incident.opened_at, event.at),
        until="" if incident.resolved_at is None else speaker.clock(incident.resolved_at, event.at),
        lasted=speaker.duration((incident.resolved_at or event.at) - incident.opened_at),
        date=speaker.date(event.at),
    )


def _broken(event: IncidentEvent, head: Head, lines: Sequence[Link], inventory: Inventory, speaker: Speaker) -> Broken:
    incident = event.incident
    own = inventory.sites[head.site].uplinks if head.site in inventory.sites else ()
    left = _left(incident, inventory, own)
    root = inventory.links.get(incident.root)
    return Broken(
        root=speaker.line(root, with_kind=True) if root else speaker.name(incident.root),
        lines=speaker.some([speaker.line(line, with_kind=len(lines) == 1) for line in lines]),
        line_count=len(lines),
        all_lines=bool(own) and set(own) <= set(incident.links),
        centre_lines=_count(incident, "carrier_lines"),
        line_role=root.role if root else "",
        left=", ".join(speaker.line(line, with_kind=False) for line in left),
        left_short=_short(left, lines, speaker),
        left_count=len(left),
        host=_value(incident, speaker, "service_host", "{device:name}"),
        cause=incident.cause,
        reason=speaker.phrases.get("causes", incident.cause),
        evidence=_evidence(incident, speaker, event.event == "resolved"),
        headline=next((speaker.say(clue) for clue in incident.evidence if clue.text == "crowd_head"), ""),
    )


def _hurt(incident: Incident, head: Head, inventory: Inventory, speaker: Speaker) -> Hurt:
    others = tuple(site for site in incident.affected if not (head.is_site and site == head.site))
    scope = hanging_on(inventory, incident.root)
    known = incident.kind == "outage" and scope.issuperset(others)
    group = _is_group(incident, inventory)
    spared, spared_by = _spared(incident, inventory, speaker, scope) if known and not group else ([], "")
    fresh = _fresh(incident) if group else ()
    levels = {inventory.sites[site].level for site in others if site in inventory.sites}
    like = [
        site for site in scope if inventory.sites[site].level in levels and not (head.is_site and site == head.site)
    ]
    return Hurt(
        root_hit=len(others) < len(incident.affected),
        affected=len(incident.affected),
        affected_level=speaker.level(incident.affected),
        others=len(others),
        level=speaker.level(others),
        names=speaker.sites(others),
        fresh=len(fresh),
        fresh_names=speaker.sites(fresh),
        total=len(like) if known else 0,
        spared=len(spared),
        spared_names=speaker.sites(spared),
        spared_by=spared_by,
        services=_services(incident, inventory, speaker),
        back=len(set(incident.affected) - set(incident.still_down)),
        still=len(incident.still_down),
        still_names=speaker.some([speaker.name(key) for key in incident.still_down]),
        watched=len(inventory.sites),
        anchors=speaker.some([speaker.name(key) for key in inventory.anchors]),
        anchor_count=len(inventory.anchors),
    )


def root_of(incident: Incident, inventory: Inventory) -> RootOf:
    """What the root's id names."""
    root = incident.root
    if incident.kind == "blind" or (incident.kind == "unseen" and root == inventory.vantage):
        return "vantage"
    tables: tuple[tuple[RootOf, object], ...] = (
        ("site", inventory.sites.get(root)),
        ("device", inventory.devices.get(root)),
        ("link", inventory.links.get(root)),
        ("service", inventory.services.get(root)),
        ("carrier", inventory.carriers.get(root)),
        ("node", inventory.nodes.get(root)),
    )
    areas = {site.area for site in inventory.sites.values()}
    return next((name for name, found in tables if found is not None), "area" if root in areas else "other")


def _is_group(incident: Incident, inventory: Inventory) -> bool:
    """Are these many faults told as one? A carrier that lost its lines to the centre is one fault."""
    of = root_of(incident, inventory)
    return incident.kind == "outage" and (of == "area" or (of == "carrier" and not _count(incident, "carrier_lines")))


def _count(incident: Incident, clue: str) -> int:
    """The largest count that evidence of this kind bears; 0 without any."""
    counts = (dict(one.values).get("count", "") for one in incident.evidence if one.text == clue)
    return max((int(count) for count in counts if count.isdecimal()), default=0)


def _value(incident: Incident, speaker: Speaker, clue: str, phrase: str) -> str:
    """The phrase with the values of the last piece of evidence of this kind; empty without any."""
    values = next((dict(one.values) for one in reversed(incident.evidence) if one.text == clue), None)
    return "" if values is None else speaker.fill(phrase, values)


def _fresh(incident: Incident) -> tuple[str, ...]:
    """Sites that were hit after the group was told; `affected` only grows, and at its end."""
    told = _count(incident, "group")
    return incident.affected[told:] if told else ()


def _left(incident: Incident, inventory: Inventory, own: Sequence[str]) -> list[Link]:
    """The lines of the site that still carry: as the evidence says, else all that were not lost."""
    told = next((dict(clue.values).get("link", "") for clue in incident.evidence if clue.text == "redundant_left"), "")
    keys = [key.strip() for key in told.split(",") if key.strip()] or [key for key in own if key not in incident.links]
    return [inventory.links[key] for key in keys if key in inventory.links]


def _short(left: Sequence[Link], lost: Sequence[Link], speaker: Speaker) -> str:
    """What runs now, in a word: its kind where that tells it from what was lost, else the circuit."""
    if len(left) != 1:
        return ""
    kind = speaker.kind(left[0])
    return kind if kind and kind not in {speaker.kind(line) for line in lost} else speaker.line_label(left[0])


def _spared(incident: Incident, inventory: Inventory, speaker: Speaker, scope: frozenset[str]) -> tuple[list[str], str]:
    """Sites that hang on the root, were not lost with it and have another way; and what that way is."""
    ways = {
        site: ways_around(inventory, site, scope, incident.root)
        for site in inventory.sites
        if site in scope and site not in incident.affected
    }
    spared = [site for site, lines in ways.items() if lines]
    lines = [line for site in spared for line in ways[site]]
    of_carrier = incident.root in inventory.carriers
    kinds = {speaker.name(line.carrier or "") if of_carrier else speaker.kind(line) for line in lines}
    return spared, (kinds.pop() if len(kinds) == 1 else "") or speaker.word("another_way")


def _evidence(incident: Incident, speaker: Speaker, over: bool) -> tuple[str, ...]:
    clues: Sequence[Clue] = [clue for clue in incident.evidence if clue.text not in ELSEWHERE]
    if incident.kind in ("change", "digest", "storm"):
        return tuple(clean(speaker.say(clue), LONGEST_LISTING) for clue in clues)
    if over:
        clues = [clue for clue in clues if clue.text in AFTERWARDS]
    ranked = sorted(clues, key=lambda clue: speaker.phrases.rank(clue.text))
    said = tuple(dict.fromkeys(clean(speaker.say(clue), LONGEST_CLUE) for clue in ranked))
    left = len(said) - STRONGEST
    counted = (
        (speaker.word("more", count=str(left), level=speaker.word("service")),)
        if left > 0 and incident.kind == "unseen"
        else ()
    )
    return said[:STRONGEST] + counted


def _services(incident: Incident, inventory: Inventory, speaker: Speaker) -> str:
    keys = [key for site in incident.affected if site in inventory.sites for key in inventory.sites[site].services]
    return speaker.some([speaker.name(key) for key in keys])
