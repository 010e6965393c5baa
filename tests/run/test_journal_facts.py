"""Does the journal remember every row, and tell every change, whatever is folded or killed in between?"""

from dataclasses import replace
from pathlib import Path

from netmon.model import Entry, Fact, IncidentEvent
from netmon.run.journal import facts as journal_facts
from netmon.run.journal.seam import open_inline
from tests.run.values import event

NAMES = (("mac", "known by"), ("port", "may change"))


def fact(news: str, mac: str = "", port: str = "p1", target: str = "dr") -> Fact:
    assert news in ("begun", "known", "new", "changed", "gone")
    key, values = ((("mac", mac),), (("port", port),)) if mac else ((), NAMES)
    return Fact(target=target, metric="netmon_lan_host_info", news=news, key=key, values=values)  # type: ignore[arg-type]


LOG = [
    fact("begun"), fact("known", "aa"), fact("known", "bb"), fact("begun", target="er"), fact("new", "cc"),
    fact("changed", "aa", "p2"), fact("gone", "bb"), fact("known", "xx", target="er"), fact("begun", target="er"),
    fact("new", "bb"),
]  # fmt: skip
DR, ER = ("dr", "netmon_lan_host_info"), ("er", "netmon_lan_host_info")


async def test_rows_are_restored_from_any_mixture_of_snapshot_and_log(tmp_path: Path) -> None:
    for folded in range(len(LOG) + 1):
        path = tmp_path / f"{folded}.db"
        journal = open_inline(path)
        for number, one in enumerate(LOG, 1):
            await journal.write([Entry(number, float(number), one)])
            if number == folded:
                await journal.snapshot(100.0)
        await journal.close()
        journal = open_inline(path)
        found = (await journal.restore()).facts
        await journal.close()
        assert set(found) == {DR, ER}
        assert {dict(key)["mac"]: dict(row.values)["port"] for key, row in found[DR].items() if key is not None} == {
            "aa": "p2",
            "bb": "p1",
            "cc": "p1",
        }
        assert found[ER] == {None: LOG[8]}, "what began anew has forgotten what was known before"


async def test_changes_are_read_beside_a_running_service(tmp_path: Path) -> None:
    path = tmp_path / "j.db"
    journal = open_inline(path)
    await journal.write([Entry(number, float(number), one) for number, one in enumerate(LOG, 1)])
    told = event(11)
    change = IncidentEvent(event="opened", at=11.0, incident=replace(told.incident, kind="change"))
    await journal.write([Entry(11, 11.0, change), Entry(12, 12.0, event(12))])
    found = journal_facts.read(path, 6.0)
    assert [(at, one.news if isinstance(one, Fact) else one.incident.kind) for at, one in found] == [
        (6.0, "changed"),
        (7.0, "gone"),
        (10.0, "new"),
        (11.0, "change"),
    ]
    await journal.close()
