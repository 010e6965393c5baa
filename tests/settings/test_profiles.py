"""Is a vendor's profile read as it is written, and is what is wrong in it told at its place?"""

from collections.abc import Mapping
from pathlib import Path

import pytest

from netmon.errors import InputError
from netmon.model import LabelSource, Metric, Profile
from netmon.settings.plugin import discover
from netmon.settings.profiles import profiles
from netmon.settings.project import families
from netmon.settings.report import Report
from tests.settings.written import SMALL, checked, write

BAD = sorted((Path(__file__).parent / "bad" / "profiles").glob("*.yaml"))
PARENT = """\
name: Parent
match: [{object_id: 1.3.6.1.4.1.99999.1}]
scalars:
  memory: {readings: [{metric: netmon_memory_used_ratio, oid: 1.3.6.1.4.1.99999.2.0, labels: [{text: all}]}]}
tables:
  boards: {readings: [{metric: netmon_cpu_ratio, oid: 1.3.6.1.4.1.99999.3, labels: [{arcs: [0, 1]}]}]}
  fans: {readings: [{metric: netmon_fan_ok, oid: 1.3.6.1.4.1.99999.4, labels: [{arcs: [0, null]}], yes: [1]}]}
traps: {1.3.6.1.4.1.99999.0.1: dying_gasp, 1.3.6.1.4.1.99999.0.2: on_battery}
syslog: [{match: "far (?P<port>.*)", means: link_down}]
"""
CHILD = """\
name: Child
match: [{object_id: 1.3.6.1.4.1.99999.1, descr: "Model [AB]"}]
inherits: [parent]
scalars: {memory: null}
tables:
  boards:
    entry: 1.3.6.1.4.1.99999.5.1
    bulk: false
    labels: [{oid: .2, as: mac}]
    where: {.9: [1, 2]}
    readings: [{metric: netmon_cpu_ratio, oid: .3, scale: 0.01, where: {.8: "^on"}, invalid: [255]}]
traps: {1.3.6.1.4.1.99999.0.2: on_mains}
syslog: [{match: "near", means: link_up}]
"""


def families_there_are() -> Mapping[str, Metric]:
    return families(discover("collectors"))


def read(project: Path, files: Mapping[str, str]) -> dict[str, Profile]:
    folder = project / "collectors" / "profiles"
    folder.mkdir(parents=True)
    for name, text in files.items():
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    report = Report()
    found = profiles(project, families_there_are(), report)
    report.raise_if_failed()
    return found


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.stem)
def test_says_exactly_what_is_wrong(path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first, _, text = path.read_text(encoding="utf-8").partition("\n")
    project = write(tmp_path, {"small.yaml": SMALL})
    (project / "collectors" / "profiles").mkdir(parents=True)
    (project / "collectors" / "profiles" / "acme.yaml").write_text(text, encoding="utf-8")
    code, lines = checked(project, capsys)
    assert lines == [f"collectors/profiles/acme.yaml:{first.removeprefix('# expect: ')}"]
    assert code == 1


def test_there_are_many() -> None:
    assert len(BAD) >= 16


def test_an_id_belongs_to_one_file(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="'generic' is already the id of an installed profile"):
        read(tmp_path, {"generic": PARENT})


def test_the_nearest_group_of_a_name_counts_and_null_takes_one_away(tmp_path: Path) -> None:
    child = read(tmp_path, {"parent": PARENT, "child": CHILD})["child"]
    assert child.inherits == ("parent",)
    assert child.scalars == ()
    assert [table.name for table in child.tables] == ["fans", "boards"], "what is nearer comes last, and so wins"
    [reading] = child.tables[1].readings
    assert not child.tables[1].bulk
    assert reading.oid == "1.3.6.1.4.1.99999.5.1.3"
    assert reading.labels == (LabelSource("1.3.6.1.4.1.99999.5.1.2", None, "mac"),)
    assert dict(reading.where) == {
        "1.3.6.1.4.1.99999.5.1.9": frozenset({1, 2}),
        "1.3.6.1.4.1.99999.5.1.8": "^on",
    }
    assert reading.invalid == frozenset({255})
    assert child.traps == {"1.3.6.1.4.1.99999.0.1": "dying_gasp", "1.3.6.1.4.1.99999.0.2": "on_mains"}
    assert child.syslog == (("near", "link_up"), ("far (?P<port>.*)", "link_down"))


def test_grandparents_and_diamonds(tmp_path: Path) -> None:
    left, right = CHILD.replace("name: Child", "name: L"), "name: R\ninherits: [parent]\n"
    bottom = "name: B\ninherits: [left, right]\n"
    found = read(tmp_path, {"parent": PARENT, "left": left, "right": right, "bottom": bottom})["bottom"]
    assert found.inherits == ("parent", "left", "right")
    assert {table.name for table in found.tables} == {"fans", "boards"}
    assert found.scalars == ()


def test_what_is_wrong_is_told_again_of_the_same_text(tmp_path: Path) -> None:
    with pytest.raises(InputError) as first:
        read(tmp_path / "1", {"acme": "nome: Acme\n"})
    with pytest.raises(InputError) as again:
        read(tmp_path / "2", {"acme": "nome: Acme\n"})
    assert first.value.problems == again.value.problems
