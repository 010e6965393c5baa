"""Letters to carriers for the golden files beside; `python -m tests.report.letters` writes them anew, to be read before
they are kept."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from netmon.decide.telling.messages import speaker
from netmon.model import Clue, IncidentEvent, Inventory, Link
from netmon.people import Act
from netmon.report.tickets import Sender, tickets
from netmon.settings.config import Language
from tests.decide.messages_province import at, district_cut, fallback, poor_adsl, province
from tests.decide.told import MESSAGES, ended

GOLDEN = Path(__file__).parent / "golden"


def inventory() -> Inventory:
    """The province, with ports, speeds and promises on its lines and addresses of its carriers."""
    made = province()

    def line(one: Link) -> Link:
        if one.site != "van-yen":
            return replace(one, bandwidth=50_000_000)
        contract = replace(one.contract, availability=0.999)
        return replace(one, bandwidth=200_000_000, local="Gi0/0/0", remote="Gi0/0/4", contract=contract)

    carriers = {key: replace(one, email=f"suco@{key}.example.vn") for key, one in made.carriers.items()}
    return replace(made, links={key: line(one) for key, one in made.links.items()}, carriers=carriers)


def examples() -> Iterator[tuple[str, IncidentEvent, tuple[Act, ...]]]:
    """What a letter shows, the incident as it stands, and what was said of it."""
    calls = (
        Act(verb="called", who="binh", at=at(21, 20), incident=4127, text="VNPT: đang cử người"),
        Act(verb="ticket", who="binh", at=at(21, 31), incident=4127, text="VNPT-123/22"),
        Act(verb="promise", who="binh", at=at(21, 31), incident=4127, text="nối cáp km 12", until=at(23, 30)),
        Act(verb="note", who="lan", at=at(21, 40), incident=4127, text="xã báo còn điện"),
        Act(verb="ack", who="binh", at=at(21, 15), incident=4127),
    )
    uptime = Clue(at(23, 3), "van-yen-r1", "not_rebooted", (("device", "van-yen-r1"), ("uptime", "3456000")))
    back = ended(district_cut(), 23, 2, "fibre")
    back = replace(back, incident=replace(back.incident, evidence=(*back.incident.evidence, uptime)))
    yield "a district is cut off, two carriers", district_cut(), calls
    yield "it is over", back, ()
    yield "a commune runs on 4G", fallback(), ()
    yield "a poor line", poor_adsl(), ()


def golden(language: Language) -> str:
    """What the golden file of a language holds."""
    places = inventory()
    parts = []
    for title, event, acts in examples():
        names = {"binh": "anh Bình", "lan": "chị Lan"}
        words = speaker(MESSAGES, places, language)
        sender = Sender(language, words, at(21, 49), "trực phòng máy (trực 24/7), 0216 000 0010", names)
        parts += [
            f"== {title}\nTo: {letter.to}\nSubject: {letter.subject}\n\n{letter.text}"
            for letter in tickets(event.incident, acts, sender)
        ]
    return "\n".join(parts)


if __name__ == "__main__":
    GOLDEN.mkdir(exist_ok=True)
    languages: tuple[Language, ...] = ("vi", "en")
    for each in languages:
        (GOLDEN / f"tickets.{each}.txt").write_text(golden(each), encoding="utf-8")
