"""How does a message reach a mailbox, one thread for each incident?"""

from dataclasses import dataclass
from datetime import UTC, datetime
from email.header import Header
from email.message import EmailMessage
from email.policy import Policy
from email.utils import format_datetime
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from netmon.errors import Permanent
from netmon.model import Notice, Secret
from netmon.units import Duration
from netmon.wire.net import Net


@dataclass(frozen=True, slots=True)
class _Subject:
    """A subject that folds itself.

    Until 3.13 EmailMessage leaves out the blank at which it folds between two encoded words: their blank is none
    (RFC 2047, section 6.2), so it has to be in one of them.
    """

    text: str
    name: ClassVar[str] = "Subject"

    def __str__(self) -> str:
        return self.text

    def fold(self, *, policy: "Policy[Any]") -> str:
        """The header as it goes over the wire."""
        # All of it is encoded, or what looks like an encoded word in it would be read as one.
        said = Header(self.text, "utf-8", header_name=self.name).encode(linesep=policy.linesep)
        return f"{self.name}: {said}{policy.linesep}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """Sends each message through an SMTP server; encrypted if the server can."""

    ADDRESS: ClassVar[Literal["email"]] = "email"

    server: Annotated[str, Field(description="host:port of the mail server.", pattern=r"^.+:[0-9]{1,5}$")]
    to: Annotated[tuple[str, ...], Field(description="Mail addresses, for messages to nobody by name.")] = ()
    sender: Annotated[str, Field(description="Mail address that it comes from.")] = "netmon@localhost"
    user: Annotated[str, Field(description="Name to log in with; empty = no login.")] = ""
    password: Annotated[Secret | None, Field(description="Password to log in with.")] = None
    timeout: Annotated[Duration, Field(description="How long the whole dialogue may take.", gt=0)] = 20.0

    @property
    def alone(self) -> bool:
        """Whether it reaches somebody without the address of a person."""
        return bool(self.to)

    async def send(self, notice: Notice, net: Net) -> None:
        """Hand it to the server. Raises Retryable (4xx, no answer) or Permanent (5xx, nobody to send it to)."""
        if not (notice.address or self.to):
            raise Permanent("mail: no address to send to")
        try:
            password = "" if self.password is None else self.password.reveal()
        except LookupError as error:
            raise Permanent(f"mail: {error}") from error
        await net.mail(self.server, self.compose(notice), self.timeout, self.user, password)

    def compose(self, notice: Notice) -> EmailMessage:
        """The mail: subject = first line. A repeated delivery has the same Message-ID, so that mailboxes show one."""
        mail = EmailMessage()
        mail["Subject"] = _Subject(" ".join(notice.subject.split()))
        mail["From"] = self.sender
        mail["To"] = notice.address or ", ".join(self.to)
        mail["Date"] = format_datetime(datetime.fromtimestamp(notice.at, UTC))
        mail["Message-ID"] = self._message_id(notice, notice.id)
        first = f"{notice.incident.id}/opened/{notice.to}/1"
        if notice.id != first:
            mail["In-Reply-To"] = self._message_id(notice, first)
            mail["References"] = self._message_id(notice, first)
        mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: no out-of-office answers
        if notice.incident.severity == "critical" and notice.event != "resolved":
            mail["Importance"] = "high"
        mail.set_content(notice.text + "\n")
        for file in notice.files:
            kind, _, form = file.content_type.partition(";")[0].partition("/")
            mail.add_attachment(file.data, maintype=kind, subtype=form, filename=file.name)
        return mail

    def _message_id(self, notice: Notice, notice_id: str) -> str:
        """Unique beyond this journal: a new one counts incidents from 1 again, but they opened at another time."""
        domain = self.sender.rpartition("@")[2] or "localhost"
        return f"<{notice_id.replace('/', '.')}.{notice.incident.opened_at:.0f}.netmon@{domain}>"
