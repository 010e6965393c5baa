"""Would anybody trust the certificate that a server shows?

Judged as a browser would, only that reasons are given: dates, issuer up to one of the system's roots (or those of
SSL_CERT_FILE and SSL_CERT_DIR), name. Odd extensions of private authorities are forgiven, as OpenSSL forgives them.
"""

import ipaddress
import re
import ssl
import warnings
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from cryptography import x509
from cryptography.x509 import verification
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from netmon.wire.names import is_address
from netmon.wire.net import Certificate, TlsSeen
from netmon.wire.text import clean

LONGEST_CHAIN = 10
"""Certificates of a server that are looked at; more than three are rare."""

PEM = re.compile(r"-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----", re.DOTALL)

BUNDLES = ("/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/cert.pem")
"""Where Debian, Fedora and Alpine keep the roots, for a Python that was built for elsewhere."""


def seen(seconds: float, version: str, sent: Sequence[bytes], name: str, now: float) -> TlsSeen:
    """What a handshake showed, of certificates in DER. `name`: what the server is called, "" = anything goes."""
    try:
        chain = [loaded(each) for each in sent[:LONGEST_CHAIN]]
        shown = tuple(described(each) for each in chain)
        trouble = "; ".join(troubles(chain, name, datetime.fromtimestamp(now, UTC)))
    except (ValueError, x509.DuplicateExtension, x509.UnsupportedGeneralNameType) as error:
        return TlsSeen(seconds, version, (), f"cannot be read: {clean(str(error), 80)}")
    return TlsSeen(seconds, version, shown, trouble)


def described(certificate: x509.Certificate) -> Certificate:
    """The parts that people look at, cleaned of what a terminal might take for a command."""
    return Certificate(
        subject=named(certificate.subject),
        issuer=named(certificate.issuer),
        names=tuple(clean(each, 100) for each in names(certificate)[:100]),
        since=certificate.not_valid_before_utc.timestamp(),
        until=certificate.not_valid_after_utc.timestamp(),
        serial=f"{certificate.serial_number:x}"[:64],
    )


def named(name: x509.Name) -> str:
    """A distinguished name in the form of RFC 4514."""
    return clean(name.rfc4514_string(), 200)


def short(name: x509.Name) -> str:
    """Its common name, or all of it if it has none."""
    common = name.get_attributes_for_oid(NameOID.COMMON_NAME)
    return clean(str(common[0].value), 60) if common else clean(name.rfc4514_string(), 60)


def names(certificate: x509.Certificate) -> list[str]:
    """The DNS names and addresses that a certificate is for."""
    try:
        found = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return []
    return [*found.get_values_for_type(x509.DNSName), *map(str, found.get_values_for_type(x509.IPAddress))]


def troubles(chain: Sequence[x509.Certificate], name: str, now: datetime) -> list[str]:
    """Everything that is wrong with its certificate, in words that may stand after `certificate: `."""
    if not chain:
        return ["none is shown"]
    own = chain[0]
    found = dated(own, "", now)
    # a certificate that is out of date is still asked whether it was trusted at all
    when = max(own.not_valid_before_utc, min(now, own.not_valid_after_utc - timedelta(seconds=1)))
    found += unknown(chain, when)
    if name and names(own) and not any(fits(pattern, name) for pattern in names(own)):
        held = ", ".join(clean(each, 60) for each in names(own)[:3])
        found.append(f"for {held}, not for {clean(name, 60)}")
    return found


def dated(certificate: x509.Certificate, what: str, now: datetime) -> list[str]:
    """Whether a certificate is out of date."""
    if now > certificate.not_valid_after_utc:
        return [f"{what}expired on {certificate.not_valid_after_utc:%Y-%m-%d %H:%M} UTC"]
    if now < certificate.not_valid_before_utc:
        return [f"{what}not valid before {certificate.not_valid_before_utc:%Y-%m-%d %H:%M} UTC"]
    return []


def unknown(chain: Sequence[x509.Certificate], when: datetime) -> list[str]:
    """Why no root that this machine knows vouches for it at that time; [] if one does."""
    own, *others = chain
    known = roots(*sources())
    if known.store is None:
        return ["this machine has no root certificates (ca-certificates)"]
    try:
        policy = verification.PolicyBuilder().store(known.store).time(when)
        policy = policy.extension_policies(ca_policy=authority(), ee_policy=server())
        policy.build_server_verifier(subject(own)).verify(own, others)
    except (verification.VerificationError, ValueError):
        if own.issuer == own.subject:
            return ["self-signed"]
        if not names(own):
            return ["for no name at all"]
        if late := [text for each in others for text in dated(each, f"that of {short(each.subject)} ", when)]:
            return late
        last = chain[-1].issuer
        if last in known.subjects:
            return [f"not properly signed up to {short(last)}"]
        forgotten = ", and no intermediate certificate was sent" if len(chain) == 1 else ""
        return [f"its issuer {short(last)} is not trusted here{forgotten}"]
    return []


def subject(certificate: x509.Certificate) -> verification.Subject:
    """A name that the certificate is for: the one that was asked for is judged apart, with better words."""
    first = next(iter(names(certificate)), "any.invalid")
    if is_address(first):
        return x509.IPAddress(ipaddress.ip_address(first))
    return x509.DNSName(first.replace("*", "any", 1))


def authority() -> verification.ExtensionPolicy:
    """What a certificate needs that signs others (RFC 5280, 4.2.1.9 and 4.2.1.3)."""

    def for_signing(_: object, __: object, usage: x509.KeyUsage | None) -> None:
        if usage is not None and not usage.key_cert_sign:
            raise ValueError("signed by a key that may not sign certificates")

    agnostic = verification.Criticality.AGNOSTIC
    policy = verification.ExtensionPolicy.permit_all()
    policy = policy.require_present(x509.BasicConstraints, agnostic, None)
    return policy.may_be_present(x509.KeyUsage, agnostic, for_signing)


def server() -> verification.ExtensionPolicy:
    """What the certificate of a server needs (RFC 5280, 4.2.1.12)."""

    def for_servers(_: object, __: object, usage: x509.ExtendedKeyUsage | None) -> None:
        allowed = {ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE}
        if usage is not None and not allowed & set(usage):
            raise ValueError("not a certificate for servers")

    agnostic = verification.Criticality.AGNOSTIC
    policy = verification.ExtensionPolicy.permit_all().require_present(x509.SubjectAlternativeName, agnostic, None)
    return policy.may_be_present(x509.ExtendedKeyUsage, agnostic, for_servers)


def fits(pattern: str, name: str) -> bool:
    """Whether a name in a certificate is that of the server: itself, or `*.` for one label (RFC 9525, 6.3)."""
    if is_address(name):
        return is_address(pattern) and ipaddress.ip_address(pattern) == ipaddress.ip_address(name)
    with suppress(UnicodeError):
        name = name.encode("idna").decode()
    pattern, name = pattern.lower().rstrip("."), name.lower().rstrip(".")
    if pattern.startswith("*."):
        return "." in name and pattern[2:] == name.partition(".")[2]
    return pattern == name


def sources() -> tuple[tuple[str, int], ...]:
    """The files that hold the roots, each with the time of its last change (ns)."""
    paths = ssl.get_default_verify_paths()
    found = [Path(each) for each in ([paths.cafile] if paths.cafile else BUNDLES) if Path(each).is_file()][:1]
    if paths.capath and (not found or Path(paths.capath).resolve() != Path(paths.openssl_capath).resolve()):
        found += sorted({each.resolve() for each in Path(paths.capath).iterdir()})
    return tuple((str(each), each.stat().st_mtime_ns) for each in found if each.is_file())


class Roots(NamedTuple):
    """Whom this machine trusts, and what they are called; without any, `store` is None."""

    store: verification.Store | None
    subjects: frozenset[x509.Name]


@lru_cache(maxsize=1)
def roots(*files: tuple[str, int]) -> Roots:
    """The certificates in these files."""
    certificates: dict[bytes, x509.Certificate] = {}
    for file, _ in files:
        for each in PEM.findall(Path(file).read_text(encoding="ascii", errors="replace")):
            with suppress(ValueError):
                der = ssl.PEM_cert_to_DER_cert(each)
                certificates[der] = loaded(der)
    found = list(certificates.values())
    return Roots(verification.Store(found) if found else None, frozenset(each.subject for each in found))


def loaded(der: bytes) -> x509.Certificate:
    """A certificate. Raises ValueError."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a serial number that is not positive, as some old roots have it
        return x509.load_der_x509_certificate(der)
