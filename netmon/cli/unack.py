"""`netmon unack`: I cannot take it after all."""

from netmon.cli._said import Folder, Numbers, Who, speaker


def unack(project: Folder, numbers: Numbers, who: Who = "") -> None:
    """Give incidents back: from now on others are told again until somebody takes them."""
    for act in speaker(project, who).say("unack", numbers):
        print(f"#{act.incident} was given back by {act.who}; netmon goes on until somebody takes it")
