"""How do programs tell the desk what people say?

`POST /api/v1/acts` takes an Act as JSON; `POST /api/v1/incidents/{id}/{verb}` the same in short:
`{"who", "text", "until"}`; `POST /api/v1/replies` what somebody answered to a message, `{"from", "text"}`. What was
taken is answered as JSON, with its number; a reply with what to tell whoever sent it, "" = nothing.
"""

import re
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Annotated, Protocol

from pydantic import BeforeValidator, ConfigDict, Field, TypeAdapter, with_config
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from netmon.decide.desk.objections import ABOUT_INCIDENTS
from netmon.decide.telling.words import clean
from netmon.errors import NotTaken
from netmon.people import Act, Means
from netmon.web.answers import as_json
from netmon.web.gate import OWN, Gate
from netmon.web.posted import read, sent_object

ACT: TypeAdapter[Act] = TypeAdapter(Act)
"""What is said, as JSON both ways."""
LONGEST_NAME, LONGEST_TEXT, MOST_IDS = 100, 1000, 1000
_NUMBERS = 2**53
"""Larger ones are none of the journal's."""
_INCIDENT = re.compile("[0-9]{1,15}")
_LATEST = 32_503_680_000.0
"""The year 3000; a time beyond what a calendar holds could be written down, but never be shown."""


class Hears(Protocol):
    """Whoever takes what people say to the desk."""

    async def say(self, act: Act) -> Act:
        """Say it; it comes back with its number once it is written down. NotTaken if it cannot be said."""
        ...

    async def reply(self, sender: str, text: str) -> str:
        """Somebody at this address answered a message; what to tell them, "" = nothing."""
        ...

    def refused(self) -> None:
        """Somebody without a right token wanted to say something."""
        ...


def _seconds(value: object) -> object:
    if not isinstance(value, str):
        return value
    moment = datetime.fromisoformat(value)
    if moment.tzinfo is None:
        raise ValueError("a time needs its offset, such as 2026-11-22T23:30:00+07:00")
    return moment.timestamp()


_Seconds = Annotated[float | None, BeforeValidator(_seconds), Field(ge=0, le=_LATEST, allow_inf_nan=False)]
_STRANGE = ConfigDict(extra="forbid")


@with_config(_STRANGE)
@dataclass(frozen=True, slots=True, kw_only=True)
class _Words:
    """What is said about an incident; `until` is RFC 3339, or seconds since the epoch."""

    who: str
    text: str = ""
    until: _Seconds = None


@with_config(_STRANGE)
@dataclass(frozen=True, slots=True, kw_only=True)
class _Reply:
    """What a bot or a gateway was sent, and by whom."""

    sender: Annotated[str, Field(alias="from", min_length=1, max_length=LONGEST_TEXT)]
    text: Annotated[str, Field(max_length=LONGEST_TEXT)]


_WORDS: TypeAdapter[_Words] = TypeAdapter(_Words)
_REPLY: TypeAdapter[_Reply] = TypeAdapter(_Reply)


def routes(hears: Hears, gate: Gate) -> list[Route]:
    """The addresses at which something can be said."""

    async def act(request: Request) -> Response:
        by: Means = "cli" if gate.admit(request) == OWN else "api"
        said = read(ACT, await sent_object(request) | {"at": 0.0, "by": by})
        return await _said(hears, said)

    async def incident(request: Request) -> Response:
        by: Means = "cli" if gate.admit(request) == OWN else "api"
        words, number = read(_WORDS, await sent_object(request)), request.path_params["id"]
        if not _INCIDENT.fullmatch(number):
            raise HTTPException(404, "what can be spoken of is an incident's number")
        said = {"verb": request.path_params["verb"], "incident": number, "who": words.who, "text": words.text}
        if said["verb"] not in ABOUT_INCIDENTS:
            raise HTTPException(404, f"what can be said of an incident is {', '.join(ABOUT_INCIDENTS)}")
        return await _said(hears, read(ACT, said | {"at": 0.0, "by": by, "until": words.until}))

    async def reply(request: Request) -> Response:
        gate.admit(request)
        said = read(_REPLY, await sent_object(request))
        return as_json({"answer": await hears.reply(said.sender, said.text)})

    return [
        Route("/api/v1/acts", act, methods=["POST"]),
        Route("/api/v1/incidents/{id}/{verb}", incident, methods=["POST"]),
        Route("/api/v1/replies", reply, methods=["POST"]),
    ]


async def _said(hears: Hears, act: Act) -> Response:
    numbered = all(0 <= number <= _NUMBERS for number in (act.about, act.incident or 0))
    if not (act.who.strip() and len(act.what) <= MOST_IDS and numbered and 0 <= (act.until or 0.0) <= _LATEST):
        raise HTTPException(400, "who says so is missing, or something is out of all bounds")
    what = tuple(clean(one, LONGEST_NAME) for one in act.what)
    act = replace(act, who=clean(act.who, LONGEST_NAME), text=clean(act.text, LONGEST_TEXT), what=what)
    try:
        written = await hears.say(act)
    except NotTaken as error:
        raise HTTPException(404 if error.unknown else 409, str(error)) from None
    return as_json(ACT.dump_python(written, mode="json"))
