"""Which of the netmons that this one watches does not speak up, and who has been told?

A peer has an incident of its own from `every` + `grace` seconds after its last word on, until it has spoken up twice
in its rhythm. What stands against nobody is the time in which this one could not hear: before its start, while it is
blind, and while it was stopped itself.
"""

from netmon.decide import booking
from netmon.decide.state import Core, PeerHeard, Wishes
from netmon.model import Beat, Clue, Incident, Kind
from netmon.settings.watched import Peer

KIND: Kind = "peer"
STOPPED = 20.0
"""Seconds between two judgements after which this netmon itself was away: its loop asks for one each 5 s."""


def attend(core: Core, now: float) -> None:
    """Note that this netmon listens now."""
    if core.blind or now - core.attended > STOPPED:
        for heard in core.heard.values():
            heard.counts_from = now
    for name in core.peers.keys() - core.heard.keys():
        core.heard[name] = PeerHeard(now)
        core.review_at = now
    core.attended = now


def take(core: Core, beat: Beat) -> bool:
    """Remember a peer's word; True if something may follow from it."""
    peer, heard = core.peers.get(beat.peer), core.heard.get(beat.peer)
    if peer is None or heard is None:
        return False
    if heard.word is None or beat.at - heard.word > peer.every + peer.grace:
        heard.since = beat.at
    heard.word = beat.at
    heard.counts_from = max(heard.counts_from, beat.at)
    case = core.book.cases.get((KIND, beat.peer))
    return case is not None and case.incident is not None


def review(core: Core, wishes: Wishes, now: float) -> float | None:
    """Open and end incidents; returns when the next peer may be missed."""
    for (kind, name), old in [*core.book.cases.items()]:
        if kind == KIND and old.incident is not None and name not in core.peers:
            booking.end(core, wishes, old.incident, now, Clue(now, name, "peer_removed", (("peer", name),)))
    if core.blind:
        return None
    dues: list[float] = []
    for name, peer in core.peers.items():
        heard, case = core.heard[name], core.book.cases.get((KIND, name))
        incident = None if case is None else case.incident
        due = heard.counts_from + peer.every + peer.grace
        if incident is not None and _steady(peer, heard):
            booking.end(core, wishes, incident, now, Clue(now, name, "peer_back", (("peer", name),)))
            dues.append(due)
        elif incident is None and now >= due:
            _open(core, wishes, name, heard, now)
        elif incident is None:
            dues.append(due)
    return min(dues, default=None)


def _steady(peer: Peer, heard: PeerHeard) -> bool:
    """Whether it has spoken up for long enough to be back: one word may be its last."""
    return heard.word is not None and heard.word - heard.since >= peer.every / 2


def _open(core: Core, wishes: Wishes, name: str, heard: PeerHeard, now: float) -> None:
    since = heard.counts_from if heard.word is None else heard.word
    heard.word = None
    incident = Incident(
        id=core.number(),
        kind=KIND,
        severity="critical",
        root=core.known.inventory.vantage,
        seat=name,
        state="open",
        cause="unknown",
        opened_at=since,
        told_at=now,
        evidence=(Clue(now, name, "peer_silent", (("peer", name),)),),
    )
    booking.begin(core, wishes, incident, now)
