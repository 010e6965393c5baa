"""A device's command line over SSH, with the faults that real ones have."""

import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import paramiko

from tests.ports import free_port

USER, PASSWORD = "netmon", "lantern-7731"
Fault = Literal["", "silent", "no shell", "hang", "endless", "close", "split"]


@dataclass(slots=True)
class SshCli:
    """Prints `answers[command]`; what it was told stands in `typed` and `tried`."""

    answers: dict[str, str]
    prompt: str = "edge-1#"
    fault: Fault = ""
    port: int = 0
    key: Any = None
    typed: list[str] = field(default_factory=list)
    tried: list[tuple[str, str]] = field(default_factory=list)
    sessions: int = 0

    def known_hosts(self, path: Path, key: Any = None) -> str:
        """A file in which its host key stands, or another's."""
        key = key or self.key
        path.write_text(f"[127.0.0.1]:{self.port} {key.get_name()} {key.get_base64()}\n", encoding="utf-8")
        return str(path)


@contextmanager
def serving(answers: Mapping[str, str], prompt: str = "edge-1#", fault: Fault = "") -> Iterator[SshCli]:
    """A command line that is there as long as the block."""
    cli = SshCli(dict(answers), prompt, fault, key=paramiko.ECDSAKey.generate())
    cli.port = free_port()  # which nobody else takes when the block is over
    with socket.create_server(("127.0.0.1", cli.port)) as server:
        stop = threading.Event()
        acceptor = threading.Thread(target=_accept, args=(cli, server, stop), daemon=True)
        acceptor.start()
        try:
            yield cli
        finally:
            stop.set()
            server.shutdown(socket.SHUT_RDWR)
            acceptor.join(5)


def _accept(cli: SshCli, server: socket.socket, stop: threading.Event) -> None:
    threads = []
    while not stop.is_set():
        try:
            sock, _ = server.accept()
        except OSError:
            break
        threads.append(threading.Thread(target=_serve, args=(cli, sock, stop), daemon=True))
        threads[-1].start()
    for thread in threads:
        thread.join(5)


def _serve(cli: SshCli, sock: socket.socket, stop: threading.Event) -> None:
    if cli.fault == "silent":
        stop.wait(30)
        sock.close()
        return
    transport = paramiko.Transport(sock)
    transport.add_server_key(cli.key)
    try:
        transport.start_server(server=_Server(cli, stop))
        channel = transport.accept(20)
        if channel is not None:
            cli.sessions += 1
            _talk(cli, channel, stop)
    except (paramiko.SSHException, EOFError, OSError):
        pass
    finally:
        transport.close()


def _talk(cli: SshCli, channel: Any, stop: threading.Event) -> None:
    channel.settimeout(0.2)
    say: Callable[[str], None] = lambda text: channel.sendall(text.encode())  # noqa: E731
    say(f"\r\n{cli.prompt}")
    line = b""
    while not stop.is_set():
        try:
            data = channel.recv(1024)
        except TimeoutError:
            continue
        if not data:
            return
        for one in data.replace(b"\r\n", b"\n"):
            if one not in b"\r\n":
                line += bytes([one])
                continue
            command, line = line.decode().strip(), b""
            say(f"{command}\r\n")
            if command:
                cli.typed.append(command)
            if command.startswith("show") and not _answer(cli, command, channel, stop):
                return
            if command == "exit":
                return
            say(f"{cli.prompt}")


def _answer(cli: SshCli, command: str, channel: Any, stop: threading.Event) -> bool:
    """Whether the session goes on."""
    if cli.fault == "hang":
        channel.sendall(b" --More-- ")
        stop.wait(30)
        return False
    if cli.fault == "close":
        return False
    while cli.fault == "endless" and not stop.is_set():
        channel.sendall(b"interface GigabitEthernet0/0/0 is up\r\n" * 500)
    text = cli.answers.get(command, "% Unknown command").replace("\n", "\r\n")
    for octet in [bytes([one]) for one in text.encode()] if cli.fault == "split" else [text.encode()]:
        channel.sendall(octet)
    channel.sendall(b"\r\n")
    return True


class _Server(paramiko.ServerInterface):  # type: ignore[misc]
    def __init__(self, cli: SshCli, stop: threading.Event) -> None:
        self.cli, self.stop = cli, stop

    def check_auth_password(self, username: str, password: str) -> int:
        self.cli.tried.append((username, password))
        right = (username, password) == (USER, PASSWORD)
        return int(paramiko.AUTH_SUCCESSFUL if right else paramiko.AUTH_FAILED)

    def get_allowed_auths(self, username: str) -> str:
        return "password"

    def check_channel_request(self, kind: str, chanid: int) -> int:
        if self.cli.fault == "no shell":
            self.stop.wait(20)
        return int(paramiko.OPEN_SUCCEEDED)

    def check_channel_pty_request(self, *request: object) -> bool:
        return True

    def check_channel_shell_request(self, channel: object) -> bool:
        return True
