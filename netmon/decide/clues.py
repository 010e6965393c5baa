"""What speaks for a problem, and what does its end say about the cause?"""

from collections.abc import Iterable, Sequence

from netmon.decide.incidents import Problem
from netmon.decide.knowledge import Knowledge
from netmon.decide.quality import measure
from netmon.model import Cause, Clue, Incident


def gather(known: Knowledge, problem: Problem, unseen: Sequence[str], now: float) -> tuple[Clue, ...]:
    """The evidence for a problem, the strongest first."""
    if problem.kind == "blind":
        return (
            Clue(now, known.inventory.vantage, "anchors_silent", (("anchors", ", ".join(known.inventory.anchors)),)),
        )
    if problem.kind == "unseen":
        devices = unseen
        values = (("targets", ", ".join(devices[:10])), ("count", str(len(devices))))
        return (Clue(now, known.inventory.vantage, "never_seen", values),)
    if problem.kind == "degraded":
        return tuple(_quality_clues(known, problem.root, now))
    found = [*_silence_clues(known, problem, now), *_line_clues(known, problem)]
    if problem.seat in known.inventory.nodes:
        found.append(
            Clue(now, problem.seat, "inferred", (("node", problem.seat), ("count", str(len(problem.affected)))))
        )
    return tuple(found)


def _silence_clues(known: Knowledge, problem: Problem, now: float) -> Iterable[Clue]:
    inventory = known.inventory
    site = inventory.sites.get(problem.seat)
    target = (site.gateway or "") if site is not None else problem.seat
    watch = known.watches.get(target)
    if watch is None or watch.first_miss is None or problem.kind == "redundancy_lost":
        return
    asked = ", ".join(name for name, voice in watch.voices.items() if voice.proved)
    values = (("target", target), ("seconds", f"{now - watch.first_miss:.0f}"), ("asked", asked))
    yield Clue(watch.first_miss, target, "silent", values)
    if watch.threshold > 5.0:
        yield Clue(watch.called_at, target, "learned", (("threshold", f"{watch.threshold:.0f}"),))
    nearest = next((parent for parent in known.graph.parents.get(target, ()) if parent in known.heard()), None)
    if nearest is not None:
        yield Clue(known.watches[nearest].last_answer, nearest, "behind_ok", (("target", nearest),))


def _line_clues(known: Knowledge, problem: Problem) -> Iterable[Clue]:
    for name in problem.links:
        link = known.inventory.links[name]
        for device, port in ((link.source, link.local), (link.target, link.remote)):
            seen = known.ports.get((device, port or ""))
            if seen is not None and not seen[0]:
                yield Clue(seen[1], device, "port_down", (("device", device), ("port", port or "")))
        watch = known.watches.get(name)
        if watch is not None and watch.first_miss is not None:
            yield Clue(watch.first_miss, name, "line_silent", (("link", name), ("address", link.address or "")))
        if problem.kind == "redundancy_lost":
            left = [line for line in known.graph.lines[link.site] if line not in known.broken]
            if left:
                yield Clue(known.broken[name], name, "redundant_left", (("link", ", ".join(left)),))


def _quality_clues(known: Knowledge, line: str, now: float) -> Iterable[Clue]:
    target = next((name for name, (measured, _) in known.held_to.items() if measured == line), None)
    if target is None:
        return
    seen, limit = measure(known.windows[target], now), known.held_to[target][1]
    span = f"{seen.span:.0f}"
    if limit.loss is not None and seen.loss > limit.loss:
        values = (("link", line), ("loss", f"{seen.loss:.4f}"), ("limit", f"{limit.loss:.4f}"), ("window", span))
        yield Clue(now, line, "loss", values)
    if limit.rtt is not None and seen.rtt is not None and seen.rtt > limit.rtt:
        values = (("link", line), ("rtt", f"{seen.rtt:.4f}"), ("limit", f"{limit.rtt:.4f}"), ("window", span))
        yield Clue(now, line, "rtt", values)


def aftermath(known: Knowledge, incident: Incident) -> tuple[Cause, tuple[Clue, ...]]:
    """A device that started during the outage lost its power; one that did not, its line."""
    if incident.kind not in ("outage", "redundancy_lost"):
        return "unknown", ()
    inventory = known.inventory
    site = inventory.sites.get(incident.seat)
    link = inventory.links.get(incident.seat)
    target = site.gateway or "" if site is not None else link.source if link is not None else incident.seat
    uptime = known.uptime.get(target)
    ports = any(clue.text == "port_down" for clue in incident.evidence)
    if uptime is None or uptime[1] <= incident.opened_at:
        return "unknown", ()
    values = (("device", target), ("uptime", f"{uptime[0]:.0f}"))
    if uptime[1] - uptime[0] > incident.opened_at:
        return "power", (Clue(uptime[1], target, "rebooted", values),)
    return "fibre" if ports else "unknown", (Clue(uptime[1], target, "not_rebooted", values),)
