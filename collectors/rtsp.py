"""Does the camera show anything?"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, ClassVar

from pydantic import Field

from netmon.errors import AuthFailed, NotServing, SecretMissing
from netmon.model import Metric, Sample, Secret, Target
from netmon.wire import rtsp
from netmon.wire.dialogue import Limit, opened
from netmon.wire.net import Net


@dataclass(frozen=True, slots=True, kw_only=True)
class Rtsp:
    """OPTIONS, then DESCRIBE (RTSP 1.0, RFC 2326): alive is a camera that says what streams there are to see.

    One that answers OPTIONS and hangs in DESCRIBE is not. Nothing is played.
    """

    METRICS: ClassVar[Mapping[str, Metric]] = {
        "netmon_probe_rtt_seconds": Metric("gauge", "Round-trip time of the last answered probe.", ("collector",)),
        "netmon_rtsp_status_code": Metric("gauge", "Status code of the answer to DESCRIBE."),
        "netmon_rtsp_describe_seconds": Metric("gauge", "How long DESCRIBE took, logging in included."),
        "netmon_rtsp_media": Metric("gauge", "Streams that the description names."),
    }
    REACHABILITY: ClassVar[bool] = True
    SERVICE: ClassVar[bool] = True
    EVERY: ClassVar[float] = 60.0
    TIMEOUT: ClassVar[float] = 5.0

    path: Annotated[
        str, Field(description="What to describe, for example /Streaming/Channels/101.", pattern=r"^/[!-~]*$")
    ] = "/"
    port: Annotated[int, Field(ge=1, le=65535, description="Port of the camera.")] = 554
    user: Annotated[str, Field(description="Name to log in with; empty = no login.", pattern=r"^[^:\x00-\x1f]*$")] = ""
    password: Annotated[Secret | None, Field(description="Password to log in with.")] = None
    allow_401: Annotated[
        bool, Field(description="Whether a camera that wants a login (401) is alive if none is given here.")
    ] = True

    async def collect(self, target: Target, net: Net) -> list[Sample]:
        """Status, streams and time of DESCRIBE.

        Raises Unreachable, Refused, NotServing, or AuthFailed if the camera does not accept the login.
        """
        login = self.login()
        limit = Limit.after(target.timeout)
        async with opened(net, target.address, self.port, limit) as dialogue:
            camera = rtsp.Conversation(dialogue, self.url(target.address), login)
            samples = [Sample("netmon_probe_rtt_seconds", (await camera.ask("OPTIONS")).seconds, ("rtsp",))]
            try:
                answer = await camera.ask("DESCRIBE", {"Accept": "application/sdp"})
            except NotServing as error:
                hangs = f"hangs in DESCRIBE (no answer within {limit.seconds:g} s)"
                why = f"answers OPTIONS but {hangs if limit.is_over() else error}"
                raise NotServing(why, samples) from None
        samples.append(Sample("netmon_rtsp_status_code", answer.head.status))
        if answer.head.status == rtsp.UNAUTHORIZED and login is not None:
            raise AuthFailed(f"does not accept the login of {self.user}", samples)
        if answer.head.status == rtsp.UNAUTHORIZED and self.allow_401:
            return samples
        if not answer.is_fine:
            raise NotServing(f"DESCRIBE of {self.path} brings '{answer.head}'", samples)
        samples.append(Sample("netmon_rtsp_describe_seconds", answer.seconds))
        return [*samples, Sample("netmon_rtsp_media", streams(answer.body, samples))]

    def login(self) -> tuple[str, str] | None:
        """Name and password, None = nobody. Raises SecretMissing."""
        try:
            return (self.user, self.password.reveal() if self.password else "") if self.user else None
        except LookupError as error:
            raise SecretMissing(f"rtsp: {error}") from None

    def url(self, host: str) -> str:
        """What is asked for, without the login."""
        return f"rtsp://{f'[{host}]' if ':' in host else host}:{self.port}{self.path}"


def streams(description: bytes, samples: list[Sample]) -> int:
    """How many streams there are. Raises NotServing, with the samples so far, if there is none."""
    try:
        count = rtsp.media(description)
    except NotServing as error:
        raise NotServing(str(error), samples) from None
    if not count:
        raise NotServing("describes no stream", [*samples, Sample("netmon_rtsp_media", 0)])
    return count
