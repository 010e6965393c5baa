"""Is a mistake in a message template or in the phrases found before the night on which it matters?"""

import shutil
from pathlib import Path

import pytest

from netmon.errors import InputError
from netmon.settings.messages import TEMPLATES, load_messages
from netmon.settings.phrases import read_phrases
from tests.conftest import ROOT

INSTALLED = ROOT / "alerts" / "messages"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the installed messages, to be spoilt."""
    return Path(shutil.copytree(INSTALLED, tmp_path / "messages"))


def problems(folder: Path) -> list[str]:
    with pytest.raises(InputError) as caught:
        load_messages(folder)
    return [str(problem).removeprefix(f"{folder}/") for problem in caught.value.problems]


def append(path: Path, text: str) -> int:
    """Add lines to a file; the number of the first of them."""
    before = path.read_text(encoding="utf-8")
    path.write_text(before + text, encoding="utf-8")
    return before.count("\n") + 1


def test_the_installed_messages_are_complete() -> None:
    messages = load_messages(INSTALLED)
    assert set(messages.languages) == {"vi", "en"}
    for language in messages.languages.values():
        assert set(TEMPLATES) <= set(language.templates)
    sections = [language.phrases.sections for language in messages.languages.values()]
    assert [set(section) for section in sections[0].values()] == [set(section) for section in sections[1].values()]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{% if name %}", "Unexpected end of template"),
        ("{{ name | shout }}", "No filter named 'shout'"),
        ("{{ nmae }}", "unknown variable 'nmae' (did you mean 'name'?)"),
        ("{% for call in colls %}{{ call.who }}{% endfor %}", "unknown variable 'colls' (did you mean 'calls'?)"),
        ('{% include "_part.j2" %}', "there is no _part.j2 (did you mean '_parts.j2'?)"),
        ('{% from "nowhere.j2" import x %}', "there is no nowhere.j2"),
    ],
)
def test_a_mistake_in_a_template_is_shown_by_file_and_line(folder: Path, text: str, expected: str) -> None:
    line = append(folder / "vi" / "blind.j2", f"{text}\n")
    [problem] = problems(folder)
    assert problem.startswith(f"vi/blind.j2:{line}")
    assert expected in problem


def test_every_mistake_is_reported_at_once(folder: Path) -> None:
    append(folder / "vi" / "blind.j2", "{{ nmae }}\n")
    append(folder / "en" / "outage.j2", "{{ lost }}\n")
    (folder / "en" / "unseen.j2").unlink()
    (folder / "vi" / "service.j2").write_bytes(b"\xff\xfe")
    (folder / "vi" / "threshold.j2").write_bytes(b"x" * 200_000)
    found = problems(folder)
    assert any(problem.startswith("en: there is no unseen.j2") for problem in found)
    assert any(problem.startswith("vi/service.j2: not UTF-8") for problem in found)
    assert any(problem.startswith("vi/threshold.j2: is larger than") for problem in found)
    assert len(found) == 5


def test_a_folder_without_languages_is_refused(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "absent"):
        with pytest.raises(InputError, match="a folder for each language"):
            load_messages(folder)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("\nclues:", "\ncluse:", "unknown section 'cluse' (did you mean 'clues'?)"),
        ("fibre: {vi: nghi đứt cáp, en: probably a cable cut}", "fibre: {vi: nghi đứt cáp}", "has no text in 'en'"),
        ("{target:name} ngay trước", "{target:nmae} ngay trước", "unknown format {target:nmae} (did you mean 'name'?)"),
        ("{target:name} ngay trước", "{target ngay trước", "a brace that belongs to no placeholder"),
        ("  decimal: ", "  decimel: ", "unknown word 'decimel' (did you mean 'decimal'?)"),
        ("  decimal: ", "  decimel: ", "the word 'decimal' is missing"),
        ("\nshort:", "\nshort: []\nx:", "short: a mapping is expected"),
        ("adsl: {vi: ADSL, en: ADSL}", "adsl: ADSL", "adsl: a text for each language is expected"),
        ("adsl: {vi: ADSL, en: ADSL}", "adsl: {vi: [ADSL], en: ADSL}", "a text is expected"),
        ("adsl: {vi: ADSL, en: ADSL}", "adsl: {vi: ADSL, en: ADSL", "not YAML"),
    ],
)  # fmt: skip
def test_a_mistake_in_the_phrases_is_shown_by_line(folder: Path, old: str, new: str, expected: str) -> None:
    path = folder / "phrases.yaml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    found = [problem for problem in problems(folder) if expected in problem]
    assert found
    assert found[0].startswith("phrases.yaml:")


def test_phrases_that_are_no_mapping_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "phrases.yaml"
    path.write_text("- a\n", encoding="utf-8")
    with pytest.raises(InputError, match="a mapping of sections"):
        read_phrases(path, ["vi"])
