"""How does a person's word get into the ledger?

It is appended to the journal beside the facts, whether the service runs or not; what was said before stays.
"""

import time
from dataclasses import replace
from typing import Any

import typer

from netmon.cli import _ledger_shown as shown
from netmon.cli import _tables as tables
from netmon.cli._ledger_asked import Desk, refuse
from netmon.clock import rfc3339
from netmon.decide.ledger.book import Interval, book
from netmon.decide.ledger.facts import Attribution, Correction, Field, Ruling, Subject
from netmon.decide.ledger.totals import effect
from netmon.run.journal import seam as journal
from netmon.settings.maintenance import meant

OWN = "none"
"""What a person writes for a line that nobody rents out."""


def confirm(desk: Desk, name: str, at: str, fault: Attribution, signed: tuple[str, str], json: bool) -> None:
    """Rule on the outage of this id at this time; exit 1 if it was not down then."""
    moment, (who, why) = desk.moment(at, "--at"), signed
    if moment > time.time():
        raise typer.BadParameter("what is to come cannot be confirmed", param_hint="--at")
    facts = journal.facts(desk.journal, moment, moment + 1)
    ledger = book(facts, moment, moment + 1)
    of = desk.subject(name, ledger)
    found = ledger.get((of, name), ())
    if not found or found[0].outage is None:
        state = found[0].column if found else "unmeasured"
        refuse(f"{name} was not down at {desk.text(moment)} but {state}: there is nothing to confirm")
    ruling = Ruling(at=time.time(), who=who, why=why, of=of, id=name, moment=moment, attribution=fault)
    journal.rule(desk.journal, ruling)
    outage = _outage(desk, of, name, found[0].outage or moment)
    if json:
        tables.print_json({"of": of, "id": name, "intervals": [shown.interval_json(desk, of, one) for one in outage]})
    else:
        shown.show(shown.intervals_table(desk, outage), tables.terminal())


def _outage(desk: Desk, of: Subject, name: str, begin: int) -> list[Interval]:
    """All of one outage, until now."""
    until = max(begin + 1, int(time.time()))
    ledger = book(journal.facts(desk.journal, begin, until), begin, until, (of,))
    return [one for one in ledger.get((of, name), ()) if one.outage == begin]


def chosen(carrier: str | None, circuit: str | None, parent: str | None) -> tuple[Field, str]:
    """The one field that is corrected; anything else is a usage error."""
    fields: dict[Field, str | None] = {"carrier": carrier, "circuit": circuit, "parent": parent}
    said = [(field, value) for field, value in fields.items() if value is not None]
    if len(said) != 1:
        raise typer.BadParameter("--correct takes exactly one of --carrier, --circuit and --parent")
    return said[0]


def correct(
    desk: Desk, link: str, what: tuple[Field, str], since: str, signed: tuple[str, str], dry: bool, json: bool
) -> None:
    """Say that the inventory was wrong about a line from then on, and show what that changes until now."""
    begin, until = desk.moment(since, "--since"), int(time.time())
    if begin >= until:
        raise typer.BadParameter("a correction is about the past; what is to come is for the inventory")
    facts = journal.facts(desk.journal, begin, until)
    links = {*desk.inventory.links, *(asset.id for asset in facts.assets if asset.of == "link")}
    if link not in links:
        refuse(f"no link {link}", meant(desk.inventory, link, links))
    field, value = what[0], _value(desk, *what)
    made = Correction(at=time.time(), who=signed[0], why=signed[1], link=link, field=field, since=begin, value=value)
    changed = effect(facts, begin, until, made)
    if not dry:
        made = replace(made, seq=journal.correct(desk.journal, made))
    if json:
        pairs = {
            by: [
                {"id": key, "before": shown.total_json(a), "after": shown.total_json(b)} for key, (a, b) in keys.items()
            ]
            for by, keys in changed.items()
        }
        tables.print_json({**_as_json(desk, made), "written": not dry, "changes": pairs})
        return
    out = tables.terminal()
    for by, keys in changed.items():
        shown.show(shown.effect_table(desk, by, keys), out)
        out.print()
    if not changed:
        shown.say("nothing changes in this period", desk.language)
    shown.say("not written" if dry else "written", desk.language)


def _as_json(desk: Desk, made: Correction) -> dict[str, Any]:
    return {
        "link": made.link,
        "field": made.field,
        "value": made.value,
        "since": rfc3339(made.since, desk.zone),
        "at": rfc3339(made.at, desk.zone),
        "who": made.who,
        "why": made.why,
    }


def _value(desk: Desk, field: Field, text: str) -> str | None:
    """What the field becomes; a carrier or a site that the inventory does not have ends with exit 1."""
    if field == "carrier":
        if text == OWN:
            return None
        if text not in desk.inventory.carriers:
            hint = meant(desk.inventory, text, desk.inventory.carriers)
            refuse(f"no carrier {text!r}; {OWN} is for a line of the network's own", hint)
    elif field == "parent" and text not in desk.inventory.sites:
        refuse(f"no site {text}", meant(desk.inventory, text, desk.inventory.sites))
    return text
