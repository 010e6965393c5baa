"""Did this sender know the secret, and did it say this just now?

Communities and digests are compared in constant time, before anything else of a message is decoded. A v3 message must
be as well protected as its credential says, whoever's engine is authoritative, and must not be an old one said again
(RFC 3414, 3.2): pysnmp sees to neither for traps, which are authoritative at their sender.
"""

import hashlib
import hmac
from collections.abc import Sequence
from types import MappingProxyType
from typing import NamedTuple

from netmon.errors import SecretMissing
from netmon.model import Credential
from netmon.wire.snmp import usm
from netmon.wire.traps.head import AUTHENTICATED, ENCRYPTED, Head, Ignored, Usm

DIGESTS = MappingProxyType(
    {
        "MD5": ("md5", 12),
        "SHA": ("sha1", 12),
        "SHA1": ("sha1", 12),
        "SHA224": ("sha224", 16),
        "SHA256": ("sha256", 24),
        "SHA384": ("sha384", 32),
        "SHA512": ("sha512", 48),
    }
)
"""Authentication algorithms: the hash, and how many octets of it a message carries (RFC 3414, RFC 7860)."""
WINDOW = 150
"""Seconds by which a message may be older than the engine's latest (RFC 3414, 2.2.3)."""
LATEST_BOOTS = 2**31 - 1
"""snmpEngineBoots that are never accepted: the engine has to be given a new identity first."""


class Keys(NamedTuple):
    """The master keys of a v3 credential; empty where it has none."""

    auth: bytes = b""
    priv: bytes = b""


class Guard:
    """Finds the credential that a message proves; remembers master keys, and what each engine said last."""

    __slots__ = ("_engines", "_keys", "_most", "_own")

    def __init__(self, own: bytes, most: int = 20_000) -> None:
        """`own`: the engine ID of this receiver. `most`: authenticated engines whose clocks are remembered."""
        self._own = own
        self._keys: dict[Credential, Keys] = {}
        self._engines: dict[bytes, tuple[int, int, float]] = {}
        self._most = most

    def proved(self, head: Head, credentials: Sequence[Credential]) -> Credential:
        """The first of these credentials that the message was made with. Raises Ignored(community, user or auth)."""
        if head.usm is None:
            return _spoken(head.community, credentials)
        named = [each for each in credentials if each.version == "3" and each.user.encode() == head.usm.user]
        if not named:
            raise Ignored("user")
        for credential in named:
            if self._signed(head.message, head.usm, credential):
                return credential
        raise Ignored("auth")

    def keys(self, credential: Credential) -> Keys:
        """The master keys of a v3 credential of known algorithms. Raises SecretMissing."""
        found = self._keys.get(credential)
        if found is None:
            auth = priv = b""
            if credential.auth is not None:
                digest = usm.AUTH[usm.plain(credential.auth[0])]
                auth = usm.master(digest, credential.auth[1])
                if credential.priv is not None:
                    priv = usm.master(digest, credential.priv[1])
            found = self._keys[credential] = Keys(auth, priv)
        return found

    def fresh(self, sender: Usm, now: float) -> None:
        """Note the clock of an authenticated engine (RFC 3414, 3.2.7b). Raises Ignored("window") for an old message."""
        boots, time, at = self._engines.pop(sender.engine, (0, 0, now))
        stale = sender.boots < boots or (sender.boots == boots and sender.time < time + (now - at) - WINDOW)
        if not stale and (sender.boots, sender.time) > (boots, time):
            boots, time, at = sender.boots, sender.time, now
        self._engines[sender.engine] = (boots, time, at)
        if len(self._engines) > self._most:
            del self._engines[next(iter(self._engines))]
        if stale or sender.boots == LATEST_BOOTS:
            raise Ignored("window")

    def _signed(self, message: bytes, sender: Usm, credential: Credential) -> bool:
        """Is the message protected as the credential demands, and is its digest right (RFC 3414, 6.3.2)?"""
        wanted = AUTHENTICATED if credential.auth else 0
        if credential.priv and not (sender.engine == self._own and sender.boots == sender.time == 0):
            wanted |= ENCRYPTED  # only who asks for this engine's clock may sign in clear (RFC 3414, 4)
        if sender.flags & wanted != wanted or (sender.flags & ENCRYPTED and credential.priv is None):
            return False
        if credential.auth is None:
            return not sender.flags & AUTHENTICATED
        kind = DIGESTS.get(usm.plain(credential.auth[0]))
        if kind is None or len(sender.digest) != kind[1]:
            return False
        try:
            master = self.keys(credential).auth
        except SecretMissing:
            return False
        name, length = kind
        local = hashlib.new(name, master + sender.engine + master).digest()
        at = sender.digest_at
        blank = message[:at] + bytes(length) + message[at + length :]
        return hmac.compare_digest(hmac.digest(local, blank, name)[:length], sender.digest)


def _spoken(said: bytes, credentials: Sequence[Credential]) -> Credential:
    """The first credential with this community; all are compared, so that the time taken tells nothing."""
    found: Credential | None = None
    for credential in credentials:
        if credential.community is not None and credential.community.is_set:
            right = hmac.compare_digest(credential.community.reveal().encode(), said)
            found = found or (credential if right else None)
    if found is None:
        raise Ignored("community")
    return found
