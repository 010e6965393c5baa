"""Does the RTSP collector tell a camera that shows something from one that only answers?"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from collectors.rtsp import Rtsp
from netmon.errors import AuthFailed, NotServing, SecretMissing
from netmon.model import Secret
from tests.collectors.servers import asked, camera, told
from tests.wire import hostile

RIGHT, WRONG = Secret("viewer-pass", "env:CAMERA"), Secret("guess", "env:CAMERA")


@pytest.fixture(scope="module")
def open_camera(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    with camera(tmp_path_factory.mktemp("camera")) as port:
        yield port


@pytest.fixture(scope="module", params=["digest", "basic"])
def locked_camera(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    with camera(tmp_path_factory.mktemp("locked"), "viewer", "viewer-pass", request.param) as port:
        yield port


async def test_a_camera_that_shows_something(open_camera: int) -> None:
    values = told(await asked(Rtsp(port=open_camera, path="/live")))
    assert values["netmon_rtsp_media"] == 1
    assert values["netmon_rtsp_status_code"] == 200
    assert 0 < values["netmon_rtsp_describe_seconds"] < 5


async def test_a_hung_camera_is_not_a_live_one(tmp_path: Path) -> None:
    with camera(tmp_path) as port, pytest.raises(NotServing) as raised:
        await asked(Rtsp(port=port, path="/hung"), timeout=1)
    assert str(raised.value) == "answers OPTIONS but hangs in DESCRIBE (no answer within 1 s)"
    assert [sample.metric for sample in raised.value.samples] == ["netmon_probe_rtt_seconds"]


async def test_a_stream_that_is_not_there(open_camera: int) -> None:
    with pytest.raises(NotServing) as raised:
        await asked(Rtsp(port=open_camera, path="/Streaming/Channels/101"))
    assert str(raised.value) == "DESCRIBE of /Streaming/Channels/101 brings '404 Not Found'"


async def test_a_login(locked_camera: int) -> None:
    values = told(await asked(Rtsp(port=locked_camera, path="/live", user="viewer", password=RIGHT)))
    assert values["netmon_rtsp_media"] == 1
    with pytest.raises(AuthFailed, match=r"^does not accept the login of viewer$"):
        await asked(Rtsp(port=locked_camera, path="/live", user="viewer", password=WRONG))


async def test_without_a_login(locked_camera: int) -> None:
    assert told(await asked(Rtsp(port=locked_camera, path="/live")))["netmon_rtsp_status_code"] == 401
    with pytest.raises(NotServing, match="401"):
        await asked(Rtsp(port=locked_camera, path="/live", allow_401=False))


async def test_a_password_that_is_not_set() -> None:
    with pytest.raises(SecretMissing, match="env:CAMERA"):
        await asked(Rtsp(user="viewer", password=Secret(None, "env:CAMERA")))


FINE = b"RTSP/1.0 200 OK\r\nCSeq: %d\r\n%b\r\n"


def describes(description: bytes) -> hostile.Behaviour:
    """OPTIONS, then DESCRIBE with this description."""
    length = b"Content-Length: %d\r\n" % len(description)
    first, second = FINE % (1, b""), FINE % (2, length) + description
    return hostile.says(first, then=hostile.says(second, then=hostile.silent))


@pytest.mark.parametrize(
    ("description", "why"),
    [
        (b"v=0\r\ns=camera\r\n", "describes no stream"),
        (b"", "DESCRIBE brings no session description"),
        (b"<html>", "DESCRIBE brings no session description"),
    ],
)
async def test_a_description_of_nothing(description: bytes, why: str) -> None:
    async with hostile.tcp(describes(description)) as port:
        with pytest.raises(NotServing, match=rf"^{why}$"):
            await asked(Rtsp(port=port))


async def test_two_streams() -> None:
    async with hostile.tcp(describes(b"v=0\nm=video 0 RTP/AVP 96\na=x\nm=audio 0 RTP/AVP 8\n")) as port:
        assert told(await asked(Rtsp(port=port)))["netmon_rtsp_media"] == 2


OTHERS = b"".join(FINE % (number, b"") for number in range(100, 200))
STRANGE = {
    **hostile.BAD,
    "HTTP": hostile.says(b"HTTP/1.1 400 Bad Request\r\n\r\n"),
    "SSH": hostile.greets(b"SSH-2.0-OpenSSH_9.2\r\n", then=hostile.silent),
    "answers to others": hostile.says(OTHERS, then=hostile.silent),
    "a huge head": hostile.endless(FINE[:17], b"Public: DESCRIBE\r\n" * 1000),
    "closes before DESCRIBE": hostile.says(FINE % (1, b"")),
    "resets in DESCRIBE": hostile.says(FINE % (1, b""), then=hostile.resets),
    "a huge description": hostile.says(
        FINE % (1, b""), then=hostile.says(FINE % (2, b"Content-Length: 999999\r\n"), then=hostile.silent)
    ),
    "a description without an end": hostile.says(
        FINE % (1, b""), then=hostile.says(FINE % (2, b"Content-Length: 9999\r\n"), then=hostile.drip(b"v=0\r\n"))
    ),
    "asks for a password for ever": hostile.endless(
        chunk=b'RTSP/1.0 401 No\r\nCSeq: 1\r\nWWW-Authenticate: Digest nonce="\r\n"\r\n\r\n' * 100
    ),
}


@pytest.mark.parametrize("behaviour", STRANGE)
async def test_strangers(behaviour: str) -> None:
    async with hostile.tcp(STRANGE[behaviour]) as port:
        with pytest.raises(NotServing):
            await asked(Rtsp(port=port, user="viewer", password=RIGHT), timeout=0.3)
