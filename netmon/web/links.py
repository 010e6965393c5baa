"""How does a person take an incident with a click?

`GET /a/{token}` shows what it is and a button; only `POST` takes it, for mail scanners follow every link that they see.
"""

from base64 import b64encode
from hashlib import sha256
from html import escape
from types import MappingProxyType
from typing import Protocol

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from netmon.run.clicks import Seen

_STYLE = (
    "body{font:1.2rem/1.5 sans-serif;margin:2rem auto;max-width:32rem;padding:0 1rem}"
    "button{font:inherit;width:100%;padding:1rem;border:0;border-radius:.5rem;background:#0b5;color:#fff}"
)
_HASH = b64encode(sha256(_STYLE.encode()).digest()).decode()
HEADERS = MappingProxyType(
    {
        "content-security-policy": f"default-src 'none'; style-src 'sha256-{_HASH}'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    }
)
_WORDS = MappingProxyType(
    {
        "vi": MappingProxyType(
            {
                "open": "Chưa ai nhận.",
                "yours": "Anh/chị đã nhận việc này.",
                "taken": "{who} đã nhận việc này.",
                "over": "Đã xong lúc {ended}.",
                "late": "Chưa ghi được vào sổ; netmon vẫn đang thử, lát nữa xem lại.",
                "button": "Tôi nhận việc #{incident}",
                "instead": "Tôi nhận thay việc #{incident}",
                "gone": "Liên kết này không còn dùng được. Nhắn tin trả lời, hoặc gọi trực.",
            }
        ),
        "en": MappingProxyType(
            {
                "open": "Nobody has taken it.",
                "yours": "You have taken it.",
                "taken": "{who} has taken it.",
                "over": "It is over since {ended}.",
                "late": "Not written down yet; netmon goes on trying, look again in a moment.",
                "button": "I take #{incident}",
                "instead": "I take #{incident} instead",
                "gone": "This link does not count any more. Answer the message, or call the duty desk.",
            }
        ),
    }
)


class Clicked(Protocol):
    """Whoever knows what links are about."""

    def look(self, token: str) -> Seen | None:
        """What it is about; None if it does not count."""
        ...

    async def take(self, token: str) -> Seen | None:
        """Take what it is about, once; None if it does not count."""
        ...


def routes(clicked: Clicked, language: str) -> list[Route]:
    """The address of the links; `language` speaks to those of whom nothing is known."""

    async def look(request: Request) -> Response:
        return _page(clicked.look(request.path_params["token"]), language)

    async def take(request: Request) -> Response:
        return _page(await clicked.take(request.path_params["token"]), language)

    return [
        Route("/a/{token}", look, methods=["GET"]),
        Route("/a/{token}", take, methods=["POST"]),
    ]


def _page(seen: Seen | None, language: str) -> Response:
    words = _WORDS.get(language if seen is None else seen.language, _WORDS["en"])
    if seen is None:
        return _written(language, f"<p>{escape(words['gone'])}</p>", 404)
    stands = words[seen.stands].format(who=seen.who, ended=seen.ended)
    lines = [f"<h1>#{seen.incident}</h1>", f"<p>{escape(seen.what)}</p>", f"<p>{escape(stands)}</p>"]
    if seen.stands in ("open", "taken") and not seen.used:
        button = words["button" if seen.stands == "open" else "instead"].format(incident=seen.incident)
        lines.append(f'<form method="post"><button>{escape(button)}</button></form>')
    return _written(seen.language, "\n".join(lines), 200)


def _written(language: str, body: str, status: int) -> Response:
    head = '<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>netmon</title>'
    begins = f'<!doctype html>\n<html lang="{escape(language)}">\n<head>{head}<style>{_STYLE}</style></head>'
    return HTMLResponse(f"{begins}\n<body>\n{body}\n</body>\n</html>\n", status, HEADERS)
