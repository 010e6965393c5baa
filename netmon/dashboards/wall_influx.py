"""The screen for the whole room, where there is only InfluxDB.

InfluxQL joins nothing: sites go by their ids, and incidents have no age. netmon's own wall at /wall has both.
"""

import re

from grafana_foundation_sdk.builders import dashboard
from grafana_foundation_sdk.models import common as options
from grafana_foundation_sdk.models import dashboard as model

from netmon.dashboards._board import age_influx, board, huge
from netmon.dashboards._limits import Step
from netmon.dashboards._panels import About, number
from netmon.dashboards._queries import Influx
from netmon.dashboards._words import AMBER, BLUE, GREEN, GREY, RED, STATES, Words, flags, mapped, texts
from netmon.dashboards.wall import LETTERS, MOST, NAMED, listed, renamed

SPAN = "now-1m"
"""What was not written within a minute is not so any more: an incident that is over, a netmon that has stopped."""


def build(words: Words) -> dashboard.Dashboard:
    """For a kiosk at 1920 x 1080."""
    made = board(
        words,
        "wall-influx",
        words("netmon: Màn hình lớn (InfluxDB)", "netmon: Wall (InfluxDB)"),
        words(
            "Như Màn hình lớn, số liệu từ InfluxDB. netmon có trang riêng tại /wall, đầy đủ hơn.",
            "As the wall, from InfluxDB. netmon has a page of its own at /wall, with more on it.",
        ),
        span=SPAN,
        refresh="10s",
        influx=True,
    )
    _counts(made, words)
    _incidents(made, words)
    _sites(made, words)
    return made


def _counts(made: dashboard.Dashboard, words: Words) -> None:
    for vi, en, states, colour in (
        ("MẤT LIÊN LẠC", "CUT OFF", "down|unreachable", RED),
        ("SUY GIẢM", "DEGRADED", "degraded", AMBER),
        ("KHÔNG RÕ", "UNKNOWN", "unknown", GREY),
        ("HOẠT ĐỘNG", "UP", "up", GREEN),
    ):
        about = About(
            words(vi, en),
            words("Số điểm, theo số liệu trong một phút qua.", "Sites, by what was written within a minute."),
            "none",
            words("KHÔNG CÓ SỐ LIỆU", "NO DATA"),
        )
        each = f'SELECT last("value") AS "is" FROM "netmon_site_state" WHERE "state" =~ /^({states})$/ AND $timeFilter'
        query = Influx(f'SELECT sum("is") FROM ({each} GROUP BY "site", "state") WHERE $timeFilter')
        panel = number(about, [query], steps=(Step(None, colour),), size=(5, 6))
        made.with_panel(huge(panel, 130, LETTERS))
    made.with_panel(huge(age_influx(words, (4, 6)), LETTERS, LETTERS))


def _incidents(made: dashboard.Dashboard, words: Words) -> None:
    about = About(
        words("Sự cố", "Incidents"),
        words(f"Tối đa {MOST} của mỗi loại: chưa ai nhận, đã nhận.", f"At most {MOST} of each: not taken, and taken."),
        "none",
        words("Không có sự cố", "No incident is open"),
    )
    info = 'SELECT last("value") FROM "netmon_incident_info" WHERE $timeFilter'
    queries = [
        Influx(f"{info} AND \"by\" = '' GROUP BY \"incident\", \"name\" SLIMIT {MOST}", "[[tag_name]]", "A"),
        Influx(f'{info} AND "by" != \'\' GROUP BY "incident", "name", "by" SLIMIT {MOST}',
               "[[tag_name]] · [[tag_by]]", "B"),
    ]  # fmt: skip
    panel = listed(about, queries, (12, 9))
    panel.override_by_query("A", said(words("CHƯA AI NHẬN", "NOBODY YET"), RED))
    made.with_panel(panel.override_by_query("B", said(words("đã nhận", "taken"), BLUE)))


def said(text: str, colour: str) -> list[model.DynamicConfigValue]:
    """All numbers of a query as one text in one colour."""
    return [
        model.DynamicConfigValue(id_val="mappings", value=mapped(texts({"1": (text, colour)}))),
        model.DynamicConfigValue(id_val="color", value={"mode": "fixed", "fixedColor": colour}),
    ]


def _sites(made: dashboard.Dashboard, words: Words) -> None:
    about = About(
        words("Điểm không tốt", "Sites that are not well"),
        words(
            f"Mã điểm, tối đa {NAMED}: ✕ mất liên lạc, ◆ bị ảnh hưởng, ▲ suy giảm, ? không rõ.",
            f"By their ids, at most {NAMED}: ✕ down, ◆ unreachable, ▲ degraded, ? unknown.",
        ),
        "none",
        words("Tất cả đều tốt", "All are well"),
    )
    bad = {name: shown for name, shown in STATES.items() if name != "up"}
    each = (
        f'SELECT last("value") AS "is" FROM "netmon_site_state" WHERE "state" =~ /^({"|".join(bad)})$/ AND $timeFilter'
    )
    inner = f'({each} GROUP BY "site", "state")'
    query = f'SELECT "is" FROM {inner} WHERE "is" = 1 AND $timeFilter GROUP BY "site", "state" SLIMIT {NAMED}'
    panel = listed(about, [Influx(query, "([[tag_state]]) [[tag_site]]")], (12, 9))
    panel.orientation(options.VizOrientation.AUTO).text_mode(options.BigValueTextMode.NAME)
    for shown in bad.values():
        colour = {"mode": "fixed", "fixedColor": shown.colour}
        panel.override_by_regexp(f"/^{re.escape(shown.sign)}/", [model.DynamicConfigValue("color", colour)])
    made.with_panel(panel.transformations([renamed(name, shown.sign) for name, shown in bad.items()]))
    tiles = About(
        words("Các điểm", "The sites"),
        words("Một ô mỗi điểm: ● hoạt động, ✕ không.", "A tile for each site: ● it is up, ✕ it is not."),
        "none",
        words("KHÔNG CÓ SỐ LIỆU", "NO DATA"),
    )
    up = 'SELECT last("value") FROM "netmon_site_state" WHERE "state" = \'up\' AND $timeFilter GROUP BY "site"'
    signs = flags(("●", GREEN), ("✕", RED))
    all_of = number(tiles, [Influx(up, "[[tag_site]]")], size=(24, 12)).mappings(signs)
    made.with_panel(huge(all_of.text_mode(options.BigValueTextMode.VALUE), LETTERS, LETTERS))
