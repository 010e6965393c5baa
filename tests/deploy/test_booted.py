"""Does the offline bundle go into service on a server of its own, under a systemd that really runs?

The server is this machine's system under an overlay in memory, booted by systemd-nspawn with no network but loopback:
what is installed and written there is gone with it.
"""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from tests.conftest import ROOT, missing

BOOT = """\
mount --make-rprivate /
umount --lazy /sys/fs/cgroup
mount -t cgroup2 none /sys/fs/cgroup
mkdir /sys/fs/cgroup/$2
echo $$ > /sys/fs/cgroup/$2/cgroup.procs
mount -t tmpfs tmpfs $1 && mkdir $1/upper $1/work $1/server
mount -t overlay overlay -o lowerdir=/,upperdir=$1/upper,workdir=$1/work $1/server
rm -rf $1/server/etc/netmon* $1/server/opt/netmon $1/server/var/lib/netmon
exec systemd-nspawn --quiet --boot --register=no --keep-unit --private-network --console=pipe -D $1/server \
  --bind-ro=$3:/mnt --link-journal=no --machine=$2 -- --unit=basic.target
"""
CLEAN = """\
mount --make-rprivate / && umount --lazy /sys/fs/cgroup && mount -t cgroup2 none /sys/fs/cgroup
[ ! -d /sys/fs/cgroup/$1 ] || find /sys/fs/cgroup/$1 -depth -type d -exec rmdir {} +
"""
INVENTORY = """\
province: thu-nghiem
levels: [province]
vantage: noc
anchors: [r1]
timezone: Asia/Ho_Chi_Minh
credentials: {default: {snmp: {version: 2c, community: credential:community}}}
defaults: {collect: {icmp: {every: 1s}}}
sites:
  core:
    name: Trung tâm
    level: province
    devices: {r1: {address: 127.0.0.2, role: router}, noc: {role: server, behind: r1}}
"""
SETTINGS = """\
language: en
data: /var/lib/netmon
own_backup: {folder: /var/lib/netmon/backups, at: "01:30", copies: 2, passphrase: "credential:passphrase"}
reports: {sla: {what: sla, by: carrier, on: daily}}
"""
METRICS = (
    """python3 -c 'from urllib.request import *; print(urlopen("http://127.0.0.1:9680/metrics").read().decode())'"""
)
LIMIT = 180.0
"""Seconds for anything; a report is made up for a minute after the start."""

Program = Callable[[str, str], str]


class Server:
    """A machine on which root calls commands."""

    def __init__(self, first: int) -> None:
        self._first = first

    def call(self, command: str) -> tuple[int, str]:
        clean = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/tmp"}
        run = subprocess.run(
            ["nsenter", "-t", str(self._first), "-a", "bash", "-c", command],
            stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, env=clean | {"LANG": "C.UTF-8"},
        )  # fmt: skip
        return run.returncode, run.stdout + run.stderr

    def does(self, command: str) -> str:
        code, said = self.call(command)
        assert code == 0, (command, said, self.call("journalctl --no-pager -n 50 -u netmon")[1])
        return said

    def until(self, command: str) -> str:
        """What it says as soon as it succeeds."""
        end = time.monotonic() + LIMIT
        while (done := self.call(command))[0] and time.monotonic() < end:
            time.sleep(0.2)
        assert done[0] == 0, (command, done[1], self.call("journalctl --no-pager -n 50 -u netmon")[1])
        return done[1]


def child(process: int) -> int:
    """The first process of what systemd-nspawn boots."""
    end = time.monotonic() + LIMIT
    while time.monotonic() < end:
        for one in Path(f"/proc/{process}/task/{process}/children").read_text().split():
            with suppress(OSError):  # it may be gone
                if Path(f"/proc/{one}/comm").read_text() == "systemd\n":
                    return int(one)
        time.sleep(0.1)
    raise AssertionError("nothing was booted")


@pytest.fixture
def server(tmp_path: Path, require_program: Program) -> Iterator[Server]:
    """Booted, with a bundle of this checkout in /mnt."""
    require_program("systemd-nspawn", "systemd-container")
    if os.geteuid():
        missing("only root can boot a system")
    bundle = tmp_path / "bundle"
    made = subprocess.run([ROOT / "deploy" / "bundle", bundle], capture_output=True, text=True, check=False)
    assert made.returncode == 0, made.stdout + made.stderr
    name, scratch = f"netmon-{os.getpid()}", tmp_path / "scratch"
    scratch.mkdir()
    with (tmp_path / "console").open("w") as console:
        boot = subprocess.Popen(
            ["unshare", "--mount", "bash", "-euc", BOOT, "boot", scratch, name, bundle],
            stdin=subprocess.DEVNULL, stdout=console, stderr=console,
        )  # fmt: skip
    try:
        yield Server(child(boot.pid))
    finally:
        boot.send_signal(signal.SIGTERM)
        try:
            boot.wait(30)
        except subprocess.TimeoutExpired:
            boot.kill()
            boot.wait()
        subprocess.run(["unshare", "--mount", "bash", "-c", CLEAN, "clean", name], check=False)


def write(name: str, text: str, mode: str = "644") -> str:
    return f"install -D -m {mode} /dev/stdin '{name}' <<'.'\n{text}.\n"


@pytest.mark.nightly
def test_it_is_installed_started_killed_and_backed_up(server: Server) -> None:
    server.until("systemctl is-system-running --wait | grep -E 'running|degraded'")
    server.does(write("/etc/netmon/inventory/all.yaml", INVENTORY) + write("/etc/netmon/netmon.yaml", SETTINGS))
    server.does("cd /mnt && ./install")

    code, _ = server.call("systemctl daemon-reload && systemctl start netmon")
    assert code, "a secret is missing"
    assert "credential:community is not set" in server.does("journalctl --no-pager -u netmon")
    server.does("systemctl stop netmon")
    for name, secret in {"community": "mật\n", "passphrase": "một câu đủ dài\n"}.items():
        server.does(write(f"/etc/netmon-secrets/{name}", secret, "600"))
    assert "not set" not in server.does("netmon check /etc/netmon"), "root knows what the service is given"
    server.does("systemctl enable netmon && systemctl start netmon")  # waits until it says that it is ready
    assert server.does("stat -c %U /proc/$(systemctl show -P MainPID netmon)") == "netmon\n"
    server.until(METRICS + " | grep '^netmon_probe_success.*icmp.* 1'")
    server.until("ls /var/lib/netmon/reports/*.pdf")

    server.does("systemctl kill -s KILL netmon")
    server.until('test "$(systemctl show -P NRestarts netmon)" -ge 1 && systemctl is-active netmon')
    server.does("systemctl reload netmon")
    server.until("journalctl --no-pager -u netmon | grep 'event=reloaded'")
    server.does("netmon backup create /etc/netmon /tmp/now.netmon --passphrase-file /etc/netmon-secrets/passphrase")
    server.does("systemctl stop netmon")
    assert server.does("systemctl show -P Result -P ExecMainStatus netmon").split() == ["success", "0"]
    code, said = server.call("netmon status /etc/netmon")
    assert code == 3
    assert "not running" in said
