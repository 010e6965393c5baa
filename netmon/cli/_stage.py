"""How does the demonstration look while it runs, on a terminal and in a file?"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from rich.box import SIMPLE
from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from netmon.model import Inventory, Notice, Standing, State
from netmon.sim.faults import Line

COLOURS = {
    State.UP: "green",
    State.DEGRADED: "yellow",
    State.DOWN: "bold red",
    State.UNREACHABLE: "magenta",
    State.UNKNOWN: "dim",
}
LAST = 8


class Stage:
    """A live picture on a terminal; elsewhere one line for each thing that happens."""

    def __init__(self, inventory: Inventory, console: Console) -> None:
        self._inventory, self._console = inventory, console
        self._happenings: list[tuple[float, str, str]] = []
        self._notice: Notice | None = None
        self._live = Live(console=console, refresh_per_second=4, transient=True) if console.is_terminal else None

    def __enter__(self) -> "Stage":
        if self._live is not None:
            self._live.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._live is not None:
            self._live.stop()

    def happened(self, at: float, what: str, style: str = "") -> None:
        """Something to remember: `at` in seconds since the faults began."""
        self._happenings.append((at, what, style))
        if self._live is None:
            self._console.print(f"{at:6.1f} s  {what}", highlight=False)

    def told(self, at: float, notice: Notice) -> None:
        """A message was sent."""
        self._notice = notice
        colour = (
            "green" if notice.event == "resolved" else "red" if notice.incident.severity == "critical" else "yellow"
        )
        self.happened(at, f"message: {notice.subject}", colour)

    def show(self, at: float, length: float, standings: Mapping[str, Standing]) -> None:
        """Draw the province as it stands."""
        if self._live is not None:
            self._live.update(self._picture(at, length, standings))

    def _picture(self, at: float, length: float, standings: Mapping[str, Standing]) -> RenderableType:
        done = int(40 * max(0.0, min(1.0, at / length)))
        bar = Text("━" * done, "cyan") + Text("━" * (40 - done), "dim") + Text(f"  {at:5.1f} of {length:.0f} s")
        parts: list[RenderableType] = [bar, levels(self._inventory, standings), self._history()]
        if self._notice is not None:
            parts.append(Panel(self._notice.text, title="the last message", title_align="left", border_style="cyan"))
        return Group(*parts)

    def _history(self) -> Table:
        table = Table.grid(padding=(0, 1))
        for at, what, style in self._happenings[-LAST:]:
            table.add_row(f"{at:6.1f} s", Text(what, style))
        return table


def levels(inventory: Inventory, standings: Mapping[str, Standing]) -> Table:
    """Sites by level and state."""
    table = Table(box=SIMPLE, pad_edge=False)
    table.add_column("level")
    for state in State:
        table.add_column(state.value, justify="right", style=COLOURS[state])
    for level in inventory.levels:
        sites = [site.id for site in inventory.sites.values() if site.level == level]
        count = Counter(standings[site].state if site in standings else State.UNKNOWN for site in sites)
        table.add_row(level, *(str(count[state]) if count[state] else Text("·", "dim") for state in State))
    return table


def comparison(lines: Sequence[Line]) -> Table:
    """What was expected beside what was seen."""
    table = Table(box=SIMPLE, pad_edge=False, title="expected and seen", title_justify="left")
    table.add_column("expected")
    table.add_column("seen")
    table.add_column("")
    for line in lines:
        table.add_row(line.expected, line.seen, Text("agrees", "green") if line.agrees else Text("DIFFERS", "bold red"))
    return table


def messages(notices: Iterable[Notice]) -> RenderableType:
    """Every message that was sent, as people would have read it."""
    return Group(*(Panel(notice.text, title=notice.id, title_align="left") for notice in notices))
