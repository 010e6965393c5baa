"""What does a verdict know that begins, or begins again?"""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from netmon.decide import quality
from netmon.decide.detect import Learned, Voice, Watch
from netmon.decide.graph import Graph
from netmon.decide.knowledge import Knowledge, reaching
from netmon.decide.lines import measured_line
from netmon.decide.quality import Window
from netmon.model import Incident, Inventory, Restored, Standing, State, Task

PORT_ROUNDS = 3.0
"""What a device said of its ports counts for so many intervals of its slowest table."""


def build(inventory: Inventory, graph: Graph, restored: Restored, now: float) -> Knowledge:
    """Nothing known but what the journal remembers; no memory is younger than `now`, whatever its clock said."""
    standings = {
        name: replace(standing, since=min(standing.since, now))
        for name, standing in restored.standings.items()
        if name in graph.index.order
    }
    known = Knowledge(inventory, graph, standings=standings)
    for target, tasks in _tasks(inventory):
        known.watches[target] = watch = Watch({name: Voice() for name in tasks}, whole=target in inventory.services)
        known.windows[target] = Window()
        known.asked_since[target] = now
        if tasks:
            known.gauge[target] = gauge = min(tasks, key=lambda name: tasks[name].every)
            known.windows[target].length = max(quality.WINDOW, quality.LEAST_PROBES * tasks[gauge].every)
        if target in restored.learned:
            watch.learned = Learned(*restored.learned[target])
        standing = standings.get(target)
        if standing is not None:
            _remember(watch, standing, min(restored.last_beat or 0.0, now))
    for target in known.watches:
        line = measured_line(known, target)
        if line is not None:
            outer = inventory.sites[inventory.devices[graph.far[line]].site].level == inventory.levels[0]
            known.held_to[target] = (line, quality.limits(inventory.links[line], outer))
    for device in inventory.devices.values():
        tables = [task.every for task in device.collect.values() if not task.plugin.REACHABILITY]
        if tables:
            known.port_life[device.id] = PORT_ROUNDS * max(tables) + 10.0
    for link in inventory.links:
        standing = standings.get(link)
        if standing is not None and standing.state is State.DOWN:
            known.broken[link] = standing.since
    known.note_all()
    return known


def _tasks(inventory: Inventory) -> Iterator[tuple[str, Mapping[str, Task]]]:
    for device in inventory.devices.values():
        if device.address is not None:
            yield device.id, reaching(device.collect)
    for link in inventory.links.values():
        if link.address is not None:
            yield link.id, reaching(link.collect)
    for service in inventory.services.values():
        yield service.id, reaching(service.collect)


def _remember(watch: Watch, standing: Standing, beat: float) -> None:
    """Go on from this standing; `beat` is when netmon was last alive. Unknown means that netmon had been cut off."""
    for voice in watch.voices.values():
        voice.proved = True
    if standing.state in (State.UP, State.DEGRADED):
        watch.silent, watch.up_since, watch.last_answer = False, standing.since, max(standing.since, beat)
    else:
        _fell_silent(watch, standing.since)


def _fell_silent(watch: Watch, since: float) -> None:
    for voice in watch.voices.values():
        voice.proved = True
    watch.silent = True
    watch.first_miss = watch.last_miss = watch.called_at = since


def date_anew(known: Knowledge, now: float) -> None:
    """Silence is about to be counted from `now`: a line that was lost before the device at its end, or with it, stays
    as far from that as it was."""
    for line, since in known.broken.items():
        end = known.watches.get(known.graph.far[line])
        if end is not None and end.silent and end.first_miss is not None:
            known.broken[line] = since + now - end.first_miss


def resume(known: Knowledge, incident: Incident, now: float) -> None:
    """Go on from an open incident: a blind station stays blind until it hears, a line broken until it is seen again,
    a degraded one until it is better, and a port that had fallen has not been up all the time."""
    for clue in incident.evidence:
        if clue.text == "port_down":
            port = dict(clue.values)
            known.fell[port["device"], port["port"]] = now  # silence is counted anew from here, too
    if incident.kind == "blind":
        for name in known.watches.keys() & known.standings.keys():
            _fell_silent(known.watches[name], min(incident.opened_at, now))
            known.note(name)
    elif incident.kind == "redundancy_lost" and incident.seat in known.inventory.links:
        known.broken[incident.seat] = min(incident.opened_at, now)
    elif incident.kind == "degraded" and incident.seat in known.inventory.links:
        known.degraded[incident.seat] = incident.opened_at
        for target, (line, _) in known.held_to.items():
            if line == incident.seat:
                known.windows[target].since = incident.opened_at
