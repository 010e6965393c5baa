"""A modem that is a pseudo-terminal: it speaks AT as a Quectel EC25 does, over a real terminal of the kernel.

It reads what it is sent with a decoder of its own, written after the tables of 3GPP TS 23.038 and TS 23.040.
"""

import asyncio
import os
import re
import termios
import tty
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from netmon.wire.modem.at import AtModem

ROWS = (
    "@Δ 0¡P¿p", "£_!1AQaq", '$Φ"2BRbr', "¥Γ#3CScs", "èΛ¤4DTdt", "éΩ%5EUeu", "ùΠ&6FVfv", "ìΨ'7GWgw",
    "òΣ(8HXhx", "ÇΘ)9IYiy", "\nΞ*:JZjz", "Ø\x1b+;KÄkä", "øÆ,<LÖlö", "\ræ-=MÑmñ", "Åß.>NÜnü", "åÉ/?O§oà",
)  # fmt: skip
"""The default alphabet as the specification prints it: rows are the low four bits, columns the high three."""

BEHIND_ESCAPE = {"Λ": "^", "(": "{", ")": "}", "/": "\\", "<": "[", "=": "~", ">": "]", "¡": "|", "e": "€", "\n": "\f"}


class Sent(NamedTuple):
    """An SMS-SUBMIT, read: to whom, the octets of its header, the text, how many septets or octets that is."""

    number: str
    header: str
    text: str
    length: int


def submitted(pdu: str) -> Sent:
    """What an SMS-SUBMIT says."""
    octets = list(bytes.fromhex(pdu))
    assert octets.pop(0) == 0, "the service centre is the SIM card's"
    kind = octets.pop(0)
    assert kind & 0b11 == 1, "SMS-SUBMIT"
    octets.pop(0)
    digits, plan = octets.pop(0), octets.pop(0)
    number = "".join(f"{octets.pop(0):02X}"[::-1] for _ in range((digits + 1) // 2)).rstrip("F")
    assert len(number) == digits
    assert octets.pop(0) == 0, "protocol: a plain message"
    coding = octets.pop(0)
    if kind & 0b11000:
        octets.pop(0)
    length = octets.pop(0)
    header = bytes(octets[: octets[0] + 1]) if kind & 0b1000000 else b""
    if coding == 8:
        text = bytes(octets[len(header) :]).decode("utf-16-be")
        assert len(octets) == length
    else:
        bits = "".join(f"{octet:08b}"[::-1] for octet in octets)
        septets = [int(bits[7 * n : 7 * n + 7][::-1], 2) for n in range(length)]
        assert len(octets) == (7 * length + 7) // 8
        text = spelled(septets[(8 * len(header) + 6) // 7 :])
    return Sent(("+" if plan == 0x91 else "") + number, header.hex(), text, length)


def spelled(septets: list[int]) -> str:
    """The text of septets."""
    plain = "".join(ROWS[septet % 16][septet // 16] for septet in septets)
    return re.sub("\x1b(.)", lambda found: BEHIND_ESCAPE[found[1]], plain, flags=re.DOTALL)


@dataclass
class Fake:
    """The modem's other end. What it is to answer may be changed at any time.

    `answers`: command -> lines, in place of the usual ones; `calls`: the states of +CLCC, look by look, the last for
    ever, None = no call any more; `reports`: look -> what it says of its own accord then.
    """

    path: Path
    echo: bool = False
    asked: list[str] = field(default_factory=list)
    sent: list[str] = field(default_factory=list)
    memory: dict[int, str] = field(default_factory=dict)
    answers: dict[str, list[str]] = field(default_factory=dict)
    calls: list[int | None] = field(default_factory=list)
    reports: dict[int, str] = field(default_factory=dict)
    before: bytes = b""
    silent: bool = False
    _master: int = -1
    _slave: int = -1
    _waiting: bytes = b""
    _message: bool = False
    _looks: int = 0

    def plug(self) -> None:
        """Be there, under a name that stays the same as in /dev/serial/by-id."""
        self._master, self._slave = os.openpty()  # held open on both sides, or else it looks unplugged from here
        tty.setraw(self._slave)
        self.path.unlink(missing_ok=True)
        self.path.symlink_to(os.ttyname(self._slave))
        os.set_blocking(self._master, False)
        asyncio.get_running_loop().add_reader(self._master, self._read)

    def unplug(self) -> None:
        """Be gone."""
        if self._master >= 0:
            asyncio.get_running_loop().remove_reader(self._master)
            os.close(self._master)
            os.close(self._slave)
        self._master = -1
        self.path.unlink(missing_ok=True)

    def stop(self, stopped: bool) -> None:
        """Take nothing any more, as a modem does whose firmware hangs."""
        termios.tcflow(self._slave, termios.TCOOFF if stopped else termios.TCOON)

    def say(self, *lines: str) -> None:
        """Lines of the modem's own accord."""
        self.raw("".join(f"\r\n{line}\r\n" for line in lines).encode())

    def raw(self, data: bytes) -> None:
        """Octets; what does not go in is lost."""
        with suppress(BlockingIOError):
            os.write(self._master, data)

    def _read(self) -> None:
        self._waiting += os.read(self._master, 4096)
        while found := re.search(rb"[\x1a\x1b]" if self._message else rb"[\r\x1b]", self._waiting):
            text = self._waiting[: found.start()].decode()
            self._waiting = self._waiting[found.end() :]
            if self.echo:
                self.raw(f"{text}\r".encode())
            if self.silent:
                continue
            if self._message:
                self._took(text, given_up=found[0] == b"\x1b")
            elif text:
                self._command(text)

    def _command(self, command: str) -> None:
        self.asked.append(command)
        self.raw(self.before)
        usual = ["OK"]
        match command.partition("="):
            case [name, _, _] if command in self.answers or name in self.answers:
                usual = self.answers[command if command in self.answers else name]
            case ["ATE0", _, _]:
                self.echo = False
            case ["AT+CPIN?", _, _]:
                usual = ["+CPIN: READY", "OK"]
            case ["AT+CPMS", _, _]:
                usual = ["+CPMS: 0,255,0,255,0,255", "OK"]
            case ["AT+CMGS", _, _]:
                self._message = True
                self.raw(b"\r\n> ")
                return
            case ["AT+CMGL", _, _]:
                stored = [line for slot, pdu in self.memory.items() for line in (f'+CMGL: {slot},0,"",30', pdu)]
                usual = [*stored, "OK"]
            case ["AT+CMGD", _, slot]:
                del self.memory[int(slot)]
            case ["AT+CLCC", _, _]:
                usual = self._call()
            case ["AT+CSQ", _, _]:
                usual = ["+CSQ: 21,99", "OK"]
            case ["AT+CREG?" | "AT+CEREG?", _, _]:
                usual = [f"{command[2:-1]}: 0,1", "OK"]
        self.say(*usual)

    def _call(self) -> list[str]:
        state = self.calls[min(self._looks, len(self.calls) - 1)] if self.calls else None
        self._looks += 1
        if self._looks in self.reports:
            self.say(self.reports[self._looks])
        voice = [] if state is None else [f'+CLCC: 2,0,{state},0,0,"0912345678",129']
        return ['+CLCC: 1,1,0,1,0,"",128', *voice, "OK"]  # an EC25 lists its data connection, too

    def _took(self, text: str, *, given_up: bool) -> None:
        self._message = False
        if given_up:
            self.say("OK")
            return
        number = len(self.sent) + 1
        refused = self.answers.get("message")
        if refused is None:
            self.sent.append(text)
        self.say(*(refused or [f"+CMGS: {number}", "OK"]))


@asynccontextmanager
async def plugged(setup: Callable[[Fake], None] = lambda _: None) -> AsyncIterator[tuple[Fake, AtModem]]:
    """A modem, and netmon's end of it, which looks at calls each 10 ms and does not wait long for anything."""
    with TemporaryDirectory() as folder:
        fake = Fake(Path(folder) / "modem")
        setup(fake)
        fake.plug()
        modem = AtModem(str(fake.path), poll=0.01, quiet=0.01, again=0.02)
        try:
            yield fake, modem
        finally:
            modem.close()
            fake.unplug()
