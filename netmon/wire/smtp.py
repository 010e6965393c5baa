"""How does a message reach a mail server?

A page must get out on a bad night, so TLS is opportunistic (RFC 7435): used when the server offers it,
whatever its certificate, and left out when the handshake fails. A password changes that: it leaves this
machine only under TLS with a certificate that the system trusts. Loopback needs neither.
"""

import ipaddress
import socket
import ssl
from asyncio import timeout as deadline
from contextlib import suppress
from email.message import EmailMessage

import structlog
from aiosmtplib import (
    SMTP,
    SMTPException,
    SMTPNotSupported,
    SMTPRecipientsRefused,
    SMTPResponseException,
)

from netmon.errors import Permanent, Retryable, SendError

log = structlog.get_logger()

SUBMISSIONS = 465
"""The port where TLS starts at once (RFC 8314)."""


async def send(server: str, message: EmailMessage, timeout: float, user: str = "", password: str = "") -> None:
    """Hand a message to `host:port` for the addresses in its To, Cc and Bcc.

    `timeout` (s) bounds the whole dialogue. Delivered means that the server took it for at least one
    recipient; those it refused are logged. Raises Retryable (4xx, no answer, broken off) or Permanent (5xx,
    a message without addresses, no safe way for the password).
    """
    host, port = split(server)
    try:
        async with deadline(timeout):
            client = await connected(host, port, timeout, strict=bool(password) and not is_loopback(host))
            try:
                if password:
                    await client.login(user, password)
                refused, _ = await client.send_message(message)
                with suppress(SMTPException, OSError):
                    await client.quit()  # the message is delivered, however this ends
            finally:
                client.close()
    except (SMTPException, OSError, ValueError) as error:
        failure = translate(error, server, timeout)
    else:
        if refused:
            log.warning("mail refused for some recipients", server=server, recipients=sorted(refused))
        return
    raise failure


async def connected(host: str, port: int, timeout: float, strict: bool) -> SMTP:
    """A dialogue after EHLO, encrypted if it can be; if `strict`, encrypted with a trusted certificate or not at all.

    Raises Permanent if that is impossible.
    """
    context = ssl.create_default_context()
    if not strict:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    client = await greeted(host, port, timeout, context)
    if port == SUBMISSIONS:
        return client
    if not client.supports_extension("starttls"):
        if strict:
            client.close()
            raise Permanent(f"{host}:{port} offers no STARTTLS: the password stays here")
        return client
    try:
        await client.starttls()
        await client.ehlo()
    except (SMTPException, OSError) as error:
        client.close()
        if strict:
            raise
        log.warning("mail goes unencrypted: STARTTLS failed", server=f"{host}:{port}", error=str(error))
        return await greeted(host, port, timeout, context)
    return client


async def greeted(host: str, port: int, timeout: float, context: ssl.SSLContext) -> SMTP:
    """A new connection, EHLO said, not yet encrypted unless the port is."""
    # the host's own name without asking DNS for it, which may be what is down
    client = SMTP(
        hostname=host,
        port=port,
        timeout=timeout,
        local_hostname=socket.gethostname(),
        use_tls=port == SUBMISSIONS,
        start_tls=False,
        tls_context=context,
    )
    try:
        await client.connect()
        await client.ehlo()
    except BaseException:
        client.close()
        raise
    return client


def translate(error: Exception, server: str, timeout: float) -> SendError:
    """Whether it may work later: by the reply code (RFC 5321, 4.2.1), and yes if there is none."""
    if isinstance(error, SMTPRecipientsRefused):
        later = any(refused.code < 500 for refused in error.recipients)
        text = f"{server}: " + "; ".join(f"{refused.code} {refused.message}" for refused in error.recipients)
        return Retryable(text) if later else Permanent(text)
    if isinstance(error, SMTPResponseException):
        text = f"{server}: {error.code} {error.message}"
        return Permanent(text) if 500 <= error.code < 600 else Retryable(text)
    if isinstance(error, SMTPNotSupported | ValueError) or caused_by_certificate(error):
        return Permanent(f"{server}: {error}")
    if isinstance(error, TimeoutError):
        return Retryable(f"{server}: no answer within {timeout:g} s")
    return Retryable(f"{server}: {error}")


def caused_by_certificate(error: BaseException | None) -> bool:
    """Whether a certificate was not accepted, however deep that lies."""
    while error is not None:
        if isinstance(error, ssl.SSLCertVerificationError):
            return True
        error = error.__cause__ or error.__context__
    return False


def split(server: str) -> tuple[str, int]:
    """`host:port` or `[v6]:port`. Raises Permanent."""
    host, colon, port = server.rpartition(":")
    if not colon or not port.isdecimal() or not 0 < int(port) < 65536:
        raise Permanent(f"{server}: not of the form host:port")
    return host.removeprefix("[").removesuffix("]"), int(port)


def is_loopback(host: str) -> bool:
    """Whether a name or address stays on this machine."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
