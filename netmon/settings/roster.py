"""Who is told what? alerts/routes.yaml and alerts/oncall.yaml say it."""

from collections.abc import Iterable

from netmon.people import Roster


def roster(channels: Iterable[str]) -> Roster:
    """The people, rotas and routes of a project. Without routes everything goes to every channel."""
    return Roster(channels=tuple(channels))
