"""How do other netmons say here that they live, and how does somebody begin a drill?

`POST /-/beat/{id}` with the token that is called like the peer: another's does not do, for it could speak for a dead
one. `POST /api/v1/drills` with `{"who"}` begins a drill, and is answered with its number.
"""

from dataclasses import dataclass
from typing import Annotated, Protocol

from pydantic import Field, TypeAdapter, ValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from netmon.errors import NotTaken
from netmon.web.answers import as_json
from netmon.web.gate import Gate, body


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

    who: Annotated[str, Field(min_length=1, max_length=100)]


_WISH: TypeAdapter[_Wish] = TypeAdapter(_Wish)


def routes(hears: Hears, gate: Gate) -> list[Route]:
    """The addresses at which others say that they live, and drills begin."""

    async def beat(request: Request) -> Response:
        shown, peer = gate.admit(request), request.path_params["peer"]
        if shown != peer:
            raise HTTPException(403, f"the token of {shown} does not speak for {peer}")
        if not hears.hear(peer):
            raise HTTPException(404, f"{peer} is not watched here")
        return PlainTextResponse("ok\n")

    async def drill(request: Request) -> Response:
        gate.admit(request)
        try:
            wish = _WISH.validate_json(await body(request))
        except ValidationError:
            raise HTTPException(400, 'who wants it is missing: {"who": NAME}') from None
        try:
            return as_json({"incident": await hears.drills.begin(wish.who)}, 201)
        except NotTaken as error:
            raise HTTPException(409, str(error)) from None

    return [
        Route("/-/beat/{peer}", beat, methods=["POST"]),
        Route("/api/v1/drills", drill, methods=["POST"]),
    ]
