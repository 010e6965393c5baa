"""Does anything answer on this TCP port, and does it say what it should?"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, ClassVar

from pydantic import Field

from netmon.errors import NotServing
from netmon.model import Metric, Sample, Target
from netmon.wire.dialogue import LONGEST_LINE, Dialogue, Limit, opened
from netmon.wire.names import located
from netmon.wire.net import Net


@dataclass(frozen=True, slots=True, kw_only=True)
class Tcp:
    """TCP handshake (RFC 9293): an open port is alive, and so is one that is refused.

    With `expect` or `send` the other side must say something too.
    """

    METRICS: ClassVar[Mapping[str, Metric]] = {
        "netmon_probe_rtt_seconds": Metric("gauge", "Round-trip time of the last answered probe.", ("collector",)),
    }
    REACHABILITY: ClassVar[bool] = True
    EVERY: ClassVar[float] = 10.0
    TIMEOUT: ClassVar[float] = 2.0

    port: Annotated[int, Field(ge=1, le=65535, description="Port to open, for example 22 or 443.")]
    send: Annotated[str, Field(description="Text to send first; line ends as \\r\\n in quotation marks.")] = ""
    expect: Annotated[
        str, Field(description="Regular expression to be found in the first 4096 octets that come, such as ^SSH-2.")
    ] = ""

    def __post_init__(self) -> None:
        """Refuse what is no regular expression."""
        try:
            re.compile(self.expect)
        except re.error as error:
            raise ValueError(f"expect: {self.expect!r} is not a regular expression: {error}") from None

    async def collect(self, target: Target, net: Net) -> list[Sample]:
        """The time of the handshake in seconds. Raises Unreachable, Refused or NotServing."""
        limit = Limit.after(target.timeout)
        if not self.send and not self.expect:
            rtt = await net.connect(await located(net, target.address, target.timeout), self.port, limit.left())
            return [Sample("netmon_probe_rtt_seconds", rtt, ("tcp",))]
        async with opened(net, target.address, self.port, limit) as dialogue:
            samples = [Sample("netmon_probe_rtt_seconds", dialogue.stream.connected, ("tcp",))]
            try:
                await self._converse(dialogue)
            except NotServing as error:
                raise NotServing(str(error), samples) from None
        return samples

    async def _converse(self, dialogue: Dialogue) -> None:
        """Read until what is expected has come. Raises NotServing if it does not."""
        what = f"a banner like {self.expect!r}" if self.expect else "an answer"
        if self.send:
            await dialogue.say(self.send.encode(), what)
        pattern = re.compile(self.expect)
        while not dialogue.kept or not pattern.search(dialogue.kept[:LONGEST_LINE].decode("utf-8", "replace")):
            await dialogue.more(what, LONGEST_LINE)
