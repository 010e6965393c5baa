"""Which names does a certificate fit, and whom does this machine trust?"""

import time
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID

from netmon.wire.trust import fits, roots, seen, sources
from tests.wire.certificates import root, sign


@pytest.mark.parametrize(
    ("pattern", "name", "fit"),
    [
        ("a.example.vn", "a.example.vn", True),
        ("A.Example.VN", "a.example.vn.", True),
        ("a.example.vn", "b.example.vn", False),
        ("*.example.vn", "a.example.vn", True),
        ("*.example.vn", "a.b.example.vn", False),
        ("*.example.vn", "example.vn", False),
        ("*", "example", False),
        ("xn--ynbi-7na5c.vn", "yênbái.vn", True),
        ("10.0.0.1", "10.0.0.1", True),
        ("2001:db8::1", "2001:DB8:0::1", True),
        ("*.0.0.1", "10.0.0.1", False),
    ],
)
def test_names(pattern: str, name: str, fit: bool) -> None:
    assert fits(pattern, name) is fit


def trouble(sent: list[bytes], name: str = "a.example") -> str:
    return seen(0.0, "TLSv1.3", sent, name, time.time()).trouble


def test_whom_this_machine_trusts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SSL_CERT_DIR", raising=False)
    authority, other = root(), root("Other Root")
    server = sign(["a.example"], authority)
    monkeypatch.setenv("SSL_CERT_FILE", str(other.write(tmp_path, "other")[0]))
    assert trouble(server.der).startswith("its issuer Test Root is not trusted here")
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.write(tmp_path, "own")[0]))
    assert trouble(server.der) == ""
    assert trouble(sign(["a.example"], root()).der) == "not properly signed up to Test Root"


def test_a_folder_of_authorities(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    authority, other = root(), root("Other Root")
    folder = tmp_path / "folder"
    folder.mkdir()
    authority.write(folder, "own")
    monkeypatch.setenv("SSL_CERT_DIR", str(folder))
    monkeypatch.setenv("SSL_CERT_FILE", str(other.write(tmp_path, "other")[0]))
    assert trouble(sign(["a.example"], authority).der) == ""


def test_a_certificate_that_is_itself_known(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    server = sign(["a.example"])
    monkeypatch.delenv("SSL_CERT_DIR", raising=False)
    monkeypatch.setenv("SSL_CERT_FILE", str(server.write(tmp_path, "own")[0]))
    assert trouble(server.der) == ""


def usage(sign: bool) -> x509.KeyUsage:
    """A key that may or may not sign certificates."""
    others = dict.fromkeys(
        (
            "content_commitment",
            "key_encipherment",
            "data_encipherment",
            "key_agreement",
            "encipher_only",
            "decipher_only",
        ),
        False,
    )
    return x509.KeyUsage(digital_signature=True, crl_sign=False, key_cert_sign=sign, **others)


def test_what_keys_are_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SSL_CERT_DIR", raising=False)
    authority = root()
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.write(tmp_path, "own")[0]))
    for may_sign, wrong in ((True, ""), (False, "not properly signed up to Test Root")):
        between = sign(by=authority, common="Between", ca=True, more=[usage(may_sign)])
        assert trouble(sign(["a.example"], between).der) == wrong
    for purpose, wrong in (
        (ExtendedKeyUsageOID.SERVER_AUTH, ""),
        (ExtendedKeyUsageOID.EMAIL_PROTECTION, "not properly signed up to Test Root"),
    ):
        assert trouble(sign(["a.example"], authority, more=[x509.ExtendedKeyUsage([purpose])]).der) == wrong


def test_a_machine_that_trusts_nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SSL_CERT_DIR", raising=False)
    empty = tmp_path / "empty.pem"
    empty.write_text("-----BEGIN CERTIFICATE-----\nrubbish\n-----END CERTIFICATE-----\n")
    monkeypatch.setenv("SSL_CERT_FILE", str(empty))
    assert trouble(sign(["a.example"]).der) == "this machine has no root certificates (ca-certificates)"


def test_rubbish_instead_of_certificates() -> None:
    found = seen(0.1, "TLSv1.2", [b"rubbish"], "a.example", time.time())
    assert found.chain == ()
    assert found.trouble.startswith("cannot be read")
    assert trouble([]) == "none is shown"


def test_the_roots_of_this_system_can_be_read() -> None:
    if not sources():
        pytest.skip("this machine has no root certificates (apt-get install ca-certificates)")
    assert roots(*sources()).subjects
