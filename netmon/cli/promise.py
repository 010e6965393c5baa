"""`netmon promise`: when will it be mended, says the carrier?"""

import time
from datetime import datetime
from typing import Annotated

import typer

from netmon.cli._said import Folder, Number, Who, speaker
from netmon.cli._when import coming

Until = Annotated[str, typer.Option("--until", metavar="TIME", help="Such as 23:30, '8:00 tomorrow' or '8:00 13/10'.")]
Text = Annotated[str, typer.Argument(metavar="TEXT", help="Who promised it, and what else they said.")]


def promise(project: Folder, number: Number, until: Until, text: Text = "", who: Who = "") -> None:
    """Write down until when an incident is to be mended."""
    speaking = speaker(project, who)
    at = coming(until, "--until", time.time(), speaking.zone)
    for act in speaking.say("promise", [number], text=text, until=at):
        print(f"#{act.incident} is promised until {datetime.fromtimestamp(at, speaking.zone):%H:%M %d/%m/%Y}")
