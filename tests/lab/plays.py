"""How are faults played that are more than broken and mended: a netmon killed on the way, lines that lose packets?

Each returns what was wrong, in sentences; empty if nothing.
"""

import time
from collections.abc import Sequence

from tests.lab.service import Service


def kill_in_an_outage(service: Service) -> list[str]:
    """Cut a district, kill netmon with SIGKILL once it has told, start it again, mend: told once, resolved once.

    The first message may come twice, with the same id, where the kill falls between sending and recording it.
    """
    lab, known = service.lab, service.incidents()
    district = lab.topology.districts[2]
    broken = time.time()
    lab.cut(*lab.topology.uplinks(district))
    service.wait(lambda: bool(service.posts(broken)), 30, "the first message")
    service.kill()
    service.run()
    down = {district: "down"} | dict.fromkeys(lab.topology.affected(district) - {district}, "unreachable")
    service.wait(
        lambda: all(service.states()[id_].state == state for id_, state in down.items()),
        30,
        "the outage is known again",
    )
    lab.restore()
    lab.wait_traffic(district)
    service.wait(lambda: any(post.tells("resolved") for post in service.posts(broken)), 30, "the all-clear")
    service.settle(timeout=60)
    posts = service.posts(broken)
    told = [(one["kind"], one["root"], one["state"]) for one in service.new_incidents(known)]
    wrong = []
    events = {post.body["id"]: post.body["event"] for post in posts}
    if [*events.values()] != ["opened", "resolved"] or sum(post.tells("resolved") for post in posts) != 1:
        wrong.append(f"told {[post.body['id'] for post in posts]}")
    if len({post.incident["id"] for post in posts}) != 1:
        wrong.append("the messages tell of several incidents")
    if told != [("outage", district, "resolved")]:
        wrong.append(f"incidents are {told}")
    return wrong


def lose_packets(service: Service, lines: Sequence[str], seconds: float) -> list[str]:
    """A fifth of the packets of these lines lost for so long: lines may be degraded, and no outage is told.

    Nothing is called down either, but that a line which has taught nothing yet may be once, by chance: with 10 lines in
    5 minutes, one run in ten or so.
    """
    lab, known, broken = service.lab, service.incidents(), time.time()
    lab.loss(lines, 0.2)
    time.sleep(seconds)  # the duration of the fault itself
    lab.restore()
    kinds = {one["kind"] for one in service.new_incidents(known)}
    lost = [f"{seen.id} {seen.state}" for seen in service.changes(broken) if seen.state not in ("up", "degraded")]
    wrong = [f"told of {kind}" for kind in sorted(kinds - {"degraded"})]
    return wrong + [f"states {lost}"] * (len(lost) > 1)
