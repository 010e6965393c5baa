"""`netmon noise`: what woke people most for least, and what could be done about it?"""

import time
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from netmon.cli import _tables as shown
from netmon.decide.telling.messages import speaker
from netmon.report.noise import week
from netmon.report.words.noise import COLUMNS, tables, title, word
from netmon.run.journal import told as journal_told
from netmon.settings.project import load


def noise(
    project: Annotated[Path, typer.Argument(help="The project's folder.")] = Path(),
    days: Annotated[int, typer.Option("--days", min=1, max=400, help="So many days until now.")] = 7,
    json: Annotated[bool, typer.Option("--json", help="For scripts.")] = False,
) -> None:
    """Count the messages that people were sent: the ten rules and the ten things that made most, and what may help."""
    loaded = load(project)
    inventory, language = loaded.inventory, loaded.config.language
    words = speaker(loaded.messages, inventory, language)
    told = journal_told.read(loaded.config.data / "journal.db", time.time() - days * 86400.0)
    found = week(told, inventory, loaded.roster.people, words.zone)
    if json:
        as_dicts = {
            "by_rule": [one._asdict() for one in found.by_rule],
            "by_thing": [one._asdict() for one in found.by_thing],
        }
        shown.print_json(found._asdict() | as_dicts)
        return
    out = shown.terminal()
    out.print(Text(title(found, days, words, language), "bold"), soft_wrap=True)
    for head, rows in tables(found, words, language) if found.messages else ():
        table = shown.plain_table(head, *(word(column, language) for column in COLUMNS))
        shown.fold(table, 0, -1)
        for row in rows:
            table.add_row(*(Text(cell) for cell in row))
        out.print("", table)
