"""`netmon note`: what have I found out?"""

from typing import Annotated

import typer

from netmon.cli._said import Folder, Number, Who, speaker

Text = Annotated[list[str], typer.Argument(metavar="TEXT", help="What was found out.")]


def note(project: Folder, number: Number, text: Text, who: Who = "") -> None:
    """Write down what was found out about an incident, for whoever has the duty next."""
    for act in speaker(project, who).say("note", [number], text=" ".join(text)):
        print(f"#{act.incident}: noted")
