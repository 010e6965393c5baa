"""A real net-snmp agent on loopback, for as long as a test needs it."""

import os
import signal
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path

from tests.ports import free_port

COMMUNITY = "netmon-test"
AUTH_PASSWORD = "authpass-netmon"
PRIV_PASSWORD = "privpass-netmon"
ENGINE = "netmon-test"
UPS = {"2.1.0": 2, "2.2.0": 0, "2.3.0": 42, "2.4.0": 97, "4.1.0": 3}
"""Objects below upsObjects (UPS-MIB, RFC 1628): on mains, 42 minutes left."""

AUTH = {"MD5": "MD5", "SHA": "SHA", "SHA224": "SHA-224", "SHA256": "SHA-256", "SHA384": "SHA-384", "SHA512": "SHA-512"}
PRIV = {
    "DES": "DES", "AES128": "AES", "AES192": "AES-192", "AES192C": "AES-192-C", "AES256": "AES-256",
    "AES256C": "AES-256-C",
}  # fmt: skip
"""netmon's name of an algorithm -> snmpd's."""

Users = Sequence[tuple[str | None, str | None]]
"""By their algorithms."""
EVERYBODY: Users = [(None, None), *((auth, priv) for auth in AUTH for priv in (None, *PRIV))]
FEW: Users = [(None, None), ("SHA256", "AES128")]
"""snmpd hashes a megabyte for every password: 0.4 s for everybody."""


def user_name(auth: str | None, priv: str | None) -> str:
    return f"user-{auth or 'none'}-{priv or 'none'}".lower()


def config(port: int, engine: str = ENGINE, users: Users = FEW) -> str:
    """An agent with a community, and a user for each of these pairs of algorithms."""
    lines = [f"agentaddress udp:127.0.0.1:{port}", f"engineID {engine}", f"rocommunity {COMMUNITY} 127.0.0.1"]
    lines += ["sysName netmon-agent", "sysLocation Tủ mạng tầng 2", "sysDescr Test\tagent"]
    lines += [f"override .1.3.6.1.2.1.33.1.{oid} integer {value}" for oid, value in UPS.items()]
    for auth, priv in users:
        name = user_name(auth, priv)
        keys = f" {AUTH[auth]} {AUTH_PASSWORD}" if auth else ""
        keys += f" {PRIV[priv]} {PRIV_PASSWORD}" if priv else ""
        lines += [f"createUser {name}{keys}", f"rouser {name} {'priv' if priv else 'auth' if auth else 'noauth'}"]
    return "\n".join(lines) + "\n"


class Snmpd:
    """snmpd with its own folder; `start` returns once it listens."""

    def __init__(
        self, program: str, folder: Path, port: int | None = None, engine: str = ENGINE, users: Users = FEW
    ) -> None:
        self.program = program
        self.folder = folder
        self.port = port or free_port()
        self.engine, self.users = engine, users
        self.process: subprocess.Popen[str] | None = None

    def start(self) -> "Snmpd":
        conf = self.folder / "snmpd.conf"
        conf.write_text(config(self.port, self.engine, self.users))
        state = self.folder / "state"
        state.mkdir(exist_ok=True)
        environment = os.environ | {
            "SNMP_PERSISTENT_DIR": str(state),
            "SNMPCONFPATH": f"{self.folder}:{state}",
            "MIBS": "",
        }
        command = [self.program, "-f", "-Lo"]
        self.process = subprocess.Popen(
            command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        assert self.process.stdout is not None
        said = ""
        for line in self.process.stdout:
            said += line
            if line.startswith("NET-SNMP version"):
                return self
        raise AssertionError(f"snmpd did not start: {said}")

    def stop(self, *, kill: bool = False) -> None:
        """End it, by SIGKILL if so asked; it may be stopped already."""
        process, self.process = self.process, None
        if process is not None:
            process.send_signal(signal.SIGKILL if kill else signal.SIGTERM)
            process.communicate(timeout=30)

    def freeze(self) -> None:
        """It takes datagrams in no longer, and answers none."""
        assert self.process is not None
        self.process.send_signal(signal.SIGSTOP)
        while Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()[0] != "T":
            time.sleep(0.001)

    def thaw(self) -> None:
        assert self.process is not None
        self.process.send_signal(signal.SIGCONT)
