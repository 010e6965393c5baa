"""Is every change of a configuration told once, with the difference, and never a secret?"""

import json
import logging
import subprocess
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path

import pytest

from netmon.clock import SystemClock
from netmon.errors import Unreachable
from netmon.model import Evidence, Finding, Inventory, Sample, Target
from netmon.reading.families import BACKUP_METRICS
from netmon.run.backup import DETAIL, Backups, Outcome
from netmon.run.bus import Batch, Frame
from netmon.settings.config import BackupSettings
from netmon.settings.project import load
from netmon.wire.net import Net
from netmon.wire.real import RealNet
from tests.collectors.fakes import FakeNet
from tests.settings.written import write
from tests.wire.sshcli import PASSWORD, USER, serving

HIDDEN = "tRaP7731xyz"
COMMUNITY = "viet-nam-1975"
CONFIG = f"""Building configuration...

Current configuration : 411 bytes
!
! Last configuration change at 08:01:02 +07 Mon Nov 23 2026 by minh
!
hostname core
enable secret 9 $9${HIDDEN}
username netmon privilege 1 password 7 {HIDDEN}
snmp-server community {HIDDEN} RO
banner motd ask for {COMMUNITY} or {PASSWORD}
interface GigabitEthernet0/0/0
 description to Văn Yên
 ip address 10.28.4.1 255.255.255.252
line vty 0 4
 password {HIDDEN}
end
"""
MOVED = CONFIG.replace("08:01:02", "09:30:00").replace("4.1 255.255.255.252", "4.9 255.255.255.252")
INVENTORY = """
vantage: noc
credentials:
  default:
    snmp: {version: 2c, community: file:secrets/community}
    ssh: {user: USER, port: PORT, password: file:secrets/password, known_hosts: known_hosts}
sites:
  centre:
    name: Centre
    level: province
    devices:
      core: {address: 127.0.0.1, role: router, cli: {platform: cisco_ios}}
      edge: {address: 127.0.0.2, role: router, cli: {platform: cisco_ios}}
      theirs: {address: 127.0.0.3, role: router}
      shown: {address: 127.0.0.4, role: router, cli: {platform: cisco_ios, backup: false}}
      noc: {address: 127.0.0.5, role: server}
"""


class Heard:
    """What the backups hand over."""

    def __init__(self) -> None:
        self.findings: list[Finding] = []
        self.numbers: dict[str, dict[str, float]] = {}
        self.silent: Collection[str] = ()

    def evidence(self, pieces: Iterable[Evidence]) -> None:
        self.findings += [piece for piece in pieces if isinstance(piece, Finding)]

    def samples(self, target: Target, collector: str, at: float, samples: Sequence[Sample], keep: float) -> None:
        assert {sample.metric for sample in samples} <= BACKUP_METRICS.keys()
        self.numbers[target.id] = {
            sample.metric.removeprefix("netmon_config_backup_"): sample.value for sample in samples
        }

    def polled(self, target: Target, collector: str, at: float, frame: Frame, keep: float) -> None:
        raise NotImplementedError

    def batch(self, polls: Batch) -> None:
        raise NotImplementedError

    def needless(self, target: str) -> bool:
        return False


class Desk:
    """Two devices whose configurations are kept, and what they print."""

    def __init__(self, folder: Path, push: str = "", port: int = 22) -> None:
        self.folder, self.heard, self.fake = folder, Heard(), FakeNet()
        self.repository = folder / "configs"
        self.settings = BackupSettings(folder=self.repository, push=push)
        text = INVENTORY.replace("USER", USER).replace("PORT", str(port))
        secrets = {"secrets/community": COMMUNITY, "secrets/password": PASSWORD}
        project = write(folder / "project", {"a.yaml": text} | secrets)
        self.known_hosts = project / "known_hosts"
        self.known_hosts.touch()
        self.inventory: Inventory = load(project).inventory
        self.prints(CONFIG)
        self.fake.printed["127.0.0.2"] = {"show running-config": "hostname edge\nend\n"}

    def prints(self, running: str, saved: str | None = None) -> None:
        """What the core prints from now on; what is saved is the same unless it is said."""
        self.fake.printed["127.0.0.1"] = {
            "show running-config": running,
            "show startup-config": running if saved is None else saved,
        }

    def backups(self, *, service: bool = True, net: Net | None = None) -> Backups:
        """Those of a service that has just been started, or of somebody's hand."""
        heard = self.heard if service else None
        net, data = net or self.fake, self.folder / "var"
        return Backups(lambda: self.inventory, self.settings, net, SystemClock(), data, heard)

    async def night(self) -> list[Outcome]:
        """The service is started, and makes its backups."""
        return await self.backups().run()

    def git(self, *arguments: str, folder: Path | None = None) -> str:
        done = subprocess.run(
            ["git", *arguments],
            cwd=folder or self.repository,
            capture_output=True,
            text=True,
            check=True,
            timeout=30,
        )
        return done.stdout

    def everything(self) -> str:
        """All that was ever written, in every commit and in the data folder."""
        texts = [path.read_text() for path in (self.folder / "var").rglob("*") if path.is_file()]
        texts += [path.read_text() for path in self.repository.glob("*.cfg")]
        return "\n".join([self.git("log", "-p", "--all", "--format=%B"), *texts, repr(self.heard.findings)])


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


async def test_the_first_night_keeps_and_tells_nothing(desk: Desk) -> None:
    outcomes = await desk.night()
    assert [(each.device, each.why, each.first) for each in outcomes] == [("core", "", True), ("edge", "", True)]
    assert desk.heard.findings == []
    kept = (desk.repository / "core.cfg").read_text(encoding="utf-8")
    assert "hostname core\n" in kept
    assert "description to Văn Yên\n" in kept
    assert "Last configuration change" not in kept
    assert {name for name, _, _ in desk.fake.logins} == {"127.0.0.1", "127.0.0.2"}, "nobody logs in to the others"
    assert sorted(desk.git("log", "--format=%s %an").splitlines()) == [
        "core: first configuration, 13 lines netmon",
        "edge: first configuration, 2 lines netmon",
    ]
    assert desk.heard.numbers["core"]["success"] == 1
    assert desk.heard.numbers["core"]["lines"] == 13
    assert desk.repository.stat().st_mode & 0o77 == 0


async def test_a_change_is_told_once_with_the_difference_and_by_whom(desk: Desk) -> None:
    await desk.night()
    desk.prints(MOVED)
    outcomes = await desk.night()
    [found] = desk.heard.findings
    assert (found.id, found.text) == ("core", "config_changed")
    values = dict(found.values)
    assert (values["who"], values["added"], values["removed"]) == ("minh", "1", "1")
    assert "- ip address 10.28.4.1 255.255.255.252\n+ ip address 10.28.4.9 255.255.255.252" in found.detail
    assert found.detail.startswith("@@")
    assert [outcome.change is not None for outcome in outcomes] == [True, False]
    assert desk.git("log", "-1", "--format=%B", "--", "core.cfg").strip() == (
        "core: +1 -1 lines\n\nThe device names minh for its last change."
    )
    await desk.night()
    await desk.night()
    assert len(desk.heard.findings) == 1
    desk.prints(CONFIG)
    await desk.night()
    assert len(desk.heard.findings) == 2
    assert desk.heard.findings[0].values != desk.heard.findings[1].values, "or it would pass for the same"


async def test_no_secret_reaches_repository_memory_finding_or_log(
    desk: Desk, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    """Over a real login, with everything logged that can be."""
    caplog.set_level(logging.DEBUG)
    net = RealNet()
    with serving({"show running-config": CONFIG, "show startup-config": MOVED}, "core#") as cli:
        desk = Desk(desk.folder / "real", port=cli.port)
        cli.known_hosts(desk.known_hosts)
        await desk.backups(net=net).run(["core"])
        cli.answers["show running-config"] = MOVED.replace(f"password {HIDDEN}", "password Nguyen-4242")
        [outcome] = await desk.backups(net=net).run(["core"])
        cli.answers["show running-config"] = f"% Invalid input {HIDDEN}"
        [refused] = await desk.backups(net=net).run(["core"])
    await net.close()
    assert cli.sessions == 3
    assert outcome.change is not None
    assert "10.28.4.9" in outcome.change.diff
    assert refused.why == "127.0.0.1: no configuration after 'show running-config': it refuses the command"
    seen = desk.everything() + caplog.text + "".join(capfd.readouterr())
    assert "hostname core" in seen
    assert [secret for secret in (HIDDEN, PASSWORD, COMMUNITY, "Nguyen-4242") if secret in seen] == []


async def test_what_a_hand_kept_in_between_is_told_by_the_service(desk: Desk) -> None:
    await desk.night()
    desk.prints(MOVED)
    by_hand = await desk.backups(service=False).run(["core"])
    assert by_hand[0].change is not None
    assert desk.heard.findings == []
    await desk.night()
    assert [found.text for found in desk.heard.findings] == ["config_changed"]


async def test_a_configuration_that_is_not_saved_is_told_once(desk: Desk) -> None:
    desk.prints(MOVED, CONFIG)
    await desk.night()
    await desk.night()
    assert [(found.text, dict(found.values)) for found in desk.heard.findings] == [("config_unsaved", {"lines": "2"})]
    desk.prints(MOVED)
    await desk.night()
    desk.prints(MOVED, CONFIG)
    await desk.night()
    assert [found.text for found in desk.heard.findings] == ["config_unsaved", "config_unsaved"]


@pytest.mark.parametrize("excuse", ["", "% Authorization failed\n", CONFIG.replace("end\n", "")])
async def test_an_excuse_is_no_configuration(desk: Desk, excuse: str) -> None:
    await desk.night()
    desk.prints(excuse)
    core, edge = await desk.night()
    assert core.why
    assert not edge.why
    assert "hostname core" in (desk.repository / "core.cfg").read_text()
    assert desk.heard.findings == []
    assert desk.heard.numbers["core"]["success"] == 0
    assert desk.heard.numbers["core"]["lines"] == 13, "of the last one that was whole"
    assert desk.heard.numbers["edge"]["success"] == 1


async def test_a_device_that_is_silent_costs_the_others_nothing(desk: Desk) -> None:
    desk.fake.printed["127.0.0.1"] = Unreachable("127.0.0.1: no answer")
    backups = desk.backups()
    assert [outcome.why for outcome in await backups.run()] == ["127.0.0.1: no answer", ""]
    assert dict(backups.outcomes) == {"failure": 1, "success": 1}
    assert "timestamp_seconds" not in desk.heard.numbers["core"]


async def test_a_service_that_starts_shows_the_last_numbers(desk: Desk) -> None:
    await desk.night()
    before, desk.heard.numbers = desk.heard.numbers, {}
    desk.backups().recall()
    assert before["core"].pop("success") == before["edge"].pop("success") == 1
    assert desk.heard.numbers == before, "whether the next one succeeds is not known yet"


async def test_where_nobody_answers_nothing_is_written(desk: Desk) -> None:
    """As in a simulation, which must leave no trace."""
    desk.fake.printed = {address: Unreachable("no answer") for address in ("127.0.0.1", "127.0.0.2")}
    desk.settings = BackupSettings(folder=desk.repository, push="nowhere")
    await desk.night()
    assert sorted(path.name for path in desk.folder.iterdir()) == ["project"]


async def test_a_broken_memory_is_a_new_beginning(desk: Desk) -> None:
    await desk.night()
    memory = desk.folder / "var" / "backups.json"
    assert json.loads(memory.read_text())["core"]["lines"] == 13
    memory.write_text("{")
    desk.prints(MOVED)
    await desk.night()
    assert [found.text for found in desk.heard.findings] == ["config_changed"]


async def test_pushing(desk: Desk, tmp_path: Path) -> None:
    desk.git("init", "--quiet", "--bare", "--initial-branch=main", "remote.git", folder=tmp_path)
    desk.settings = BackupSettings(folder=desk.repository, push=str(tmp_path / "remote.git"))
    backups = desk.backups()
    await backups.run()
    assert backups.outcomes["pushed"] == 1
    assert desk.git("rev-parse", "main", folder=tmp_path / "remote.git") == desk.git("rev-parse", "main")
    # Somebody else has written there: nothing is forced, and the backup is good all the same.
    desk.git("clone", "--quiet", "remote.git", "other", folder=tmp_path)
    commit = ("-c", "user.name=x", "-c", "user.email=x@x", "commit", "--quiet", "--allow-empty", "-m", "x")
    desk.git(*commit, folder=tmp_path / "other")
    desk.git("push", "--quiet", folder=tmp_path / "other")
    theirs = desk.git("rev-parse", "main", folder=tmp_path / "remote.git")
    desk.prints(MOVED)
    backups = desk.backups()
    outcomes = await backups.run()
    assert (backups.outcomes["pushed"], backups.outcomes["not_pushed"], outcomes[0].why) == (0, 1, "")
    assert desk.git("rev-parse", "main", folder=tmp_path / "remote.git") == theirs


async def test_the_operators_own_work_in_the_folder_is_left_alone(desk: Desk) -> None:
    await desk.night()
    (desk.repository / "notes.txt").write_text("ours")
    desk.git("add", "notes.txt")
    desk.prints(MOVED)
    await desk.night()
    assert desk.git("status", "--porcelain").split() == ["A", "notes.txt"]
    assert len(desk.heard.findings) == 1


async def test_a_rewritten_history_is_no_change(desk: Desk) -> None:
    await desk.night()
    desk.git("checkout", "--quiet", "--orphan", "new")
    desk.git("-c", "user.name=x", "-c", "user.email=x@x", "commit", "--quiet", "-m", "squashed")
    desk.git("branch", "-D", "main")
    desk.git("reflog", "expire", "--expire=now", "--all")
    desk.git("gc", "--quiet", "--prune=now")
    assert [outcome.why for outcome in await desk.night()] == ["", ""]
    assert desk.heard.findings == []


async def test_a_folder_that_cannot_be_used_is_said_of_every_device(desk: Desk) -> None:
    desk.repository.write_text("a file")
    outcomes = await desk.night()
    assert ["configs" in outcome.why for outcome in outcomes] == [True, True]


async def test_a_long_difference_is_cut(desk: Desk) -> None:
    await desk.night()
    routes = "".join(f"ip route 10.{n}.0.0 255.255.0.0 Null0\n" for n in range(256))
    desk.prints(CONFIG.replace("line vty", f"{routes}line vty"))
    await desk.night()
    lines = desk.heard.findings[0].detail.split("\n")
    assert len(lines) == DETAIL + 1
    assert lines[-1].endswith("more lines")
