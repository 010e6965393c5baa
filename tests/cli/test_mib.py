"""Do vendors' MIB files become names, and is what is missing or broken said?"""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from netmon.cli.main import build
from netmon.errors import InputError
from netmon.run.heard.names import load_names

SMI = """\
{name} DEFINITIONS ::= BEGIN
IMPORTS MODULE-IDENTITY, OBJECT-TYPE, NOTIFICATION-TYPE, {parent} FROM {source}
    DisplayString FROM SNMPv2-TC
    ifIndex FROM IF-MIB;
{root} MODULE-IDENTITY
    LAST-UPDATED "202601010000Z" ORGANIZATION "Acme" CONTACT-INFO "x" DESCRIPTION "x" ::= {{ {parent} {arc} }}
{root}Traps OBJECT IDENTIFIER ::= {{ {root} deep(5) 0 }}
{root}Temp OBJECT-TYPE SYNTAX INTEGER MAX-ACCESS read-only STATUS current DESCRIPTION "x" ::= {{ {root} 1 }}
{root}Hot NOTIFICATION-TYPE OBJECTS {{ {root}Temp, ifIndex }} STATUS current DESCRIPTION "x" ::= {{ {root}Traps 7 }}
END
"""
OLD = """\
OLD-MIB DEFINITIONS ::= BEGIN
IMPORTS enterprises FROM RFC1155-SMI TRAP-TYPE FROM RFC-1215;
old OBJECT IDENTIFIER ::= { enterprises 99998 }
oldFan TRAP-TYPE ENTERPRISE old DESCRIPTION "x" ::= 3
END
"""
LOOP = """\
LOOP-MIB DEFINITIONS ::= BEGIN
one OBJECT IDENTIFIER ::= { two 1 }
two OBJECT IDENTIFIER ::= { one 1 }
END
"""


def acme(name: str = "ACME-MIB", root: str = "acme", parent: str = "enterprises", source: str = "SNMPv2-SMI") -> str:
    return SMI.format(name=name, root=root, parent=parent, source=source, arc=99999)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "inventory").mkdir()
    sites = "sites: {a: {name: A, level: province, devices: {noc: {role: server}}}}\n"
    (tmp_path / "inventory" / "a.yaml").write_text(f"levels: [province]\nvantage: noc\n{sites}")
    (tmp_path / "files").mkdir()
    return tmp_path


def compiled(project: Path, **files: str) -> Result:
    for name, text in files.items():
        (project / "files" / f"{name}.mib").write_text(text, encoding="utf-8")
    return CliRunner().invoke(build(["mib"]), ["mib", "compile", str(project / "files"), "--project", str(project)])


def test_names_come_out_of_mibs_that_build_on_each_other(project: Path) -> None:
    done = compiled(project, a=acme(), b=acme("MORE-MIB", "more", "acme", "ACME-MIB"), c=OLD)
    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout.splitlines() == ["ACME-MIB: 4 names", "MORE-MIB: 4 names", "OLD-MIB: 2 names"]
    names = load_names(project / "var")
    assert names["1.3.6.1.4.1.99999.5.0.7"] == "ACME-MIB::acmeHot"
    assert names["1.3.6.1.4.1.99999.99999.5.0.7"] == "MORE-MIB::moreHot"
    assert names["1.3.6.1.4.1.99998.0.3"] == "OLD-MIB::oldFan"
    assert json.loads((project / "var" / "mibs" / "OLD-MIB.json").read_text())["1.3.6.1.4.1.99998"] == "OLD-MIB::old"


def test_what_is_missing_or_broken_is_said_and_the_rest_is_there(project: Path) -> None:
    broken = acme().replace("OBJECT IDENTIFIER ::=", "OBJECT ::=")
    done = compiled(project, a=acme(), b=acme("MORE-MIB", "more", "lost", "LOST-MIB"), c=broken, d=LOOP, e=acme())
    assert done.exit_code == 1
    assert done.stdout.splitlines()[0] == "ACME-MIB: 4 names"
    said = done.stderr.splitlines()
    assert len(said) == 5
    assert said[0].startswith("c.mib:7:1: not a MIB: ")
    assert said[1] == "e.mib: ACME-MIB is in a.mib too"
    assert said[2] == "b.mib: MORE-MIB: no OID for more and 3 more: LOST-MIB is missing, which lost is imported from"
    assert "hangs below itself" in said[3]
    assert load_names(project / "var")["1.3.6.1.4.1.99999.5.0.7"] == "ACME-MIB::acmeHot"


def test_noise_is_no_mib(project: Path) -> None:
    (project / "files" / "noise.mib").write_bytes(bytes(range(256)) * 50)
    (project / "files" / "readme.pdf").write_text("not looked at")
    done = compiled(project)
    assert done.exit_code == 1
    assert done.stderr.startswith("noise.mib:1:1: not a MIB: ")
    assert len(done.stderr.splitlines()) == 1


def test_a_folder_that_is_not_there(project: Path) -> None:
    (project / "files").rmdir()
    done = compiled(project)
    assert isinstance(done.exception, InputError)
    assert [str(each) for each in done.exception.problems] == [f"{project / 'files'}: no such folder"]
