"""How does a message reach another program?"""

import hmac
import time
from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

from netmon.errors import Permanent
from netmon.model import Notice, Secret
from netmon.units import Duration
from netmon.wire.http import accepted
from netmon.wire.net import Net


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhook:
    """POSTs each message as JSON: id, event, at, text, incident. Any 2xx answer counts as delivered.

    With a `secret`, X-Netmon-Signature is `t=SECONDS,v1=HEX`: SHA256-HMAC of SECONDS, a full stop and the body. Whoever
    gets it should refuse a time that is long gone, and an id that was there before.
    """

    url: Annotated[
        str, Field(description="Where to POST; a person's address may be another URL.", pattern="^https?://")
    ]
    token: Annotated[Secret | None, Field(description="Sent as `Authorization: Bearer`.")] = None
    secret: Annotated[Secret | None, Field(description="Signs each message.")] = None
    timeout: Annotated[Duration, Field(description="How long to wait for the answer.", gt=0)] = 10.0

    async def send(self, notice: Notice, net: Net) -> None:
        """POST the body. Raises Retryable for 408, 425, 429, 5xx and no answer, Permanent for any other refusal."""
        body = notice.body.encode()
        try:
            headers = self._headers(body)
        except LookupError as error:
            raise Permanent(f"webhook: {error}") from error
        reply = await net.post(notice.address or self.url, body, headers, self.timeout)
        accepted(reply.status, "webhook")

    def _headers(self, body: bytes) -> dict[str, str]:
        headers = {"Content-Type": "application/json; charset=utf-8"}
        if self.token is not None:
            headers["Authorization"] = f"Bearer {self.token.reveal()}"
        if self.secret is not None:
            headers["X-Netmon-Signature"] = signed(body, self.secret.reveal(), int(time.time()))
        return headers


def signed(body: bytes, secret: str, at: int) -> str:
    """The signature of a body that is posted at `at` (s since the epoch, wall time)."""
    digest = hmac.new(secret.encode(), f"{at}.".encode() + body, "sha256").hexdigest()
    return f"t={at},v1={digest}"
