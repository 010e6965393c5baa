"""How does a message reach Zalo, Telegram, Slack, Teams, ntfy or an SMS gateway?"""

from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal
from urllib.parse import quote

from pydantic import Field

from netmon.errors import Permanent
from netmon.model import Notice, Secret
from netmon.units import Duration
from netmon.wire.net import Mood, Net

TO = "{to}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Apprise:
    """Sends each message to the chat service under an apprise URL (tgram://, slack://, workflows://, ntfy://, json://)."""

    ADDRESS: ClassVar[Literal["chat"]] = "chat"

    url: Annotated[
        Secret | None,
        Field(
            description="The service's URL; {to} in it is where a person's address goes. A person's address may also "
            "be a whole URL."
        ),
    ] = None
    timeout: Annotated[Duration, Field(description="How long to wait for the service.", gt=0, lt=30)] = 20.0

    @property
    def alone(self) -> bool:
        """Whether it reaches somebody without the address of a person."""
        return self.url is not None and not (self.url.is_set and TO in self.url.reveal())

    async def send(self, notice: Notice, net: Net) -> None:
        """Hand it to the service, the first line as the title. Raises Retryable or Permanent."""
        title, _, text = notice.text.partition("\n")
        await net.chat(self._url(notice.address), title, text, _mood(notice), self.timeout)

    def _url(self, address: str) -> str:
        if "://" in address:
            return address
        if self.url is None:
            raise Permanent("apprise: no URL to send to")
        try:
            url = self.url.reveal()
        except LookupError as error:
            raise Permanent(f"apprise: {error}") from error
        if TO not in url:
            return url
        if not address:
            raise Permanent(f"apprise: nobody's address for the {TO} in the URL")
        return url.replace(TO, quote(address, safe=""))


def _mood(notice: Notice) -> Mood:
    if notice.event == "resolved":
        return "success"
    if notice.incident.state == "resolved":  # a bulletin: over as soon as it is told
        return "info"
    return "failure" if notice.incident.severity == "critical" else "warning"
