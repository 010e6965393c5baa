"""`netmon ticket`: which number has the carrier's trouble ticket?"""

from typing import Annotated

import typer

from netmon.cli._said import Folder, Number, Who, speaker

Text = Annotated[list[str], typer.Argument(metavar="TICKET", help="The carrier's number.")]


def ticket(project: Folder, number: Number, text: Text, who: Who = "") -> None:
    """Write down the number of the carrier's trouble ticket for an incident; it may be over."""
    for act in speaker(project, who).say("ticket", [number], text=" ".join(text)):
        print(f"#{act.incident} has the ticket {act.text}")
