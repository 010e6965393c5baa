"""What do the services of an inventory offer, going by what is asked of them?"""

from collections.abc import Iterator

from netmon.model import Inventory
from netmon.sim.services import Offer


def offers(inventory: Inventory) -> Iterator[Offer]:
    """An offer for each question that the model can answer."""
    yield from ()
