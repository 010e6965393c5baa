"""`netmon ack`: I take it, nobody else has to be woken."""

from netmon.cli._said import Folder, Numbers, Who, speaker


def ack(project: Folder, numbers: Numbers, who: Who = "") -> None:
    """Take incidents: nobody else is told of them any more, and further news comes to you alone."""
    for act in speaker(project, who).say("ack", numbers):
        print(f"#{act.incident} is taken by {act.who}")
