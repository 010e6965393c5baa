"""Is a change of a real router's configuration one event, and none of its passwords anywhere?"""

import json
import os
import sys
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.conftest import missing
from tests.lab import shells
from tests.lab.shells import ADDRESS, HIDDEN, PASSWORD, PORT, USER, Router
from tests.settings.written import write

pytestmark = pytest.mark.netns

INVENTORY = f"""
vantage: noc
credentials: {{default: {{ssh: {{user: {USER}, port: {PORT}, password: file:secrets/ssh}}}}}}
sites:
  centre:
    name: Centre
    level: province
    devices:
      core: {{address: {ADDRESS}, role: router, cli: {{platform: cisco_ios}}, collect: {{icmp: {{}}}}}}
      noc: {{address: 127.0.0.2, role: server}}
"""


@pytest.fixture(scope="module")
def router(netns: None, require_program: Callable[[str, str], str]) -> Iterator[Router]:
    if os.geteuid():
        missing("FRR and sshd run only as root")
    for name, package in (("vtysh", "frr"), ("ssh-keyscan", "openssh-client"), ("openssl", "openssl")):
        require_program(name, package)
    with shells.router(require_program("zebra", "frr"), require_program("sshd", "openssh-server")) as made:
        yield made


def netmon(router: Router, module: str, *arguments: object) -> str:
    done = router.run(sys.executable, "-m", module, *map(str, arguments))
    assert done.returncode in (0, 3), done.stderr + done.stdout  # 3: told by the journal
    return done.stdout + done.stderr


def backup(router: Router, project: Path) -> Any:
    return json.loads(netmon(router, "tests.lab.shells", project).splitlines()[-1])


def test_a_changed_configuration_is_one_event_with_the_difference(router: Router, tmp_path: Path) -> None:
    project = write(tmp_path, {"a.yaml": INVENTORY, "secrets/ssh": PASSWORD, "netmon.yaml": "language: en\n"})
    keys = router.run("ssh-keyscan", "-p", str(PORT), ADDRESS).stdout
    (project / "known_hosts").write_text(keys, encoding="utf-8")

    first = backup(router, project)
    assert first["findings"] == []
    assert first["numbers"]["core"]["success"] == 1
    assert "description Xã Châu Quế Hạ" in (project / "var" / "configs" / "core.cfg").read_text(encoding="utf-8")

    router.configure(f"password {HIDDEN[2]}", "ip router-id 10.28.9.9", "interface lo", "description Xã Mường Lai")
    [found] = backup(router, project)["findings"]
    assert (found["id"], found["text"]) == ("core", "config_changed")
    assert "+ip router-id 10.28.9.9" in found["detail"]
    assert "- description Xã Châu Quế Hạ\n+ description Xã Mường Lai" in found["detail"]
    assert backup(router, project)["findings"] == []

    printed = netmon(router, "netmon.cli.main", "config", "backup", project)
    printed += netmon(router, "netmon.cli.main", "config", "diff", project, "core")
    assert "as before" in printed
    assert "+ip router-id 10.28.9.9" in printed
    written = [path.read_bytes() for path in (project / "var").rglob("*") if path.is_file()]
    seen = printed.encode() + json.dumps(found).encode() + b"".join(written)
    assert b"password ***" in seen
    assert [secret for secret in (*HIDDEN, PASSWORD) if secret.encode() in seen] == []


@pytest.mark.nightly
def test_the_service_tells_it_at_its_hour(router: Router, tmp_path: Path) -> None:
    """The whole program: what a hand has kept before is where its comparison begins."""
    project = write(tmp_path, {"a.yaml": INVENTORY, "secrets/ssh": PASSWORD, "netmon.yaml": ""})
    keys = router.run("ssh-keyscan", "-p", str(PORT), ADDRESS).stdout
    (project / "known_hosts").write_text(keys, encoding="utf-8")
    netmon(router, "netmon.cli.main", "config", "backup", project)
    router.configure(f"password {HIDDEN[1]}", "interface lo", "description Xã Nà Hẩu")
    now = datetime.now(ZoneInfo("Asia/Ho_Chi_Minh"))
    at = (now + timedelta(seconds=75)).replace(second=0, microsecond=0)
    write(project, {"netmon.yaml": f"listen: 127.0.0.1:9699\nbackups: {{at: '{at:%H:%M}'}}\n"})
    seconds = (at - now).total_seconds() + 15
    said = netmon(router, "netmon.cli.main", "run", project, "--for", f"{seconds:.0f}s")
    assert said.count("[ĐỔI] core") == 1
    assert "+ description Xã Nà Hẩu" in said
    told = netmon(router, "netmon.cli.main", "incidents", project, "--json")
    [incident] = json.loads(told[: told.rindex("]") + 1])
    assert (incident["kind"], incident["root"], incident["state"]) == ("change", "core", "resolved")
    kept = b"".join(path.read_bytes() for path in (project / "var").rglob("*") if path.is_file())
    seen = said.encode() + json.dumps(incident).encode() + kept
    assert [secret for secret in (*HIDDEN, PASSWORD) if secret.encode() in seen] == []
