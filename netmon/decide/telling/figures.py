"""Which figures does the evidence of an incident bring?"""

from typing import Literal, get_args

from netmon.decide.telling.heads import LONGEST_CLUE
from netmon.decide.telling.words import Speaker, clean
from netmon.model import Clue, Incident, Inventory
from netmon.settings.message_facts import Measured

CertificateIs = Literal["certificate_expires", "certificate_expired", "certificate_renewed"]
CERTIFICATES: dict[str, CertificateIs] = {name: name for name in get_args(CertificateIs)}
CrossedIs = Literal["crossed", "crossed_back", "crossed_silent", "crossed_removed"]
CROSSED: dict[str, CrossedIs] = {name: name for name in get_args(CrossedIs)}


def measured(incident: Incident, inventory: Inventory, speaker: Speaker) -> Measured:
    """The figures that the evidence brings."""
    clues = {clue.text: dict(clue.values) for clue in incident.evidence}
    loss, rtt, unseen = clues.get("loss", {}), clues.get("rtt", {}), clues.get("never_seen", {})
    link = inventory.links.get(incident.root)
    contract = link.contract if link else None
    count = unseen.get("count", "")
    last = next((one for one in reversed(incident.evidence) if one.text in CERTIFICATES), None)
    beyond = next((one for one in reversed(incident.evidence) if one.text == "crossed"), None)
    crossed = [CROSSED[one.text] for one in incident.evidence if one.text in CROSSED]
    return Measured(
        loss=speaker.fill("{loss:percent}", loss),
        loss_limit=speaker.fill("{limit:percent}", loss),
        rtt=speaker.fill("{rtt:ms}", rtt),
        rtt_limit=speaker.fill("{limit:ms}", rtt),
        promised=contract is not None
        and (not loss or contract.loss is not None)
        and (not rtt or contract.rtt is not None),
        window=speaker.fill("{window:duration}", loss or rtt),
        targets=speaker.fill("{targets:names}", unseen),
        target_count=int(count) if count.isdecimal() else 0,
        certificate=speaker.fill("{until:date}", dict(last.values) if last else {}),
        certificate_is="" if last is None else CERTIFICATES[last.text],
        certificate_left=speaker.fill("{left:duration}", dict(last.values) if last else {}),
        crossed="" if beyond is None else _headline(beyond, speaker),
        crossed_is=crossed[-1] if crossed else "",
        alert=speaker.fill("{alertname}", clues.get("alert", {})),
    )


def _headline(beyond: Clue, speaker: Speaker) -> str:
    """The rule's own sentence if it has one in any language, else what is measured and how much it is."""
    own = speaker.fill(speaker.phrases.get("clues", "rule_says"), dict(beyond.values))
    return clean(own or speaker.fill("{metric:metric} {value:measure}", dict(beyond.values)), LONGEST_CLUE)
