"""Which lines come out of a serial port, and is the modem still plugged in?

Plain termios and the event loop: a terminal is a file, and a pseudo-terminal is one to the letter, which is what the
tests plug in.
"""

import asyncio
import errno
import fcntl
import os
import termios
import tty
from collections.abc import Callable

from netmon.errors import Retryable

LONGEST = 2048
"""Octets of a line; what more there is of it is skipped. The longest that a modem has cause for have some 400."""

PROMPT = ">"
"""What the modem waits for a message with (3GPP TS 27.005, 3.5.1); the only thing that comes without a line's end."""

_READ = 4096


class Port:
    """An open serial port, for this program alone. Each line goes to `hear`; `lost` is told why it is over."""

    __slots__ = ("_fd", "_free", "_hear", "_loop", "_lost", "_skipping", "_waiting", "_why", "path")

    def __init__(self, path: str, hear: Callable[[str], None], lost: Callable[[str], None]) -> None:
        """Raises Retryable if it cannot be had."""
        self.path = path
        self._hear, self._lost = hear, lost
        self._waiting, self._skipping = b"", False
        self._free = asyncio.Event()
        self._why = "closed"
        self._loop = asyncio.get_running_loop()
        self._fd = _opened(path)
        self._loop.add_reader(self._fd, self._readable)

    async def write(self, text: str) -> None:
        """Send all of it; a modem that takes nothing makes it last for ever. Raises Retryable if the port is gone."""
        data = text.encode("ascii")
        while data:
            if self._fd < 0:
                raise Retryable(f"{self.path}: {self._why}")
            try:
                data = data[os.write(self._fd, data) :]
            except BlockingIOError:
                await self._writable()
            except OSError as error:
                self._end(f"unplugged ({error.strerror})")
                raise Retryable(f"{self.path}: unplugged") from None

    async def _writable(self) -> None:
        self._free.clear()
        self._loop.add_writer(self._fd, self._free.set)
        try:
            await self._free.wait()
        finally:
            if self._fd >= 0:
                self._loop.remove_writer(self._fd)

    def _readable(self) -> None:
        try:
            data = os.read(self._fd, _READ)
        except BlockingIOError:
            return
        except OSError as error:
            self._end(f"unplugged ({error.strerror})")
            return
        if not data:
            self._end("unplugged")
            return
        *lines, self._waiting = (self._waiting + data).replace(b"\r", b"\n").split(b"\n")
        for line in lines:
            if self._skipping:
                self._skipping = False  # the end of the line that was too long
            elif text := line.decode("ascii", "replace").strip():
                self._hear(text)
        if len(self._waiting) > LONGEST:
            if not self._skipping:
                self._hear(self._waiting[:LONGEST].decode("ascii", "replace"))
            self._waiting, self._skipping = b"", True
        elif self._waiting.strip() == PROMPT.encode():
            self._waiting = b""
            self._hear(PROMPT)

    def _end(self, why: str) -> None:
        self._why = why
        self.close()
        self._lost(why)

    def close(self) -> None:
        """Give it back at once, with what was not sent yet; a second time does nothing."""
        if self._fd < 0:
            return
        fd, self._fd = self._fd, -1
        self._loop.remove_reader(fd)
        self._loop.remove_writer(fd)
        self._free.set()
        _discard(fd)  # the kernel would wait half a minute for a modem that hangs to take it
        os.close(fd)


def _opened(path: str) -> int:
    """The file, in raw mode at 115200 bit/s and locked."""
    try:
        fd = os.open(path, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        raise Retryable(f"{path}: {_why(error)}") from None
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        tty.setraw(fd, termios.TCSANOW)
        settings = termios.tcgetattr(fd)
        settings[2] |= termios.CLOCAL | termios.CREAD
        settings[4] = settings[5] = termios.B115200
        termios.tcsetattr(fd, termios.TCSANOW, settings)
        fcntl.ioctl(fd, termios.TIOCEXCL)
    except (OSError, termios.error) as error:
        os.close(fd)
        raise Retryable(f"{path}: {_why(error)}") from None
    _discard(fd)
    return fd


def _discard(fd: int) -> None:
    """Drop what waits in both directions."""
    try:
        termios.tcflush(fd, termios.TCIOFLUSH)
    except termios.error:
        return  # unplugged: nothing waits


def _why(error: OSError | termios.error) -> str:
    match error:
        case FileNotFoundError():
            return "no such port; is the modem plugged in?"
        case PermissionError():
            return "no right to open it; the user of the service belongs in the group dialout"
        case BlockingIOError():
            return "another program has it open"
        case OSError():
            return "another program has it open" if error.errno == errno.EBUSY else error.strerror or str(error)
        case _:
            return "no serial port"
