"""Which sites lose their electricity when the supplier says so?

The supplier names customers by their codes, or whole communes; the inventory knows who has which code.
"""

from collections.abc import Iterable

from netmon.model import Inventory


def code(text: str) -> str:
    """A customer code without the blanks and points that people put into it, in capital letters.

    >>> code("pa 0407.0012345")
    'PA04070012345'
    """
    return "".join(one for one in text.upper() if one.isalnum())


def customers(inventory: Inventory) -> dict[str, tuple[str, ...]]:
    """The sites of each customer code."""
    found: dict[str, tuple[str, ...]] = {}
    for site in inventory.sites.values():
        if site.power is not None and (key := code(site.power.customer)):
            found[key] = (*found.get(key, ()), site.id)
    return found


def without_power(inventory: Inventory, codes: Iterable[str], communes: Iterable[str]) -> tuple[str, ...]:
    """The sites that have one of these customer codes, or that are one of these sites or in one of these areas, each
    once; what is not known is left out."""
    fed, named = customers(inventory), set(communes)
    found = [site for each in codes for site in fed.get(code(each), ())]
    found += [site.id for site in inventory.sites.values() if site.id in named or site.area in named]
    return tuple(dict.fromkeys(found))
