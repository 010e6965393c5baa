"""How does one log in to a device, certain that it is this one?"""

import base64
import hashlib
import io
import logging
import re
import socket
import time
from collections.abc import Sequence
from typing import Any

from netmon.errors import AuthFailed, BadAnswer, CollectError, SecretMissing
from netmon.model import Secret, Ssh
from netmon.wire.terminal import Terminal
from netmon.wire.text import clean

_TROUBLE = (
    OSError,
    EOFError,
    ValueError,
    LookupError,
    AttributeError,
    TypeError,
    AssertionError,
    RuntimeError,
    re.error,
)
"""What netmiko and paramiko raise, besides their own, where a device says something that they do not expect."""


class Session:
    """One login, for one thread. `typed` is the command whose answer is awaited."""

    __slots__ = ("_address", "_login", "_platform", "_terminal", "_until", "ended", "typed")

    def __init__(self, address: str, login: Ssh, platform: str, until: float) -> None:
        """`until`: on time.monotonic."""
        self._address, self._login, self._platform, self._until = address, login, platform, until
        self._terminal: Terminal | None = None
        self.ended = False
        self.typed = ""

    def end(self) -> None:
        """Nobody waits for it any more; from another thread."""
        self.ended = True
        if self._terminal is not None:
            self._terminal.ended = True

    def run(self, sock: socket.socket, commands: Sequence[str]) -> dict[str, str]:
        """What each command prints. Blocks. Raises AuthFailed, BadAnswer or SecretMissing; the socket is closed."""
        import netmiko
        import paramiko

        for name in ("netmiko", "paramiko"):  # they write down what is typed, passwords among it
            logging.getLogger(name).setLevel(logging.CRITICAL + 1)
        try:
            return self._ask(netmiko, paramiko, sock, commands)
        except paramiko.SSHException as error:
            raise self._said(paramiko, error) from None
        except netmiko.NetmikoBaseException:
            raise BadAnswer(f"{self._address}: no prompt that {self._platform} would have{self._after()}") from None
        except _TROUBLE as error:
            raise BadAnswer(f"{self._address}: {type(error).__name__}{self._after()}") from None
        finally:
            sock.close()

    def _ask(self, netmiko: Any, paramiko: Any, sock: socket.socket, commands: Sequence[str]) -> dict[str, str]:
        conn = netmiko.ConnectHandler(**self._parameters(paramiko, sock), auto_connect=False)
        try:
            conn.key_policy = _Strangers(self._address, self._login)
            conn._modify_connection_params()
            conn.establish_connection()
            # What is typed from here on passes the guard, also what netmiko means to prepare the session with.
            self._terminal = conn.channel = Terminal(conn.remote_conn, conn.secret)
            self._terminal.ended = self.ended
            conn._try_session_preparation()
            self._enable(conn)
            found = {}
            for command in commands:
                self.typed = command
                found[command] = conn.send_command(command, read_timeout=self._left())
            return found
        finally:
            if conn.remote_conn_pre is not None:
                conn.remote_conn_pre.close()  # `disconnect` would type, and wait for answers
            conn.disconnect()

    def _parameters(self, paramiko: Any, sock: socket.socket) -> dict[str, Any]:
        login, left = self._login, self._left()
        how: dict[str, Any] = {"password": _revealed(login.password)} if login.password else {}
        if login.key is not None:
            how["pkey"] = _key(paramiko, login.key)
        return how | {
            "device_type": self._platform,
            "host": self._address,
            "port": login.port,
            "username": login.user,
            "secret": _revealed(login.secret) if login.secret else "",
            "sock": sock,
            "ssh_strict": True,
            "alt_host_keys": True,
            "alt_key_file": login.known_hosts,
            "allow_auto_change": False,
            "conn_timeout": left,
            "auth_timeout": left,
            "banner_timeout": left,
            "blocking_timeout": left,
            "read_timeout_override": left,
        }

    def _left(self) -> float:
        return max(0.1, self._until - time.monotonic())

    def _enable(self, conn: Any) -> None:
        if self._login.secret is None or conn.check_enable_mode():
            return
        try:
            conn.enable()
        except ValueError:
            raise AuthFailed(f"{self._address}: `enable` does not accept the secret") from None

    def _said(self, paramiko: Any, error: Exception) -> CollectError:
        """What an error of paramiko's means; netmiko's own hide it in their context."""
        cause = error.__context__ or error
        if isinstance(cause, paramiko.BadHostKeyException):
            return AuthFailed(_changed(self._address, self._login, cause.key))
        if isinstance(error, paramiko.AuthenticationException):
            return AuthFailed(f"{self._address}: the login of {self._login.user!r} is not accepted")
        if isinstance(cause, paramiko.SSHException) and cause is not error:
            return BadAnswer(f"{self._address}: no SSH session: {clean(str(cause), 120)}")
        return BadAnswer(f"{self._address}: no SSH session{self._after()}")

    def _after(self) -> str:
        return f", after {self.typed!r}" if self.typed else ""


class _Strangers:
    """What paramiko asks about a host whose key is not known."""

    __slots__ = ("_address", "_login")

    def __init__(self, address: str, login: Ssh) -> None:
        self._address, self._login = address, login

    def missing_host_key(self, client: object, hostname: str, key: Any) -> None:
        raise AuthFailed(
            f"{self._address}: its host key ({_fingerprint(key)}) is not known; if it is the right one:"
            f" {_learn(self._address, self._login)}"
        )


def _changed(address: str, login: Ssh, key: Any) -> str:
    name = address if login.port == 22 else f"[{address}]:{login.port}"
    return (
        f"{address}: another host key ({_fingerprint(key)}) than the known one: the device was replaced, or somebody"
        f" stands between; once that is clear: ssh-keygen -R '{name}' -f {login.known_hosts}; {_learn(address, login)}"
    )


def _learn(address: str, login: Ssh) -> str:
    port = "" if login.port == 22 else f"-p {login.port} "
    return f"ssh-keyscan {port}{address} >> {login.known_hosts}"


def _fingerprint(key: Any) -> str:
    digest = base64.b64encode(hashlib.sha256(key.asbytes()).digest()).decode().rstrip("=")
    return f"{key.get_name()} SHA256:{digest}"


def _key(paramiko: Any, secret: Secret) -> Any:
    """The private key in any of the forms that OpenSSH writes, without a passphrase."""
    text = _revealed(secret)
    for kind in (paramiko.Ed25519Key, paramiko.ECDSAKey, paramiko.RSAKey):
        try:
            return kind.from_private_key(io.StringIO(text + "\n"))
        except (paramiko.SSHException, ValueError, IndexError):
            continue
    raise BadAnswer(f"{secret.source} is no private key that can be read (Ed25519, ECDSA or RSA, no passphrase)")


def _revealed(secret: Secret) -> str:
    try:
        return secret.reveal()
    except LookupError as error:
        raise SecretMissing(str(error)) from None
