"""Is a service told as what it is: failed by itself, hidden behind a line that is cut, or soon without a certificate?

All of it is played once, in one network under one netmon: most of the time is spent waiting for what must not come. The
judge is what the webhook was sent.
"""

import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml

from tests.lab.lab import Lab
from tests.lab.service import Post, Service
from tests.lab.web import PAGE, Web
from tests.wire.certificates import Signed, root, sign

pytestmark = pytest.mark.netns

COMMUNES = 3
"""One behind each of three districts."""
CUT = "huyen-2"
PORTAL, COUNTER = "cong-huyen-1", "mot-cua-xa-03"
"""The page that fails by itself, and the service whose certificate ends."""
HIDDEN = {"cong-huyen-2": CUT, "mot-cua-xa-02": "xa-02"}
"""A page and a handshake of the district that is cut and of the commune behind it."""
SITES = {PORTAL: "huyen-1", COUNTER: "xa-03", **HIDDEN}
PAGES = (PORTAL, "cong-huyen-2")

SOON = 40.0
UNTOLD = 16.0
"""Seconds for which the district is cut at least: a service that is asked each 5 s is told after 10 if it may be."""
TAIL = 18.0
"""The same, after the all-clear."""
LASTS = {29: ("opened", "warning"), 13: ("escalated", "warning"), 2: ("escalated", "critical")}
"""Days that a certificate still lasts, each within one step more than the one before, and how that is told."""


class Town(NamedTuple):
    """A settled netmon, the web servers by service, and who signs their certificates."""

    service: Service
    webs: Mapping[str, Web]
    authority: Signed

    def certificate(self, service: str, days: float) -> Signed:
        """One for this service that lasts for so many days and an hour."""
        return sign([f"{service}.example.vn"], self.authority, days=(-1, days + 1 / 24))

    def posts(self, *roots: str) -> list[Post]:
        """What was told of these, or of all others if none is named."""
        own = roots or {post.incident["root"] for post in self.service.posts()} - {PORTAL, COUNTER}
        return [post for post in self.service.posts() if post.incident["root"] in own]

    def wait(self, event: str, root: str, severity: str = "") -> None:
        """Until this event is told of this root, as this severe."""

        def there() -> bool:
            found = [post for post in self.posts(root) if post.tells(event)]
            return any(severity in ("", post.incident["severity"]) for post in found)

        self.service.wait(there, SOON, f"{event} of {root}", lambda: str(told(self.service.posts())))

    def working(self) -> set[str]:
        """The services whose last probe succeeded."""
        good = [key for key, value in self.service.metrics().items() if "probe_success{" in key and value == 1]
        return {name for name in SITES if any(f'"{name}"' in key for key in good)}


@pytest.fixture(scope="module")
def played(
    lab_possible: None, require_program: Callable[[str, str], str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Town]:
    """A page fails in one district while another is cut, and in a third a certificate comes to its end."""
    nginx, folder, authority = require_program("nginx", "nginx"), tmp_path_factory.mktemp("services"), root()
    with pytest.MonkeyPatch.context() as environment, Lab.start(COMMUNES) as lab:
        environment.setenv("SSL_CERT_FILE", str(authority.write(folder, "roots")[0]))
        environment.delenv("SSL_CERT_DIR", raising=False)
        webs = {name: Web(lab, nginx, folder / name, lab.topology.gateway(site)) for name, site in SITES.items()}
        service = Service(lab, folder)
        offer(service.project)
        town = Town(service, webs, authority)
        try:
            play(town)
            yield town
        finally:
            service.stop()


def offer(project: Path) -> None:
    """Write the services into the inventory."""
    path = project / "inventory" / "sites.yaml"
    inventory = yaml.safe_load(path.read_text(encoding="utf-8"))
    for name, site in SITES.items():
        host = f"{name}.example.vn"
        page = {"http": {"url": f"https://{host}/", "expect": 200, "match": PAGE, "every": "5s"}}
        shown = {"tls": {"name": host, "trust": True, "every": "3s"}}
        inventory["sites"][site]["services"] = {name: {"name": name, "collect": page if name in PAGES else shown}}
    path.write_text(yaml.safe_dump(inventory, allow_unicode=True), encoding="utf-8")


def play(town: Town) -> None:
    """All that happens. The certificates come in between: what changes elsewhere must not repeat a warning."""
    service, lab = town.service, town.service.lab
    for name, web in town.webs.items():
        web.start(town.certificate(name, 60))
    service.start()
    service.settle(timeout=60)
    service.wait(lambda: town.working() == {*SITES}, SOON, "all services work", lambda: str(town.working()))
    lab.cut(*lab.topology.uplinks(CUT))
    town.webs[PORTAL].stop()
    untold = time.monotonic() + UNTOLD
    expire(town, 29)
    town.wait("opened", CUT)
    town.wait("opened", PORTAL)
    town.webs[PORTAL].start(town.certificate(PORTAL, 60))
    expire(town, 13)
    time.sleep(max(0.0, untold - time.monotonic()))
    missed = {*SITES} - town.working()
    assert missed >= HIDDEN.keys(), f"only {missed} are seen to fail"
    lab.restore()
    town.wait("resolved", CUT)
    tail = time.monotonic() + TAIL
    expire(town, 2)
    town.wait("resolved", PORTAL)
    time.sleep(max(0.0, tail - time.monotonic()))


def expire(town: Town, days: int) -> None:
    """Let the certificate last so long from now on, and wait until that is told."""
    town.webs[COUNTER].exchange(town.certificate(COUNTER, days))
    event, severity = LASTS[days]
    town.wait(event, COUNTER, severity)


def told(posts: list[Post]) -> list[tuple[Any, ...]]:
    """Kind, root and event of each."""
    return [(post.incident["kind"], post.incident["root"], post.body["event"]) for post in posts]


def test_a_page_that_fails_by_itself_is_one_incident_and_says_why(played: Town) -> None:
    posts = played.posts(PORTAL)
    assert told(posts) == [("service", PORTAL, "opened"), ("service", PORTAL, "resolved")]
    assert posts[0].incident["affected"] == [SITES[PORTAL]]
    said = [one["text"] for one in posts[0].incident["evidence"] if one["source"] == PORTAL]
    assert len(said) == 1
    assert said[0].endswith("TCP port 443: Connection refused")
    assert said[0] in posts[0].body["text"]


def test_services_behind_a_district_that_is_cut_are_no_incidents(played: Town) -> None:
    posts = played.posts()
    assert told(posts) == [("outage", CUT, "opened"), ("outage", CUT, "resolved")]
    assert {*posts[0].incident["affected"]} == played.service.lab.topology.affected(CUT)
    assert played.working() == {*SITES}, "the services were asked again and answer"


def test_a_certificate_warns_once_for_each_step(played: Town) -> None:
    posts = played.posts(COUNTER)
    assert told(posts) == [("threshold", COUNTER, event) for event, _ in LASTS.values()]
    assert [post.incident["severity"] for post in posts] == [severity for _, severity in LASTS.values()]
    assert len({post.incident["id"] for post in posts}) == 1
    assert [f"{days} ngày" in post.body["text"] for days, post in zip(LASTS, posts, strict=True)] == [True] * len(LASTS)
