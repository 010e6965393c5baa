"""What hangs on the wall of the room, for everybody to see?

`GET /wall` is one page without anything from elsewhere, and `GET /api/v1/wall` what it asks for every five seconds
(netmon.run.view.View.wall). Both are for everybody: no login, nothing can be changed, and no address, circuit, contact
or number stands in them. `?lang=vi|en` chooses the language. Who opens the bare address is led to the page.
"""

import asyncio
import time
from base64 import b64encode
from collections.abc import Callable
from hashlib import sha256
from html import escape
from pathlib import Path
from typing import Any, Protocol

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from netmon.web.answers import as_json

LANGUAGES = ("vi", "en")
KEPT = 1.0
"""Seconds for which an answer is good for everybody who asks: so many screens cost as much as one."""


class Shows(Protocol):
    """Whoever knows what everybody may see."""

    def wall(self, language: str) -> dict[str, Any]:
        """As `netmon.run.view.View.wall`. Called in a thread, one call at a time."""
        ...


def routes(shows: Shows, language: str, monotonic: Callable[[], float] = time.monotonic) -> list[Route]:
    """Both addresses; `language` is for those who ask for none."""
    pages = {each: _page(each) for each in LANGUAGES}
    answers: dict[str, tuple[float, Response]] = {}
    asking = asyncio.Lock()

    def chosen(request: Request) -> str:
        asked = request.query_params.get("lang", "")
        return asked if asked in LANGUAGES else language

    async def page(request: Request) -> Response:
        body, headers = pages[chosen(request)]
        return HTMLResponse(body, headers=headers)

    async def wall(request: Request) -> Response:
        wanted = chosen(request)
        async with asking:
            made, answer = answers.get(wanted, (-KEPT, Response()))
            if monotonic() - made >= KEPT:
                made, answer = monotonic(), as_json(await asyncio.to_thread(shows.wall, wanted))
                answers[wanted] = made, answer
        return answer

    async def front(request: Request) -> Response:
        return RedirectResponse("wall", 302)

    return [
        Route("/", front, methods=["GET"]),
        Route("/wall", page, methods=["GET"]),
        Route("/api/v1/wall", wall, methods=["GET"]),
    ]


def _page(language: str) -> tuple[str, dict[str, str]]:
    """The page in this language, and the headers that let it run nothing but itself."""
    style, script = (_beside(name) for name in ("wall.css", "wall.js"))
    policy = (
        f"default-src 'none'; style-src '{_hash(style)}'; script-src '{_hash(script)}'; connect-src 'self'; "
        "img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
    head = (
        '<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>netmon</title>'
        f'<link rel="icon" href="data:,"><style>{style}</style>'
    )
    body = f"{_beside('wall.html')}<script>{script}</script>"
    begins = f'<!doctype html>\n<html lang="{escape(language)}">\n<head>{head}</head>'
    return f"{begins}\n<body>\n{body}\n</body>\n</html>\n", {"content-security-policy": policy}


def _beside(name: str) -> str:
    return Path(__file__).with_name(name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    return f"sha256-{b64encode(sha256(text.encode()).digest()).decode()}"
