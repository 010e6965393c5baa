"""Which channels are there, how much may be told there, and how often?

Under `notifiers:` a name holds one plug-in with its options, and beside it what is true of any channel.
"""

from dataclasses import dataclass, fields
from typing import Annotated, Any

from pydantic import Field, TypeAdapter, with_config

from netmon.model import Channel
from netmon.people import Detail
from netmon.settings.language import STRICT
from netmon.settings.options import Maker, Shelf
from netmon.settings.report import did_you_mean
from netmon.settings.sheet import validate
from netmon.settings.tree import Map, key_spot
from netmon.units import RateOf


@with_config(STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelEntry:
    """What may stand beside the plug-in."""

    detail: Annotated[
        Detail,
        Field(description="public = without addresses, models, circuits and configuration: strangers may read it."),
    ] = "full"
    rate: Annotated[RateOf | None, Field(description="At most so many messages in so long; the rest waits.")] = None


CHANNEL: TypeAdapter[ChannelEntry] = TypeAdapter(ChannelEntry)
BESIDE = tuple(one.name for one in fields(ChannelEntry))


def channels(chosen: Map, shelf: Shelf, maker: Maker) -> tuple[dict[str, Any], dict[str, Channel]]:
    """The plug-ins and what stands beside them, by the names of the channels; mistakes are reported and left out."""
    plugins: dict[str, Any] = {}
    beside: dict[str, Channel] = {}
    for name, written in chosen.items.items():
        key = _plugin_key(name, chosen, shelf, maker)
        if key is None or not isinstance(written, Map):
            continue
        entry = _beside(written, maker)
        plugin = maker.made(shelf, key, written.items[key], written.keys[key])
        if plugin is not None:
            plugins[name] = plugin
            address = vars(type(plugin)).get("ADDRESS", "")
            beside[name] = Channel(detail=entry.detail, rate=entry.rate, address=address)
    return plugins, beside


def _plugin_key(name: str, chosen: Map, shelf: Shelf, maker: Maker) -> str | None:
    """The one key of this channel that names its plug-in; None if that cannot be told, which is reported."""
    written = chosen.items[name]
    keys = [key for key in written.items if key not in BESIDE] if isinstance(written, Map) else []
    if len(keys) == 1:
        return keys[0]
    known = [key for key in keys if key in shelf.options]
    if len(known) == 1 and isinstance(written, Map):
        for key in keys:
            if key not in known:
                maker.report.error(
                    written.keys[key], f"unknown key {key!r} beside the plug-in", did_you_mean(key, BESIDE)
                )
        return known[0]
    spot = key_spot(chosen, (name,))
    maker.report.error(spot, f"notifier {name!r}: exactly one plug-in with its options, such as `console: {{}}`")
    return None


def _beside(written: Map, maker: Maker) -> ChannelEntry:
    keys = [key for key in BESIDE if key in written.items]
    tree = Map(written.at, {key: written.items[key] for key in keys}, {key: written.keys[key] for key in keys})
    entry, _ = validate(CHANNEL, ChannelEntry, tree, maker.secrets, maker.report)
    return entry if isinstance(entry, ChannelEntry) else ChannelEntry()
