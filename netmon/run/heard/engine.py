"""Who is netmon to those who send it informs?

An inform is made for the engine ID of the one who receives it, and for how often that has started (RFC 3414): the first
comes from the province and the vantage, so that it outlasts a disk, the second from a file in the data folder.
"""

import hashlib
from contextlib import suppress
from pathlib import Path

from netmon.errors import NotPermitted
from netmon.settings.whole import write_whole

FILE = "snmp-boots"
PREFIX = bytes.fromhex("80004fb805")
"""RFC 3411 SnmpEngineID: pysnmp's enterprise number with the first bit set, and 5 for octets of our own choice."""
MOST = 2**31 - 2


def engine_id(province: str, vantage: str) -> bytes:
    """The snmpEngineID: 17 octets, always the same for this vantage."""
    return PREFIX + hashlib.sha256(f"{province}/{vantage}".encode()).digest()[:12]


def boots(data: Path) -> int:
    """How often it has started, this time included; written down. Raises NotPermitted if it cannot be."""
    file, before = data / FILE, 0
    with suppress(OSError, ValueError):
        before = int(file.read_text(encoding="ascii"))
    now = before + 1 if 0 <= before < MOST else 1
    try:
        write_whole(file, f"{now}\n")
    except OSError as error:
        raise NotPermitted(f"{file}: cannot be written: {error.strerror}") from None
    return now
