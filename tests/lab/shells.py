"""A router with a command line that one logs in to: FRR's vtysh behind sshd, in namespaces of its own.

`python -m tests.lab.shells PROJECT` makes one backup as the service would, and prints what people would be told.
"""

import asyncio
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from netmon.clock import SystemClock
from netmon.run.backup import Backups
from netmon.settings.project import load
from netmon.wire.real import RealNet
from tests.lab.cage import Cage, LabError
from tests.run.test_backup import Heard

NODE, ADDRESS, PORT = "r1", "127.0.0.1", 2222
USER, PASSWORD = "labcli", "lantern-7731"
HIDDEN = ("Ngoc-Tram-11", "Ngoc-Tram-22", "Ngoc-Tram-33")
"""Passwords in the router's configuration."""
FOLDER = "/run/lab"
_ZEBRA = f"""hostname {NODE}
password {HIDDEN[0]}
enable password {HIDDEN[1]}
interface lo
 description Xã Châu Quế Hạ
"""
_SSHD = f"""ListenAddress {ADDRESS}:{PORT}
HostKey {FOLDER}/host_key
PidFile none
UsePAM no
StrictModes no
PasswordAuthentication yes
AllowUsers {USER}
PrintMotd no
"""
# An account that only the cage knows: the system's own files are covered by copies with one line more.
_ACCOUNT = f"""set -e
cd {FOLDER}
mkdir -p /run/sshd
cp /etc/passwd /etc/shadow /etc/group .
echo '{USER}:x:4242:4242::/nonexistent:{FOLDER}/cli' >>passwd
echo "{USER}:$(openssl passwd -6 {PASSWORD}):20000:0:99999:7:::" >>shadow
sed -i 's/^\\(frrvty:.*\\)$/\\1,{USER}/' group
for file in passwd shadow group; do mount --bind $file /etc/$file; done
printf '#!/bin/sh\\nexec env VTYSH_PAGER=cat vtysh --vty_socket {FOLDER} 2>/dev/null\\n' >cli
chmod 755 cli
ssh-keygen -q -t ed25519 -N '' -f host_key
ip netns add {NODE}
ip -n {NODE} link set lo up
"""


class Router:
    """What the tests do with it."""

    def __init__(self, cage: Cage) -> None:
        self._cage = cage

    def configure(self, *lines: str) -> None:
        """Change the running configuration, as somebody at the console would."""
        said = [part for line in ("configure terminal", *lines, "end") for part in ("-c", line)]
        self._cage.must(["vtysh", "--vty_socket", FOLDER, *said])

    def run(self, *argv: str) -> subprocess.CompletedProcess[str]:
        """A program of ours beside the router."""
        process = self._cage.popen(NODE, argv, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        out, err = process.communicate(timeout=150)
        return subprocess.CompletedProcess(argv, process.returncode, out.decode(), err.decode())


@contextmanager
def router(zebra: str, sshd: str) -> Iterator[Router]:
    """The router, with a line of command that answers. `zebra` and `sshd` are the programs' paths."""
    cage = Cage()
    try:
        cage.write(FOLDER, {"zebra.conf": _ZEBRA, "sshd.conf": _SSHD}, owner="frr")
        cage.must(["sh", "-c", _ACCOUNT])
        frr = (zebra, "-u", "frr", "-g", "frr", "--vty_socket", FOLDER, "-P", "0", "-z", f"{FOLDER}/zserv.api")
        files = ("-f", f"{FOLDER}/zebra.conf", "-i", f"{FOLDER}/zebra.pid")
        cage.spawn(NODE, "zebra", [*frr, *files], env={}, log=f"{FOLDER}/zebra.log")
        cage.spawn(NODE, "sshd", [sshd, "-D", "-e", "-f", f"{FOLDER}/sshd.conf"], env={}, log=f"{FOLDER}/sshd.log")
        made = Router(cage)
        _wait(cage, made)
        yield made
    finally:
        cage.close()


def _wait(cage: Cage, made: Router) -> None:
    until = time.monotonic() + 20
    while (
        made.run("ssh-keyscan", "-p", str(PORT), ADDRESS).stdout == ""
        or cage.run(["vtysh", "--vty_socket", FOLDER, "-c", "show version"]).code
    ):
        if time.monotonic() > until:
            raise LabError(cage.run(["sh", "-c", f"cat {FOLDER}/*.log"]).out)
        time.sleep(0.1)


async def night(project: Path) -> Heard:
    """What the service hears of its backups."""
    loaded, net, heard = load(project, secrets=True), RealNet(), Heard()
    config = loaded.config
    try:
        await Backups(lambda: loaded.inventory, config.backups, net, SystemClock(), config.data, heard).run()
    finally:
        await net.close()
    return heard


if __name__ == "__main__":
    found = asyncio.run(night(Path(sys.argv[1])))
    print(json.dumps({"findings": [finding._asdict() for finding in found.findings], "numbers": found.numbers}))
