"""Which configurations have changed since last night?

Each device with a command line of ours is asked for its configuration; what it prints is scrubbed before it is written
or compared, and kept in a git repository. Whatever has been committed since people were last told is one finding: also
what a backup by hand brought in between, and what the service had no time to tell before it was killed.
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Collection
from functools import partial
from pathlib import Path
from typing import NamedTuple

import structlog

from netmon.clock import Clock
from netmon.errors import BadAnswer, NetmonError, RepositoryError
from netmon.model import Cli, Credential, Device, Finding, Inventory, Sample, Secret, Ssh, Target
from netmon.reading.vendors import Vendor, vendor
from netmon.run.backup_memory import Memory, Past
from netmon.run.bus import Intake
from netmon.run.repository import Change, Repository
from netmon.settings.config import BackupSettings
from netmon.wire.net import Net

COLLECTOR = "config_backup"
TIMEOUT = 120.0
"""Seconds that one device may take: a large configuration over a slow line."""
KEEP = 3 * 86400.0
"""Seconds after which the numbers of a device that is not asked any more vanish."""
DETAIL = 200
"""Lines of a difference that are told; the repository has the rest."""

log = structlog.get_logger()


class Outcome(NamedTuple):
    """How the backup of one device went. `why` = "" if it succeeded; `change` is None where nothing was committed, and
    also not the first time. `unsaved`: lines that a restart would change, None = cannot be told."""

    device: str
    why: str = ""
    lines: int = 0
    who: str = ""
    first: bool = False
    change: Change | None = None
    unsaved: int | None = None


class Backups:
    """Fetches configurations. With an `intake` people are told of changes; without one they are only kept.

    `outcomes` counts `success`, `failure`, `changed`, `unsaved`, `pushed` and `not_pushed`.
    """

    def __init__(
        self,
        inventory: Callable[[], Inventory],
        settings: BackupSettings,
        net: Net,
        clock: Clock,
        data: Path,
        intake: Intake | None = None,
        mute: Callable[[], bool] = lambda: False,
    ) -> None:
        """`inventory` is asked for at each run, for a reload changes it; `data` is the project's folder for data. While
        it is `mute` nothing is pushed."""
        self._inventory, self._settings, self._net, self._clock, self._intake = inventory, settings, net, clock, intake
        self._mute = mute
        self._repository = Repository(settings.folder)
        self._memory = Memory(data / "backups.json")
        self._writing = asyncio.Lock()
        self.outcomes: Counter[str] = Counter()

    def devices(self) -> list[str]:
        """The devices whose configurations are kept."""
        return kept(self._inventory())

    def recall(self) -> None:
        """Show when each configuration was fetched last, as soon as the service is there."""
        inventory, remembered = self._inventory(), self._memory.read()
        for key in kept(inventory):
            if key in remembered:
                self._show(inventory, inventory.devices[key], remembered[key])

    async def nightly(self) -> None:
        """All devices."""
        await self.run()

    async def run(self, only: Collection[str] = ()) -> list[Outcome]:
        """These devices, or all, a few at a time, and a push. A bug is raised when all others have been asked."""
        inventory = self._inventory()
        wanted = [inventory.devices[key] for key in self.devices() if not only or key in only]
        done = await asyncio.gather(*(self._one(inventory, device) for device in wanted), return_exceptions=True)
        for error in done:
            if isinstance(error, BaseException):
                raise error
        outcomes = [outcome for outcome in done if isinstance(outcome, Outcome)]
        if not all(outcome.why for outcome in outcomes):
            await self._push()
        return outcomes

    async def _one(self, inventory: Inventory, device: Device) -> Outcome:
        try:
            outcome = await self._back_up(inventory, device)
        except NetmonError as error:
            outcome = Outcome(device.id, why=str(error) or type(error).__name__)
            log.warning("configuration not kept", device=device.id, why=outcome.why)
        self.outcomes["failure" if outcome.why else "success"] += 1
        if self._intake is not None and outcome.why:
            self._show(inventory, device, self._memory.read().get(device.id, Past()), success=False)
        return outcome

    async def _back_up(self, inventory: Inventory, device: Device) -> Outcome:
        ssh, cli, credential = _login(inventory, device)
        how, ours = vendor(cli.platform), known_secrets(credential)
        commands = [command for command in (how.running, how.saved) if command]
        printed = await self._net.show(device.address or "", ssh, cli.platform, commands, TIMEOUT)
        # Large ones take a second: the polls must not wait for it.
        clean = await asyncio.to_thread(lambda: {each: how.scrub(text, ours) for each, text in printed.items()})
        if why := how.unusable(clean[how.running]):
            raise BadAnswer(f"{device.address}: no configuration after {how.running!r}: {why}")
        text, who = how.settled(clean[how.running]), how.changer(clean[how.running])
        unsaved = _unsaved(how, text, clean.get(how.saved, ""))
        found = Outcome(device.id, "", text.count("\n"), who, unsaved=unsaved)
        async with self._writing:
            await self._repository.open()
            return await self._keep(inventory, device, found, text)

    async def _keep(self, inventory: Inventory, device: Device, found: Outcome, text: str) -> Outcome:
        name = f"{device.id}.cfg"
        before = await self._repository.head(name)
        changed = await self._repository.keep(name, text, partial(_message, found, not before))
        if changed and before:
            found = found._replace(change=await self._repository.change(name, before))
        found = found._replace(first=changed and not before)
        if self._intake is not None:
            await self._tell(self._intake, inventory, device, found, before)
        return found

    async def _tell(self, intake: Intake, inventory: Inventory, device: Device, found: Outcome, before: str) -> None:
        """What people have not been told of yet."""
        name, now = f"{device.id}.cfg", self._clock.now()
        past = self._memory.read().get(device.id, Past())
        head = await self._repository.head(name)
        findings = []
        since = past.told or before
        if since and since != head and (change := await self._since(name, since)).diff:
            self.outcomes["changed"] += 1
            values = [("who", found.who), ("added", str(change.added)), ("removed", str(change.removed))]
            values += [("commit", head[:10])]  # or a second change of as many lines would look like the first
            findings.append(Finding(device.id, now, "config_changed", tuple(values), _cut(change.diff)))
        unsaved = bool(found.unsaved)
        if unsaved and not past.unsaved:
            self.outcomes["unsaved"] += 1
            findings.append(Finding(device.id, now, "config_unsaved", (("lines", str(found.unsaved)),)))
        if findings:
            intake.evidence(findings)
        past = Past(head, unsaved, now + self._clock.ahead(), found.lines)
        self._memory.write(device.id, past)
        self._show(inventory, device, past, success=True)

    async def _since(self, name: str, since: str) -> Change:
        """What has changed since that commit, nothing if the operators have rewritten the history meanwhile."""
        try:
            return await self._repository.change(name, since)
        except RepositoryError as error:
            log.warning("an earlier configuration is not there any more", file=name, why=str(error))
            return Change(0, 0, "")

    async def _push(self) -> None:
        if not self._settings.push or self._mute():
            return
        try:
            await self._repository.push(self._settings.push)
            self.outcomes["pushed"] += 1
        except RepositoryError as error:
            self.outcomes["not_pushed"] += 1
            log.warning("configurations not pushed", why=str(error))

    def _show(self, inventory: Inventory, device: Device, past: Past, success: bool | None = None) -> None:
        if self._intake is None:
            return
        samples = [] if success is None else [Sample("netmon_config_backup_success", int(success))]
        if past.at:
            samples.append(Sample("netmon_config_backup_timestamp_seconds", past.at))
            samples.append(Sample("netmon_config_backup_lines", past.lines))
        level = inventory.sites[device.site].level
        target = Target(id=device.id, of="device", site=device.site, level=level, address="", timeout=TIMEOUT)
        self._intake.samples(target, COLLECTOR, self._clock.now(), samples, KEEP)


def kept(inventory: Inventory) -> list[str]:
    """The devices whose configurations are kept."""
    return [key for key, device in inventory.devices.items() if device.cli is not None and device.cli.backup]


def _login(inventory: Inventory, device: Device) -> tuple[Ssh, Cli, Credential]:
    credential = inventory.credentials.get(device.credential)
    if credential is None or credential.ssh is None or device.cli is None or device.address is None:
        raise BadAnswer(f"{device.id}: the inventory does not say how to log in")
    return credential.ssh, device.cli, credential


def known_secrets(credential: Credential | None) -> list[str]:
    """What netmon itself tells the device, which must not come back out of it."""
    found: list[Secret | None] = []
    while credential is not None:
        found += [credential.community, *(pair[1] for pair in (credential.auth, credential.priv) if pair is not None)]
        if credential.ssh is not None:
            found += [credential.ssh.password, credential.ssh.secret]
        credential = credential.fallback
    return [secret.reveal() for secret in found if secret is not None and secret.is_set]


def _unsaved(how: Vendor, running: str, saved: str) -> int | None:
    """How many lines differ between what runs and what a restart would bring back; None = cannot be told."""
    if not how.saved or how.unusable(saved):
        return None
    ours, theirs = Counter(running.splitlines()), Counter(how.settled(saved).splitlines())
    return (ours - theirs).total() + (theirs - ours).total()


def _message(found: Outcome, first: bool, added: int, removed: int) -> str:
    """A commit's text."""
    what = f"first configuration, {found.lines} lines" if first else f"+{added} -{removed} lines"
    who = f"\n\nThe device names {found.who} for its last change." if found.who else ""
    return f"{found.device}: {what}{who}"


def _cut(diff: str) -> str:
    lines = diff.split("\n")
    return "\n".join(lines[:DETAIL] + ([f"… {len(lines) - DETAIL} more lines"] if len(lines) > DETAIL else []))
