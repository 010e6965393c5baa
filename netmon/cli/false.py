"""`netmon false`: that was no fault, and why was it told?"""

from typing import Annotated

import typer

from netmon.cli._said import Folder, Number, Who, speaker

Why = Annotated[str, typer.Option("--why", metavar="TEXT", help="What it really was.")]


def false(project: Folder, number: Number, why: Why, who: Who = "") -> None:
    """Say that an incident was no fault; the weekly list of noise counts these by rule and line."""
    for act in speaker(project, who).say("false", [number], text=why):
        print(f"#{act.incident} is counted as a false alarm: {act.text}")
