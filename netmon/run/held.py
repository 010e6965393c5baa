"""Beyond which loss and delay is a line called degraded?

The contract's, or the norm's where it says nothing (netmon.decide.quality): a picture draws the limit that the verdict
judges by, beside what is measured.
"""

from collections.abc import Iterator, Mapping

from netmon.model import Contract, Family, Inventory, Metric
from netmon.run.store import label_text


def held_families(inventory: Inventory, held: Mapping[str, tuple[str, Contract]]) -> Iterator[Family]:
    """The limits of each line that is measured. `held`: by whatever is pinged, the line and what it is held to."""
    lines = {
        label_text(("site", "level", "link"), (link.site, inventory.sites[link.site].level, link.id)): promised
        for line, promised in held.values()
        if (link := inventory.links.get(line)) is not None
    }
    yield Family(
        "netmon_link_limit_loss_ratio",
        Metric("gauge", "Share of lost packets beyond which a line is degraded."),
        [(text, promised.loss) for text, promised in lines.items() if promised.loss is not None],
    )
    yield Family(
        "netmon_link_limit_rtt_seconds",
        Metric("gauge", "Round-trip time beyond which a line is degraded."),
        [(text, promised.rtt) for text, promised in lines.items() if promised.rtt is not None],
    )
