"""How do other netmons say here that they live, and how does somebody begin a drill?

`POST /-/beat/{id}` with the token that is called like the peer: another's does not do, for it could speak for a dead
one. `POST /api/v1/drills` with `{"who"}` begins a drill, and is answered with its number.
"""

from dataclasses import dataclass
from typing import Annotated, Protocol

from pydantic import AfterValidator, Field, TypeAdapter
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from netmon.decide.telling.words import clean
from netmon.errors import NotTaken
from netmon.web.answers import as_json
from netmon.web.gate import Gate
from netmon.web.posted import read, sent_object


class Begins(Protocol):
    """Whoever holds drills."""

    async def begin(self, by: str) -> int:
        """Begin one; its number once it is written down. NotTaken if one is under way."""
        ...


class Hears(Protocol):
    """Whoever listens for other netmons. `drills` is as above."""

    @property
    def drills(self) -> Begins:
        """Where drills are begun."""
        ...

    def hear(self, peer: str) -> bool:
        """A peer says that it lives; False if nobody watches it."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wish:
    """Who wants a drill."""

    who: Annotated[str, AfterValidator(clean), Field(min_length=1)]


_WISH: TypeAdapter[_Wish] = TypeAdapter(_Wish)


def routes(hears: Hears, gate: Gate, peers: Gate) -> list[Route]:
    """The addresses at which drills begin, and at which other netmons, whom `peers` knows, say that they live."""

    async def beat(request: Request) -> Response:
        shown, peer = peers.admit(request), request.path_params["peer"]
        if shown != peer:
            raise HTTPException(403, f"the token of {shown} does not speak for {peer}")
        if not hears.hear(peer):
            raise HTTPException(404, f"{peer} is not watched here")
        return PlainTextResponse("ok\n")

    async def drill(request: Request) -> Response:
        gate.admit(request)
        wish = read(_WISH, await sent_object(request))
        try:
            return as_json({"incident": await hears.drills.begin(wish.who)}, 201)
        except NotTaken as error:
            raise HTTPException(409, str(error)) from None

    return [
        Route("/-/beat/{peer}", beat, methods=["POST"]),
        Route("/api/v1/drills", drill, methods=["POST"]),
    ]
