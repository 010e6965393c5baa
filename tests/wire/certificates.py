"""Certificates of every kind, made on the spot: good ones, and those that nobody should trust."""

import ipaddress
import ssl
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Signed:
    """A certificate with its key, and those above it that its server should send too."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey
    above: tuple[x509.Certificate, ...] = ()

    @property
    def pem(self) -> bytes:
        return b"".join(each.public_bytes(serialization.Encoding.PEM) for each in (self.certificate, *self.above))

    @property
    def der(self) -> list[bytes]:
        return [each.public_bytes(serialization.Encoding.DER) for each in (self.certificate, *self.above)]

    @property
    def secret(self) -> bytes:
        no = serialization.NoEncryption()
        return self.key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, no)

    def alone(self) -> "Signed":
        """The same, of a server that forgot to send the others."""
        return Signed(self.certificate, self.key)

    def write(self, folder: Path, name: str) -> tuple[Path, Path]:
        """The files NAME.pem and NAME.key, as servers want them."""
        files = folder / f"{name}.pem", folder / f"{name}.key"
        for file, content in zip(files, (self.pem, self.secret), strict=True):
            file.write_bytes(content)
        return files

    def context(self, folder: Path, newest: ssl.TLSVersion | None = None) -> ssl.SSLContext:
        """What a server serves it with; `newest`: the newest version of TLS that it speaks."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*self.write(folder, f"{self.certificate.serial_number:x}"))
        if newest is not None:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # old versions are deprecated, which is why they are tried
                context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
                context.maximum_version = newest
            context.set_ciphers("ALL:@SECLEVEL=0")
        return context


def sign(
    names: Sequence[str] = (),
    by: Signed | None = None,
    *,
    common: str = "",
    days: tuple[float, float] = (-1, 60),
    ca: bool = False,
    more: Sequence[x509.ExtensionType] = (),
) -> Signed:
    """A certificate for DNS names and addresses, signed by another or by itself; valid `days` from now."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common or (names[0] if names else "Test"))])
    moment = datetime.now(UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(by.certificate.subject if by else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(moment + days[0] * DAY)
        .not_valid_after(moment + days[1] * DAY)
        .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
    )
    if names:
        builder = builder.add_extension(x509.SubjectAlternativeName([_general(each) for each in names]), False)
    for extension in more:
        builder = builder.add_extension(extension, critical=False)
    certificate = builder.sign(by.key if by else key, hashes.SHA256())
    above = (by.certificate, *by.above) if by and by.certificate.issuer != by.certificate.subject else ()
    return Signed(certificate, key, above)


def root(common: str = "Test Root", days: tuple[float, float] = (-100, 3650)) -> Signed:
    """An authority that signs itself."""
    return sign(common=common, days=days, ca=True)


def _general(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)
