"""What does somebody want to read?"""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from netmon.settings.config import Language
from netmon.settings.reports import Grouping, Structure

__all__ = ["Asked", "Grouping", "Option", "Structure"]

Option = Literal["theirs", "id"]
"""What only some reports ask of whoever wants one; each names its own as `TAKES`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A report over [since, until), seconds since the epoch; `month` = "2026-10" if it is a calendar month, else "".

    `by` (of those that `settings.reports.GROUPED` has for it) and `structure` say how it is grouped; `theirs` is a file
    of somebody else's figures, for those reports that compare; `id` chooses one thing where a report is about one.
    """

    since: int
    until: int
    month: str = ""
    by: Grouping = "link"
    structure: Structure = "date"
    language: Language = "vi"
    theirs: Path | None = None
    id: str = ""
