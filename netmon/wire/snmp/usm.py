"""Which keys does an SNMPv3 credential stand for?

User-based security model: RFC 3414 (MD5, SHA-1, DES), RFC 7860 (SHA-2), RFC 3826 (AES-128); AES-192 and
AES-256 were never standardised, so that two ways to stretch a short key are about: Blumenthal's (net-snmp)
and Reeder's (Cisco, marked by a C at the end of the name).
"""

from types import MappingProxyType

from gufo.snmp import (
    Aes128Key,
    Aes192Key,
    Aes256Key,
    BaseAuthKey,
    BasePrivKey,
    DesKey,
    KeyExpansion,
    Md5Key,
    Sha1Key,
    Sha224Key,
    Sha256Key,
    Sha384Key,
    Sha512Key,
    User,
)
from gufo.snmp.user import KeyType

from netmon.errors import BadAnswer, SecretMissing
from netmon.model import Credential, Secret

AUTH = MappingProxyType(
    {
        "MD5": Md5Key,
        "SHA": Sha1Key,
        "SHA1": Sha1Key,
        "SHA224": Sha224Key,
        "SHA256": Sha256Key,
        "SHA384": Sha384Key,
        "SHA512": Sha512Key,
    }
)
"""Authentication algorithms by name, upper case without dashes."""

PRIV = MappingProxyType(
    {
        "DES": (DesKey, KeyExpansion.Blumenthal),
        "AES": (Aes128Key, KeyExpansion.Blumenthal),
        "AES128": (Aes128Key, KeyExpansion.Blumenthal),
        "AES192": (Aes192Key, KeyExpansion.Blumenthal),
        "AES256": (Aes256Key, KeyExpansion.Blumenthal),
        "AES192C": (Aes192Key, KeyExpansion.Cisco),
        "AES256C": (Aes256Key, KeyExpansion.Cisco),
    }
)
"""Privacy algorithms by name, with the way their key is stretched where authentication yields a short one."""

SHORTEST = 8
"""Octets a password must have (RFC 3414, 11.2); agents refuse shorter ones."""


def community(credential: Credential) -> str:
    """The community of a v2c credential. Raises SecretMissing."""
    if credential.community is None:
        raise BadAnswer(f"credential {credential.id}: no community")
    return reveal(credential.community)


def user(credential: Credential) -> User:
    """The user of a v3 credential, passwords hashed into master keys.

    That hashing costs some 2 ms a key (1 MiB through the digest): do it once for a credential, not for
    every device. Raises SecretMissing, and BadAnswer if an algorithm is unknown.
    """
    if credential.auth is None:
        if credential.priv is not None:
            raise BadAnswer(f"credential {credential.id}: privacy needs authentication")
        return User(credential.user)
    kind, secret = credential.auth
    digest = AUTH.get(plain(kind))
    if digest is None:
        raise BadAnswer(f"credential {credential.id}: unknown authentication {kind}, known: {', '.join(AUTH)}")
    auth_key = digest(master(digest, secret), KeyType.Master)
    if credential.priv is None:
        return User(credential.user, auth_key=auth_key)
    priv_key, expansion = cipher(credential.id, credential.priv, digest)
    return User(credential.user, auth_key=auth_key, priv_key=priv_key, key_expansion=expansion)


def cipher(credential: str, priv: tuple[str, Secret], digest: type[BaseAuthKey]) -> tuple[BasePrivKey, KeyExpansion]:
    """The privacy key: hashed by the digest of the authentication (RFC 3414, 8.2.4.1)."""
    kind, secret = priv
    found = PRIV.get(plain(kind))
    if found is None:
        raise BadAnswer(f"credential {credential}: unknown privacy {kind}, known: {', '.join(PRIV)}")
    key, expansion = found
    return key(master(digest, secret), KeyType.Master), expansion


def master(digest: type[BaseAuthKey], secret: Secret) -> bytes:
    """The master key Ku of a password (RFC 3414, A.2)."""
    password = reveal(secret).encode()
    if len(password) < SHORTEST:
        raise SecretMissing(f"{secret.source} is shorter than the {SHORTEST} octets that RFC 3414 demands")
    return digest.get_master_key(password)


def reveal(secret: Secret) -> str:
    """The secret itself. Raises SecretMissing."""
    try:
        return secret.reveal()
    except LookupError as error:
        raise SecretMissing(str(error)) from None


def plain(kind: str) -> str:
    """An algorithm's name as the tables have it: SHA-256 and sha256 are the same."""
    return kind.upper().replace("-", "").replace("_", "")
