"""How do secrets travel so that a backup that is lost betrays none?

Sealed with AES-256-GCM (NIST SP 800-38D) by a key that scrypt (RFC 7914) makes of a passphrase. The first line says
how; it is sealed along, so that nobody can weaken it. A wrong passphrase and a changed octet look the same: it does not
open. The library is imported where it is used: a service that seals nothing need not carry it.
"""

import json
import os
from base64 import b64decode, b64encode
from collections.abc import Iterable
from typing import NamedTuple

from netmon.errors import BackupError
from netmon.settings.own_backup import SHORTEST_PASSPHRASE

COST, BLOCK, PARALLEL = 2**16, 8, 1
"""scrypt's N, r and p: 64 MB and a fifth of a second for each try."""
MOST_COST, MOST_BLOCK, MOST_PARALLEL = 2**18, 8, 4
"""A backup that asks for more is not opened: it would only eat memory."""
LARGEST = 8 << 20
"""Octets of all secrets together; written down they take a third more."""
_KEY, _SALT, _NONCE = 32, 16, 12


class Kept(NamedTuple):
    """A secret: `source` is how the project names it (`env:NAME`, `credential:NAME`, `file:PATH`)."""

    source: str
    value: bytes


def seal(secrets: Iterable[Kept], passphrase: str) -> bytes:
    """These secrets, sealed. BackupError if the passphrase can be guessed."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    if len(passphrase) < SHORTEST_PASSPHRASE:
        raise BackupError(f"the passphrase can be guessed: {SHORTEST_PASSPHRASE} characters at least")
    salt, nonce = os.urandom(_SALT), os.urandom(_NONCE)
    head = {"kdf": "scrypt", "n": COST, "r": BLOCK, "p": PARALLEL, "cipher": "aes-256-gcm"}
    head |= {"salt": b64encode(salt).decode(), "nonce": b64encode(nonce).decode()}
    line = json.dumps(head).encode()
    plain = json.dumps([[one.source, b64encode(one.value).decode()] for one in secrets]).encode()
    key = _key(passphrase, salt, COST, BLOCK, PARALLEL)
    return line + b"\n" + AESGCM(key).encrypt(nonce, plain, line)


def unseal(sealed: bytes, passphrase: str) -> tuple[Kept, ...]:
    """The secrets again. BackupError if the passphrase is wrong, or something was changed."""
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    line, _, body = sealed.partition(b"\n")
    try:
        head = json.loads(line[:1000])
        salt, nonce = b64decode(head["salt"], validate=True), b64decode(head["nonce"], validate=True)
        cost, block, parallel = (head[name] for name in "nrp")
        known = (head["kdf"], head["cipher"]) == ("scrypt", "aes-256-gcm")
        bounded = all(isinstance(one, int) for one in (cost, block, parallel))
        bounded = bounded and 2 <= cost <= MOST_COST and 1 <= block <= MOST_BLOCK and 1 <= parallel <= MOST_PARALLEL
        if not known or not bounded or cost & (cost - 1) or len(salt) != _SALT or len(nonce) != _NONCE:
            raise ValueError("unknown ways")
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise BackupError(f"the sealed secrets cannot be read: {error}") from None
    try:
        plain = AESGCM(_key(passphrase, salt, cost, block, parallel)).decrypt(nonce, body, line)
        return tuple(Kept(str(source), b64decode(value, validate=True)) for source, value in json.loads(plain))
    except InvalidTag:
        raise BackupError("the secrets do not open: another passphrase, or the backup was changed") from None
    except (ValueError, TypeError) as error:
        raise BackupError(f"the sealed secrets make no sense: {error}") from None


def _key(passphrase: str, salt: bytes, cost: int, block: int, parallel: int) -> bytes:
    from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

    return Scrypt(salt=salt, length=_KEY, n=cost, r=block, p=parallel).derive(passphrase.encode())
