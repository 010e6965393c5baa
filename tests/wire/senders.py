"""Debian's own senders of traps and informs, net-snmp's snmptrap and snmpinform."""

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

LINK_DOWN = "1.3.6.1.6.3.1.1.5.3"
ENGINE = "0x8000000001020304"


def port_values(index: int, name: str) -> list[str]:
    """The variables of a linkDown trap: ifIndex, and ifName as many devices add it."""
    found = [f"1.3.6.1.2.1.2.2.1.1.{index}", "i", str(index)]
    return [*found, f"1.3.6.1.2.1.31.1.1.1.1.{index}", "s", name] if name else found


class Sender:
    """Sends to a port on loopback; returns the program's exit code and what it printed."""

    def __init__(self, require: Callable[[str, str], str], folder: Path, port: int) -> None:
        self.trap_program, self.inform_program = require("snmptrap", "snmp"), require("snmpinform", "snmp")
        self.folder, self.to = folder, f"127.0.0.1:{port}"

    def start(self, program: str, *words: str) -> "subprocess.Popen[str]":
        environment = os.environ | {"MIBS": "", "SNMP_PERSISTENT_DIR": str(self.folder), "SNMPCONFPATH": "/nonexistent"}
        return subprocess.Popen(
            [program, *words], env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )

    def v1(self, community: str, enterprise: str, agent: str, generic: int, specific: int, *values: str) -> None:
        """An SNMPv1 trap."""
        words = ("-v1", "-c", community, self.to, enterprise, agent, str(generic), str(specific), "")
        self.done(self.start(self.trap_program, *words, *values))

    def v2(self, community: str, trap: str, *values: str) -> None:
        """An SNMPv2c trap."""
        self.done(self.start(self.trap_program, "-v2c", "-c", community, self.to, "", trap, *values))

    def v3(self, who: list[str], trap: str, *values: str, engine: str = ENGINE, boots: str = "") -> None:
        """An SNMPv3 trap; `boots` as "boots,time"."""
        clock = ["-Z", boots] if boots else []
        self.done(self.start(self.trap_program, "-v3", "-e", engine, *clock, *who, self.to, "", trap, *values))

    def inform(self, who: list[str], trap: str, *values: str) -> "subprocess.Popen[str]":
        """An inform under way; it exits with 0 once it is acknowledged. `who` begins with the version."""
        return self.start(self.inform_program, "-r", "0", "-t", "30", *who, self.to, "", trap, *values)

    @staticmethod
    def done(process: "subprocess.Popen[str]") -> None:
        said, _ = process.communicate(timeout=60)
        assert process.returncode == 0, said
