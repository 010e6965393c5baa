"""What is refused in netmon.yaml of those who watch netmon?"""

from pathlib import Path

import pytest

from netmon.errors import InputError
from netmon.people import Person, Policy, Roster, Route, Step
from netmon.settings.project import load
from netmon.settings.report import Report
from netmon.settings.watched import Drills, with_drills
from tests.proof.stage import HAMLET

GOOD = """\
deadman: {every: 60s, urls: ["https://hc.example/secret", env:HC], peer: http://10.0.0.1:9680/-/beat/a, token: file:t}
watches: {yb-noc-2: {every: 30s}}
api: {tokens: {yb-noc-2: file:t}}
drills: {at: "mon,thu 09:00"}
"""


def project(folder: Path, settings: str) -> Path:
    (folder / "inventory").mkdir()
    (folder / "inventory" / "all.yaml").write_text("province: x\ntimezone: Asia/Ho_Chi_Minh\n" + HAMLET)
    (folder / "netmon.yaml").write_text(settings)
    (folder / "t").write_text("t" * 32)
    (folder / "community").write_text("public")
    return folder


def test_all_of_it_is_read_and_no_address_is_shown(tmp_path: Path) -> None:
    watched = load(project(tmp_path, GOOD)).config.watched
    assert watched.deadman is not None
    assert (watched.deadman.every, watched.deadman.peer) == (60.0, "http://10.0.0.1:9680/-/beat/a")
    assert [url.source for url in watched.deadman.urls] == ["hc.example", "env:HC"]
    assert watched.deadman.urls[0].reveal() == "https://hc.example/secret"
    assert "secret" not in repr(watched.deadman)
    assert (watched.peers["yb-noc-2"].every, watched.peers["yb-noc-2"].grace) == (30.0, 45.0)
    assert watched.drills == Drills(days=frozenset({0, 3}), hour=9, minute=0)


@pytest.mark.parametrize(("settings", "problem"), [
    ("deadman: {every: 60s}\n", "netmon.yaml:1:1: deadman: nobody is told: name `urls` or a `peer`"),
    ("deadman: {peer: 'http://a/-/beat/b'}\n", "netmon.yaml:1:1: deadman: `peer` and `token` go together"),
    ("deadman: {peer: 'http://a/beat', token: file:t}\n",
     "netmon.yaml:1:17: peer: 'http://a/beat' does not end with /-/beat/ and what the other netmon calls this one"),
    ("deadman: {urls: [hc.example]}\n",
     "netmon.yaml:1:18: urls: no address that begins with http:// or https://, nor env:…, credential:… or file:…"),
    ("deadman: {every: 0s, urls: ['http://a/']}\n", "netmon.yaml:1:18: "),
    ("watches: {b: {every: 60s}}\n",
     "netmon.yaml:1:11: watches: b has no token to speak up with: api: {tokens: {b: env:NAME}}"),
    ("drills: {at: monday}\n", "netmon.yaml:1:14: at: 'monday' is not a weekday and a time such as \"mon 09:00\""),
    ("drills: {at: 'mo 09:00'}\n", "netmon.yaml:1:14: at: 'mo' is not a weekday or a span of them such as mon-fri"),
    ("drills: {at: 'mon 09:00', to: minh}\n", "netmon.yaml: unknown person or rota under `drills:` 'minh'"),
])  # fmt: skip
def test_what_can_never_work_is_named(tmp_path: Path, settings: str, problem: str) -> None:
    with pytest.raises(InputError) as caught:
        load(project(tmp_path, settings))
    found, *more = [str(one) for one in caught.value.problems if not one.warning]
    assert more == []
    assert found.startswith(problem)


def test_drills_have_a_route_of_their_own_before_all_others() -> None:
    minh = Person(id="minh", name="Minh", reach={"text": "0912345678"})
    before = Route(name="drill", policy="drill")
    policies = {"drill": Policy(id="drill", steps=(Step(tell=("lan",)),))}
    roster = Roster(channels=("text",), people={"minh": minh}, routes=(before,), policies=policies)
    after = with_drills(roster, Drills(days=frozenset({0}), hour=9, minute=0, to="minh"), Report())
    assert [route.name for route in after.routes] == ["drills:", "drill"]
    assert (after.routes[0].urgency, after.routes[0].match.kinds) == ("ring", ("drill",))
    assert after.policies[after.routes[0].policy].steps == (Step(tell=("minh",)),)
    assert after.policies["drill"] == policies["drill"], "what the project calls so stays its own"
    assert with_drills(roster, None, Report()) is roster
