"""Small incidents, entries and notices for the journal and notification tests."""

from netmon.model import Clue, Entry, Event, Incident, IncidentEvent, Notice, Standing, State, Transition


def incident(number: int = 2, *, resolved_at: float | None = None, critical: bool = True) -> Incident:
    return Incident(
        id=number,
        kind="outage",
        severity="critical" if critical else "warning",
        root="van-yen",
        seat="van-yen",
        state="open" if resolved_at is None else "resolved",
        cause="unknown",
        opened_at=1000.0,
        resolved_at=resolved_at,
        affected=("van-yen", "xã ẩn"),
        evidence=(Clue(1000.25, "van-yen-r1", "silent", (("target", "van-yen-r1"), ("seconds", "4.5"))),),
    )


def event(number: int = 2, name: Event = "opened", at: float = 1010.0, *, critical: bool = True) -> IncidentEvent:
    resolved_at = at if name == "resolved" else None
    return IncidentEvent(event=name, at=at, incident=incident(number, resolved_at=resolved_at, critical=critical))


def transition(key: str = "van-yen", state: State = State.DOWN, at: float = 1003.5) -> Transition:
    return Transition(id=key, of="site", at=at, old=Standing(State.UP, 0.0), new=Standing(state, at, "yb-core"))


def notice(number: int = 2, name: Event = "opened", to: str = "noc", at: float = 1010.0, n: int = 1) -> Notice:
    return Notice(
        id=f"{number}/{name}/{to}/{n}",
        event=name,
        at=at,
        to=to,
        incident=event(number, name, at).incident,
        subject=f"[MẤT] {number}",
        text=f"[MẤT] {number}\n{name}",
        body="{}",
    )


def entries(first: int, count: int, at: float = 1000.0) -> list[Entry]:
    return [Entry(first + i, at + i, transition(f"site-{(first + i) % 7}", at=at + i)) for i in range(count)]
