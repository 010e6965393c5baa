"""`netmon called`: whom have I called?"""

from typing import Annotated

import typer

from netmon.cli._said import Folder, Number, Who, speaker

Text = Annotated[list[str], typer.Argument(metavar="WHOM", help="Who was called, and what they said.")]


def called(project: Folder, number: Number, text: Text, who: Who = "") -> None:
    """Write down who was called about an incident."""
    for act in speaker(project, who).say("called", [number], text=" ".join(text)):
        print(f"#{act.incident}: written down that {act.who} called {act.text}")
