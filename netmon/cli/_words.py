"""How does a command say the same in the operators' language?"""

from collections.abc import Mapping
from dataclasses import dataclass

from netmon.cli import _tables as tables
from netmon.settings.config import Language


@dataclass(frozen=True, slots=True)
class Words:
    """A glossary of a command's own, before that of all tables; English stands for itself."""

    vietnamese: Mapping[str, str]

    def __call__(self, text: str, language: Language, /, **values: object) -> str:
        """`text` in this language, filled in."""
        own = self.vietnamese.get(text) if language == "vi" else None
        said = tables.word(text, language) if own is None else own
        return said.format_map(values) if values else said

    def count(self, number: int, things: str, language: Language) -> str:
        """`1 site`, `2 sites`, `2 điểm`."""
        said = self(f"{{count}} {things}", language, count=number)
        return said.removesuffix("s") if number == 1 and language == "en" else said
