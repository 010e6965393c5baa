"""What can be changed over HTTP, and by whom?"""

from starlette.routing import Route

from netmon.settings.config import Config
from netmon.web import acts
from netmon.web.gate import Gate, make_token


def routes(hears: acts.Hears, config: Config) -> list[Route]:
    """All addresses at which something can be changed. Makes the token of this start, NotPermitted if that fails."""
    gate = Gate(make_token(config.data), config.tokens, hears.refused)
    return acts.routes(hears, gate)
