"""How does a message reach another program?"""

from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

from netmon.errors import Permanent, Retryable
from netmon.model import Notice, Secret
from netmon.units import Duration
from netmon.wire.net import Net

LATER = frozenset({408, 425, 429})
"""Refusals that a later attempt may not meet: request timeout, too early, too many requests (RFC 9110, 8470, 6585)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhook:
    """POSTs each message as JSON: id, event, at, text, incident. Any 2xx answer counts as delivered."""

    url: Annotated[str, Field(description="Where to POST.", pattern="^https?://")]
    token: Annotated[Secret | None, Field(description="Sent as `Authorization: Bearer`; env:NAME or file:PATH.")] = None
    timeout: Annotated[Duration, Field(description="How long to wait for the answer.", gt=0)] = 10.0

    async def send(self, notice: Notice, net: Net) -> None:
        """POST the body. Raises Retryable for 408, 425, 429, 5xx and no answer, Permanent for any other refusal."""
        headers = {"Content-Type": "application/json; charset=utf-8"}
        if self.token is not None:
            try:
                headers["Authorization"] = f"Bearer {self.token.reveal()}"
            except LookupError as error:
                raise Permanent(f"webhook: {error}") from error
        reply = await net.post(self.url, notice.body.encode(), headers, self.timeout)
        if 200 <= reply.status < 300:
            return
        # The address stays out of the text: chat services carry their key in it.
        why = f"webhook answered HTTP {reply.status}"
        if reply.status in LATER or reply.status >= 500:
            raise Retryable(why)
        raise Permanent(why)
