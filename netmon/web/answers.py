"""How does an answer in JSON look?"""

import json
from collections.abc import Mapping
from typing import Any

from starlette.responses import Response


def as_json(value: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """JSON without needless spaces; letters stay as they are."""
    body = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()
    return Response(body, status, headers, "application/json")
