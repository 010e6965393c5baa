"""How is a command line read, so that nothing a device does can hold the reader up?

netmiko types and looks for prompts; what it types through is here. Every octet that comes is counted, a session that
the device has closed or that nobody waits for any more ends at the next reading, and nothing is typed that might change
something.
"""

import codecs
from typing import Any

from netmon.errors import BadAnswer
from netmon.wire.readonly import changing

MOST = 8 * 2**20
"""Octets that one session may print; the largest configurations have some hundred thousand."""
_READ = 65536


class Terminal:
    """Stands where netmiko has its channel, over a paramiko channel (both untyped)."""

    __slots__ = ("_decode", "_inner", "_read", "_secret", "ended")

    def __init__(self, inner: Any, secret: str = "") -> None:
        """Until another thread sets `ended`. `secret` is what `enable` asks for: it is typed whatever it looks like
        and no error shows it."""
        self._inner, self._secret = inner, secret
        # Characters that two packets share would be lost otherwise, and look like a change of the configuration.
        self._decode = codecs.getincrementaldecoder("utf-8")("replace").decode
        self._read = 0
        self.ended = False

    @property
    def remote_conn(self) -> Any:
        """The channel below."""
        return self._inner

    def write_channel(self, out_data: str) -> None:
        """Type something. BadAnswer if it might change the device, or the session is over."""
        self._check()
        if changing(out_data) and (not self._secret or out_data.strip() != self._secret.strip()):
            raise BadAnswer(f"not typed, because it would change the device: {out_data.strip()[:40]!r}")
        self._inner.sendall(out_data.encode())

    def read_buffer(self) -> str:
        """What has come since the last time, "" if nothing. BadAnswer if nothing more may come."""
        self._check()
        if not self._inner.recv_ready():
            if self._inner.closed or self._inner.eof_received:
                raise BadAnswer("the device closed the session")
            return ""
        data: bytes = self._inner.recv(_READ)
        self._read += len(data)
        if self._read > MOST:
            raise BadAnswer(f"the device prints more than {MOST >> 20} MB")
        return self._decode(data)

    def read_channel(self) -> str:
        """The same: one packet at a time, so that an endless one cannot hold up the clock."""
        return self.read_buffer()

    def _check(self) -> None:
        if self.ended:
            raise BadAnswer("the time is up")
