"""Would a conference with this bridge go well, and not only: does it answer?"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import sqrt
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from netmon.errors import CollectError, Poor, Unreachable
from netmon.model import Metric, Sample, Target
from netmon.reading.voice import Quality, heard
from netmon.units import Duration, Ratio
from netmon.wire import sip
from netmon.wire.dialogue import Limit
from netmon.wire.names import located
from netmon.wire.net import Net

RTT, LOSS, JITTER = "netmon_probe_rtt_seconds", "netmon_probe_loss_ratio", "netmon_probe_jitter_seconds"
MOS, PACKETS = "netmon_probe_mos", "netmon_probe_train_packets"
LONGEST = 25.0
"""Seconds that a train may last: all bridges together are to be asked within half a minute."""
TELLING = 20
"""Packets that a train needs to say how it would sound: of fewer, a single lost one would be more than 5 percent."""
IN_DOUBT = 3
"""So many times as many packets follow where a train cannot tell whether too many are lost."""
DOUBTFUL = 0.9
"""Opinion scores nearer to the limit are in doubt: by chance alone, 50 packets spread by half of it."""
BRIEF = 5
"""Packets of the trains outside the window, which only ask whether anything answers."""
SELDOM = 300.0
"""Seconds between those."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bridge:
    """A train of packets as dense as speech: loss, delay, jitter (RFC 3550) and the opinion score (MOS).

    `timeout` is how long each packet is waited for; the length of the train comes on top. Where chance would decide
    whether too many are lost, three times as many packets follow at once.
    """

    METRICS: ClassVar[Mapping[str, Metric]] = {
        RTT: Metric("gauge", "Round-trip time of the last answered probe.", ("collector",)),
        LOSS: Metric("gauge", "Share of the packets of the last train that was lost.", ("collector",)),
        JITTER: Metric("gauge", "Jitter of the round trips of the last train.", ("collector", "method")),
        MOS: Metric("gauge", "Mean opinion score of speech by the last train, 1 to 4.41.", ("collector",)),
        PACKETS: Metric("gauge", "Packets of the last train.", ("collector",)),
    }
    REACHABILITY: ClassVar[bool] = True
    SERVICE: ClassVar[bool] = True
    EVERY: ClassVar[float] = 60.0
    TIMEOUT: ClassVar[float] = 1.0

    by: Annotated[Literal["icmp", "sip"], Field(description="What is sent: ICMP echoes, or SIP OPTIONS over UDP.")] = (
        "icmp"
    )
    port: Annotated[int, Field(ge=1, le=65535, description="UDP port that is asked by SIP.")] = 5060
    packets: Annotated[int, Field(ge=TELLING, le=1000, description="Packets of a train.")] = 50
    spacing: Annotated[Duration, Field(ge=0.01, le=1.0, description="Time between two packets of a train.")] = 0.05
    min_mos: Annotated[float, Field(ge=1, le=4.4, description="An opinion score below it is a fault.")] = 3.6
    max_loss: Annotated[Ratio | None, Field(description="A larger share of lost packets is a fault.")] = None
    max_jitter: Annotated[Duration | None, Field(description="A larger jitter is a fault.")] = None
    max_rtt: Annotated[Duration | None, Field(description="A longer mean round trip is a fault.")] = None
    window: Annotated[
        str,
        Field(
            description="Under `windows:`; outside it and outside events there are only short checks. Default: always."
        ),
    ] = ""

    def __post_init__(self) -> None:
        if self.packets * self.spacing > LONGEST:
            raise ValueError(f"{self.packets} packets every {self.spacing * 1000:g} ms take longer than {LONGEST:g} s")

    def outside(self) -> tuple["Bridge", float]:
        """What is asked instead while no conference is on, and how many seconds apart at least: a few packets, which
        say whether anything answers and nothing of how it would sound."""
        return replace(self, packets=BRIEF, min_mos=1.0, max_loss=None, max_jitter=None, max_rtt=None), SELDOM

    async def collect(self, target: Target, net: Net) -> list[Sample]:
        """What one train shows. Raises Unreachable if nothing came back, Poor if it would not sound well.

        By SIP also Refused or NotServing as its answers are.
        """
        address = await located(net, target.address, target.timeout)
        rtts = await self._train(net, target, address, self.packets)
        if self._in_doubt(rtts):
            rtts = [*rtts, *await self._train(net, target, address, self._more())]
        quality = heard(rtts)
        samples = _samples(quality, len(rtts))
        if quality.delay is None:
            raise Unreachable(f"{target.address}: none of {len(rtts)} packets came back", samples)
        if wanted := self._wanted(quality):
            raise Poor(f"{said(quality)}, wanted {', '.join(wanted)}", samples)
        return samples

    def lasts(self) -> float:
        """Seconds that a train takes at most, the packets in case of doubt included."""
        return (self.packets + self._more()) * self.spacing

    def _more(self) -> int:
        """How many packets follow in case of doubt."""
        return max(0, min(int(LONGEST / self.spacing) - self.packets, self.packets * IN_DOUBT))

    def _in_doubt(self, rtts: Sequence[float | None]) -> bool:
        """Has it lost about as many as it may, so that chance decides? Its spread is that of so many packets."""
        quality, count = heard(rtts), len(rtts)
        if count < TELLING or not 0 < quality.loss < 1:
            return False
        limit = self.max_loss
        near = limit is not None and abs(quality.loss - limit) < 2 * sqrt(max(limit, 1 / count) / count)
        return near or abs(quality.mos - self.min_mos) < DOUBTFUL

    async def _train(self, net: Net, target: Target, address: str, packets: int) -> Sequence[float | None]:
        if self.by == "sip":
            return await self._options(net, target, address, packets)
        return await net.train(address, packets, self.spacing, target.timeout)

    async def _options(self, net: Net, target: Target, address: str, packets: int) -> list[float | None]:
        """The time of each final answer to OPTIONS; with nothing answered in time the train ends there.

        Raises Refused or NotServing if nothing else ever came.
        """
        loop = asyncio.get_running_loop()
        start = loop.time()
        sent: list[asyncio.Task[float | CollectError]] = []
        try:
            for number in range(packets):
                await asyncio.sleep(start + number * self.spacing - loop.time())
                if sent and loop.time() - start >= target.timeout and not any(map(_answered, sent)):
                    break
                sent.append(asyncio.create_task(self._option(net, target, address)))
            else:
                await asyncio.gather(*sent)
            found = [task.result() if task.done() else Unreachable("cut off") for task in sent]
        finally:
            for task in sent:
                task.cancel()
            await asyncio.gather(*sent, return_exceptions=True)
        said = [each for each in found if isinstance(each, CollectError)]
        if len(said) == len(found) and (loud := [each for each in said if not isinstance(each, Unreachable)]):
            raise loud[0]
        return [None if isinstance(each, CollectError) else each for each in found]

    async def _option(self, net: Net, target: Target, address: str) -> float | CollectError:
        """Seconds until the final answer, or why there was none."""
        question = sip.Question(target.address, self.port)
        try:
            return (await sip.options(net, address, question, Limit.after(target.timeout)))[1]
        except CollectError as error:
            return error

    def _wanted(self, quality: Quality) -> list[str]:
        """What it falls short of, in words."""
        rtt = (quality.delay or 0.0) * 2
        short = [f"{self.min_mos:g}"] if quality.mos < self.min_mos else []
        if self.max_loss is not None and quality.loss > self.max_loss:
            short.append(f"loss of {self.max_loss * 100:g} % at most")
        if self.max_jitter is not None and (quality.jitter or 0.0) > self.max_jitter:
            short.append(f"jitter of {self.max_jitter * 1000:g} ms at most")
        if self.max_rtt is not None and rtt > self.max_rtt:
            short.append(f"round trip of {self.max_rtt * 1000:g} ms at most")
        return short


def said(quality: Quality) -> str:
    """The quality in words: MOS 2.9 (loss 8.0 %, delay 140 ms, jitter 35 ms)."""
    delay, jitter = (quality.delay or 0.0) * 1000, (quality.jitter or 0.0) * 1000
    return f"MOS {quality.mos:.1f} (loss {quality.loss * 100:.1f} %, delay {delay:.0f} ms, jitter {jitter:.0f} ms)"


def _answered(sent: asyncio.Task[float | CollectError]) -> bool:
    return sent.done() and not isinstance(sent.result(), CollectError)


def _samples(quality: Quality, packets: int) -> list[Sample]:
    samples = [Sample(LOSS, quality.loss, ("bridge",)), Sample(PACKETS, float(packets), ("bridge",))]
    if quality.delay is not None:
        samples.append(Sample(RTT, quality.delay * 2, ("bridge",)))
    if quality.jitter is not None:
        samples.append(Sample(JITTER, quality.jitter, ("bridge", "rfc3550")))
    if packets >= TELLING:
        samples.append(Sample(MOS, quality.mos, ("bridge",)))
    return samples
