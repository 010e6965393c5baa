"""Does a program get the message, and is it surely gone afterwards?"""

import asyncio
import os
from dataclasses import replace
from pathlib import Path

import pytest

from netmon.errors import Permanent, Retryable
from netmon.notifiers.command import Command
from netmon.wire.real import RealNet
from tests.notifiers.receivers import page

KEEP = "cat > {0}/text; env | sort > {0}/env"


def shell(script: str, timeout: float = 10.0) -> Command:
    return Command(run=("/bin/sh", "-c", script), timeout=timeout)


async def test_text_and_facts_arrive_and_secrets_do_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAIL_PASSWORD", "hunter2")
    await shell(KEEP.format(tmp_path)).send(replace(page(), address="09 12"), RealNet())
    assert (tmp_path / "text").read_text(encoding="utf-8") == page().text + "\n"
    told = dict(line.split("=", 1) for line in (tmp_path / "env").read_text(encoding="utf-8").splitlines())
    assert {key: value for key, value in told.items() if key.startswith("NETMON_")} == {
        "NETMON_NOTICE": "2/opened/noc/1",
        "NETMON_EVENT": "opened",
        "NETMON_INCIDENT": "2",
        "NETMON_KIND": "outage",
        "NETMON_SEVERITY": "critical",
        "NETMON_STATE": "open",
        "NETMON_TO": "noc",
        "NETMON_ADDRESS": "09 12",
        "NETMON_SUBJECT": page().subject,
    }
    assert "MAIL_PASSWORD" not in told


@pytest.mark.parametrize(
    ("script", "failure", "why"),
    [
        ("exit 1", Retryable, "exit code 1"),
        ("echo one >&2; printf 'two\\033[31m\\n' >&2; exit 75", Retryable, "exit code 75: two"),
        ("echo no such number >&2; exit 67", Permanent, "exit code 67: no such number"),
        ("kill -9 $$", Retryable, "exit code -9"),
        ("yes | head -c 1000000 >&2; exit 3", Retryable, "exit code 3: y"),
        ("exec 0<&-; exit 0", None, ""),
    ],
)
async def test_what_each_end_means(script: str, failure: type[Exception] | None, why: str) -> None:
    plugin = shell(script)
    if failure is None:
        await plugin.send(page(), RealNet())
        return
    with pytest.raises(failure) as caught:
        await plugin.send(page(), RealNet())
    assert str(caught.value).startswith(f"command: {why}")
    assert len(str(caught.value)) < 300


async def test_no_such_program_is_no_use_trying() -> None:
    with pytest.raises(Permanent, match="/no/such cannot be run"):
        await Command(run=("/no/such",)).send(page(), RealNet())


async def test_what_hangs_is_killed_with_all_it_started(tmp_path: Path) -> None:
    script = f"sleep 60 & echo $! >{tmp_path}/pid; wait"
    with pytest.raises(Retryable, match=r"not done within 1 s"):
        await shell(script, 1).send(page(), RealNet())
    child = int((tmp_path / "pid").read_text())
    async with asyncio.timeout(30):
        while _alive(child):
            await asyncio.sleep(0.02)


def _alive(pid: int) -> bool:
    """Neither gone nor a zombie that nobody has buried yet."""
    try:
        os.kill(pid, 0)
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (ProcessLookupError, FileNotFoundError):
        return False
