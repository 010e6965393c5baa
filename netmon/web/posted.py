"""What does somebody send, and is it what is wanted?"""

from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError
from pydantic_core import from_json
from starlette.exceptions import HTTPException
from starlette.requests import Request

MOST = 64 * 1024
"""Octets that a body may have."""

T = TypeVar("T")


async def sent(request: Request, most: int = MOST) -> Any:
    """The JSON that the body is. HTTPException 400 if it is none, 413 once it is longer than `most` octets."""
    read = bytearray()
    async for part in request.stream():
        read += part
        if len(read) > most:
            raise HTTPException(413, "Content Too Large", {"connection": "close"})
    try:
        return from_json(bytes(read))
    except ValueError as error:
        raise HTTPException(400, f"this is no JSON: {error}") from None


async def sent_object(request: Request) -> dict[str, Any]:
    """As `sent`; HTTPException 400 if it is no object."""
    found = await sent(request)
    if not isinstance(found, dict):
        raise HTTPException(400, "a JSON object is wanted")
    return found


def read(form: TypeAdapter[T], found: dict[str, Any]) -> T:
    """What an object says in this form. HTTPException 400 names the first thing that is wrong with it."""
    try:
        return form.validate_python(found)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(map(str, first["loc"]))
        raise HTTPException(400, f"{where}: {first['msg']}") from None
