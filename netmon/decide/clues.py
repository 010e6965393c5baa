"""What speaks for a problem?"""

from collections.abc import Iterable, Sequence

from netmon.decide import bearers
from netmon.decide.book import Problem
from netmon.decide.faults import AGENT_CACHE
from netmon.decide.knowledge import Knowledge
from netmon.decide.lines import measured_by
from netmon.decide.quality import measure
from netmon.model import Clue

BATTERY = 3600.0
"""Seconds that a battery is taken to last, where nobody polls the UPS: it says each minute that it feeds from it (RFC
1628), and may never say that the mains are back."""
UNASKED = ("on_battery", "dying_gasp", "trap_link_down", "trap_bgp_down")
BREATH = 10.0
"""Seconds before the first missed probe at which what a device said unasked still belongs to the silence."""


def gather(known: Knowledge, problem: Problem, unseen: Sequence[str], now: float) -> tuple[Clue, ...]:
    """The evidence for a problem, the strongest first."""
    if problem.kind == "blind":
        return (
            Clue(now, known.inventory.vantage, "anchors_silent", (("anchors", ", ".join(known.inventory.anchors)),)),
        )
    if problem.kind == "unseen":
        return tuple(_unseen_clues(known, unseen, now))
    if problem.kind == "degraded":
        return tuple(_quality_clues(known, problem.root, now))
    if problem.kind == "service":
        return tuple(_service_clues(known, problem.seat, now))
    if problem.group:
        values = (("count", str(len(problem.affected))), ("area", problem.seat))
        return (Clue(now, problem.seat, "group", values), *_power_clues(known, problem))
    if problem.seat in known.inventory.carriers:
        values = (("carrier", problem.seat), ("count", str(len(problem.links))))
        return (Clue(now, problem.seat, "carrier_lines", values),)
    found = [*_power_clues(known, problem), *_silence_clues(known, problem, now), *_line_clues(known, problem)]
    found += _bgp_clues(known, problem)
    if problem.seat in known.inventory.nodes:
        found.append(
            Clue(now, problem.seat, "inferred", (("node", problem.seat), ("count", str(len(problem.affected)))))
        )
    return tuple(found)


def unasked(known: Knowledge, problem: Problem) -> tuple[Clue, ...]:
    """What devices and their power supplies have said of it by themselves."""
    about = [*_power_clues(known, problem), *_line_clues(known, problem), *_bgp_clues(known, problem)]
    return tuple(clue for clue in about if clue.text in UNASKED)


def _unseen_clues(known: Knowledge, unseen: Sequence[str], now: float) -> Iterable[Clue]:
    """Which devices have never answered, and which services have never worked and say what instead."""
    vantage, services = known.inventory.vantage, [name for name in unseen if name in known.inventory.services]
    if devices := [name for name in unseen if name not in services]:
        values = (("targets", ", ".join(devices[:10])), ("count", str(len(devices))))
        yield Clue(now, vantage, "never_seen", values)
    for name in services[:10]:
        asked, text = known.watches[name].said
        yield Clue(now, name, "never_served", (("service", name), ("asked", asked), ("text", text)))


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
    heard, vantage = known.heard(), known.inventory.vantage
    nearest = next((one for one in known.graph.parents.get(target, ()) if one in heard and one != vantage), None)
    if nearest is not None:
        yield Clue(known.watches[nearest].last_answer, nearest, "behind_ok", (("target", nearest),))


def _service_clues(known: Knowledge, service: str, now: float) -> Iterable[Clue]:
    """What it says instead of serving, and that the device which carries it answers."""
    watch = known.watches[service]
    since, (asked, text) = watch.first_miss or now, watch.said
    if text:
        yield Clue(since, service, "service_says", (("service", service), ("asked", asked), ("text", text)))
    else:
        values = (("target", service), ("seconds", f"{now - since:.0f}"), ("asked", ", ".join(watch.voices)))
        yield Clue(since, service, "silent", values)
    on = bearers.bearer(known.inventory, known.watches, service)
    if on in known.heard():
        yield Clue(known.watches[on].last_answer, on, "service_host", (("device", on),))


def _line_clues(known: Knowledge, problem: Problem) -> Iterable[Clue]:
    for name in problem.links:
        link = known.inventory.links[name]
        for device, port in link.ends:
            seen = known.ports.get((device, port))
            values = (("device", device), ("port", port))
            told = known.traps.get((device, "link_down", port), 0.0)
            if seen is not None and not seen[0]:
                yield Clue(seen[1], device, "port_down", values)
            elif port and told >= problem.since - BREATH:
                yield Clue(told, device, "trap_link_down", values)
            elif seen is not None and device == known.graph.near[name] and seen[1] > problem.since + AGENT_CACHE:
                yield Clue(seen[1], device, "ports_up", values)
        watch = known.watches.get(name)
        if watch is not None and watch.first_miss is not None:
            yield Clue(watch.first_miss, name, "line_silent", (("link", name), ("address", link.address or "")))
        if problem.kind == "redundancy_lost" and name in known.broken:
            left = [line for line in known.graph.lines[link.site] if line not in known.broken]
            if left:
                yield Clue(known.broken[name], name, "redundant_left", (("link", ", ".join(left)),))


def _quality_clues(known: Knowledge, line: str, now: float) -> Iterable[Clue]:
    target = measured_by(known, line)
    seen, limit = measure(known.windows[target], now), known.held_to[target][1]
    span = f"{seen.span:.0f}"
    if limit.loss is not None and seen.loss > limit.loss:
        values = (("link", line), ("loss", f"{seen.loss:.4f}"), ("limit", f"{limit.loss:.4f}"), ("window", span))
        yield Clue(now, line, "loss", values)
    if limit.rtt is not None and seen.rtt is not None and seen.rtt > limit.rtt:
        values = (("link", line), ("rtt", f"{seen.rtt:.4f}"), ("limit", f"{limit.rtt:.4f}"), ("window", span))
        yield Clue(now, line, "rtt", values)


def _bgp_clues(known: Knowledge, problem: Problem) -> Iterable[Clue]:
    """Who at either end of the lines lost a neighbour, and has not found one since."""
    ends = dict.fromkeys(device for name in problem.links for device, _ in known.inventory.links[name].ends)
    for device in ends if known.traps else ():
        lost, found = (known.traps.get((device, what, ""), 0.0) for what in ("bgp_down", "bgp_up"))
        if lost >= problem.since - BREATH and lost > found:
            yield Clue(lost, device, "trap_bgp_down", (("device", device),))


def on_battery(known: Knowledge, device: str, at: float) -> bool:
    """Whether this UPS feeds from its battery at this time, as far as it has said."""
    battery, since = known.power.get(device, (False, 0.0))
    return battery and (device in known.metered or since >= at - BATTERY)


def _power_clues(known: Knowledge, problem: Problem) -> Iterable[Clue]:
    """What a UPS said, or a device with its last breath."""
    for site in problem.affected:
        for device in known.inventory.sites[site].devices:
            if on_battery(known, device, problem.since):
                yield Clue(known.power[device][1], device, "on_battery", (("device", device),))
            gasp = known.traps.get((device, "dying_gasp", ""), 0.0)
            if gasp >= problem.since - BREATH:
                yield Clue(gasp, device, "dying_gasp", (("device", device),))
