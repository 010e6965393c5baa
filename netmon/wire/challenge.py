"""How does one log in where HTTP's challenges are used (RFC 7235), RTSP among them?

Basic (RFC 7617) and Digest (RFC 7616, and RFC 2617 for those that know no `qop`).
"""

import base64
import hashlib
import re
import secrets
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

_PAIR = re.compile(r'([A-Za-z-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))')
_SCHEME = re.compile(r"\s*([A-Za-z-]+)\s+(?=[A-Za-z-]+\s*=)|\s*([A-Za-z-]+)\s*\Z")


def _md5(text: bytes) -> str:
    return hashlib.md5(text, usedforsecurity=False).hexdigest()  # cameras know nothing better


def _sha256(text: bytes) -> str:
    return hashlib.sha256(text).hexdigest()


_HASHES: Mapping[str, Callable[[bytes], str]] = MappingProxyType({"md5": _md5, "sha-256": _sha256})


def read(challenge: str) -> tuple[str, Mapping[str, str]]:
    """Scheme and parameters of one challenge, both names in small letters; ("", {}) for what is none."""
    scheme = _SCHEME.match(challenge)
    if scheme is None:
        return "", {}
    pairs = {
        found[1].lower(): re.sub(r"\\(.)", r"\1", found[2]) if found[2] is not None else found[3]
        for found in _PAIR.finditer(challenge, scheme.end())
    }
    return (scheme[1] or scheme[2]).lower(), pairs


def answer(
    challenges: Sequence[str], method: str, uri: str, user: str, password: str, chance: str | None = None
) -> str:
    """The Authorization field for the safest challenge that can be met; "" if there is none.

    `chance` is the client's nonce; without it, a new one.
    """
    read_ones = [read(challenge) for challenge in challenges]
    digests = [asked for scheme, asked in read_ones if scheme == "digest" and _can(asked)]
    if digests:
        best = max(digests, key=lambda asked: asked.get("algorithm", "md5").lower() == "sha-256")
        return _digest(best, method, uri, (user, password), chance or secrets.token_hex(8))
    if any(scheme == "basic" for scheme, _ in read_ones):
        return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()
    return ""


def _can(asked: Mapping[str, str]) -> bool:
    known = asked.get("algorithm", "md5").lower() in _HASHES
    return known and "nonce" in asked and ("qop" not in asked or "auth" in _words(asked["qop"]))


def _words(qop: str) -> list[str]:
    return [word.strip().lower() for word in qop.split(",")]


def _digest(asked: Mapping[str, str], method: str, uri: str, login: tuple[str, str], chance: str) -> str:
    user, password = login
    digest = _HASHES[asked.get("algorithm", "md5").lower()]
    realm, nonce = asked.get("realm", ""), asked["nonce"]
    said = {"username": user, "realm": realm, "nonce": nonce, "uri": uri}
    secret, request = digest(f"{user}:{realm}:{password}".encode()), digest(f"{method}:{uri}".encode())
    if "qop" in asked:
        said["response"] = digest(f"{secret}:{nonce}:00000001:{chance}:auth:{request}".encode())
        said["cnonce"] = chance
    else:
        said["response"] = digest(f"{secret}:{nonce}:{request}".encode())
    said |= {name: asked[name] for name in ("opaque",) if name in asked}
    text = ", ".join(f'{name}="{_escaped(value)}"' for name, value in said.items())
    bare = f", algorithm={asked['algorithm']}" if "algorithm" in asked else ""
    return f"Digest {text}{bare}{', qop=auth, nc=00000001' if 'qop' in asked else ''}"


def _escaped(text: str) -> str:
    """Text between quotation marks; a hostile realm or nonce must not begin a line of its own."""
    return "".join(one for one in text if one.isprintable()).replace("\\", "\\\\").replace('"', '\\"')
