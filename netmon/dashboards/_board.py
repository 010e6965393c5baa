"""What do all dashboards have in common? Their zone, their links to one another, their annotations, their choices."""

from collections.abc import Mapping, Sequence

from grafana_foundation_sdk.builders import dashboard
from grafana_foundation_sdk.builders.common import VizTextDisplayOptions
from grafana_foundation_sdk.builders.stat import Panel
from grafana_foundation_sdk.models import common as options
from grafana_foundation_sdk.models import dashboard as model

from netmon.dashboards._limits import above
from netmon.dashboards._panels import About, number
from netmon.dashboards._queries import INFLUX, PROMETHEUS, Influx, now
from netmon.dashboards._words import BLUE, RED, Words, texts

ZONE = "Asia/Ho_Chi_Minh"
STUCK = 60.0
"""Seconds after which netmon's judgement is old: the rule NetmonStuck in alerts/rules/netmon.yaml."""
_BLIND = 1e9
_KINDS = {"label_values": 1, "query_result": 3}
"""How Grafana numbers the kinds of queries of variables."""


def board(
    words: Words,
    key: str,
    title: str,
    description: str,
    *,
    span: str = "now-24h",
    refresh: str = "30s",
    annotated: str = ".*",
    influx: bool = False,
) -> dashboard.Dashboard:
    """An empty dashboard with the uid `netmon-<key>`: `site`, or `site-influx` with `influx`.

    `span`: since when it shows; `annotated`: matcher of the sites whose incidents are drawn into its graphs.
    """
    tag = f"netmon-{words.language}{'-influx' if influx else ''}"
    made = (
        dashboard.Dashboard(title)
        .uid(words.uid(key))
        .description(description)
        .tags(["netmon", tag])
        .timezone(ZONE)
        .week_start("monday")
        .refresh(refresh)
        .time(span, "now")
        .tooltip(model.DashboardCursorSync.CROSSHAIR)
        .link(
            dashboard.DashboardLink("netmon")
            .type(model.DashboardLinkType.DASHBOARDS)
            .tags([tag])
            .include_vars(True)
            .keep_time(True)
        )
    )
    return made if influx else made.annotation(_incidents(words, annotated))


def _incidents(words: Words, sites: str) -> dashboard.AnnotationQuery:
    """Incidents as regions from their beginning to their end, those without a site (a carrier, netmon itself) too."""
    return (
        dashboard.AnnotationQuery()
        .name(words("Sự cố", "Incidents"))
        .datasource(PROMETHEUS)
        .enable(True)
        .icon_color(RED)
        .expr(f'netmon_incident_info{{site=~"{sites}|"}}')
        .step("30s")
        .title_format("#{{incident}} {{name}}")
        .text_format("{{kind}} · {{cause}} · {{by}}")
        .tag_keys("severity,kind")
    )


def to(words: Words, key: str, title: str, variables: Mapping[str, str]) -> tuple[str, str]:
    """Title and address of a click to the dashboard in the file `key`: `{"site": "${__data.fields.site}"}`."""
    chosen = "".join(f"var-{name}={value}&" for name, value in variables.items())
    return title, f"/d/{words.uid(key)}?{chosen}${{__url_time_range}}"


def clicks(found: Sequence[tuple[str, str]]) -> list[dashboard.DashboardLink]:
    """The same for a whole panel, as `panel.data_links(…)` wants them."""
    return [dashboard.DashboardLink(title).url(url).type(model.DashboardLinkType.LINK) for title, url in found]


def choice(
    name: str, label: str, query: str, *, regex: str = "", many: bool = True, every: str | None = ".*"
) -> dashboard.QueryVariable:
    """A variable whose values Prometheus tells. `every`: what `All` stands for, None = the values one by one.

    With `regex` the query's rows are taken apart: `(?<text>…)` is shown and `(?<value>…)` used.
    """
    made = (
        dashboard.QueryVariable(name)
        .label(label)
        .datasource(PROMETHEUS)
        .query({"query": query, "qryType": _KINDS[query.partition("(")[0]], "refId": "A"})
        .definition(query)
        .refresh(model.VariableRefresh.ON_TIME_RANGE_CHANGED)
        .sort(model.VariableSort.NATURAL_ASC)
        .multi(many)
        .include_all(many)
    )
    if regex:
        made.regex(regex)
    if many and every is not None:
        made.all_value(every)
    if many:
        made.current(model.VariableOption(selected=True, text=["All"], value=["$__all"]))
    return made


def levels(words: Words) -> dashboard.QueryVariable:
    """`$level`."""
    return choice("level", words("Cấp", "Level"), "label_values(netmon_site_info, level)")


def areas(words: Words) -> dashboard.QueryVariable:
    """`$area`, of the levels chosen; a site of no area is in `All`."""
    return choice("area", words("Khu vực", "Area"), 'label_values(netmon_site_info{level=~"$level"}, area)')


def carriers(words: Words) -> dashboard.QueryVariable:
    """`$carrier`, of the levels chosen."""
    return choice("carrier", words("Nhà mạng", "Carrier"), 'label_values(netmon_link_info{level=~"$level"}, carrier)')


def sites(words: Words, *, many: bool = False) -> dashboard.QueryVariable:
    """`$site`, of the levels and areas chosen, by name. One of them unless `many`, of which `All` is a list."""
    return choice(
        "site",
        words("Điểm", "Site"),
        'query_result(max by (site, name) (netmon_site_info{level=~"$level",area=~"$area"}))',
        regex='/name="(?<text>.*)",site="(?<value>[^"]*)"/',
        many=many,
        every=None,
    )


def lines(words: Words, *, many: bool = False) -> dashboard.QueryVariable:
    """`$link`, of the levels, sites and carriers chosen, by id."""
    return choice(
        "link",
        words("Kênh", "Link"),
        'label_values(netmon_link_info{level=~"$level",site=~"$site",carrier=~"$carrier"}, link)',
        many=many,
        every=None,
    )


def told(name: str, label: str, query: str) -> dashboard.QueryVariable:
    """One value that InfluxDB tells: `SHOW TAG VALUES …`."""
    return (
        dashboard.QueryVariable(name)
        .label(label)
        .datasource(INFLUX)
        .query(query)
        .definition(query)
        .refresh(model.VariableRefresh.ON_TIME_RANGE_CHANGED)
        .sort(model.VariableSort.NATURAL_ASC)
    )


def age(words: Words, size: tuple[int, int] = (4, 4)) -> Panel:
    """How old what is shown is; a word where netmon is blind, has stopped, or nothing comes at all."""
    about = About(
        words("Tuổi số liệu", "Age of the data"),
        words(
            "Từ lần netmon xét trạng thái gần nhất. MÙ: trạm giám sát mất mạng, trạng thái các điểm không rõ.",
            "Since netmon last judged. BLIND: the station is cut off, and the states of the sites are not known.",
        ),
        "s",
        words("KHÔNG CÓ SỐ LIỆU", "NO DATA"),
    )
    expr = (
        f'{_BLIND:.0f} * max(netmon_incident_open{{kind="blind"}}) '
        "or time() - max(netmon_verdict_last_step_timestamp_seconds)"
    )
    panel = number(about, [now(expr)], steps=above(STUCK / 2, STUCK), size=size)
    return panel.mappings(texts({f"{_BLIND:.0f}": (words("MÙ", "BLIND"), RED)})).decimals(0)


def age_influx(words: Words, size: tuple[int, int] = (4, 4)) -> Panel:
    """The same of InfluxDB, which cannot say what time it is: Grafana reckons from the moment of the last judgement."""
    about = About(
        words("Số liệu lúc", "Data as of"),
        words("Lần netmon xét trạng thái gần nhất.", "When netmon last judged."),
        "dateTimeFromNow",
        words("KHÔNG CÓ SỐ LIỆU", "NO DATA"),
    )
    query = 'SELECT last("value") * 1000 FROM "netmon_verdict_last_step_timestamp_seconds" WHERE $timeFilter'
    return number(about, [Influx(query)], size=size).color_mode(options.BigValueColorMode.NONE)


def count(
    words: Words, title: str, description: str, expr: str, colour: str = BLUE, size: tuple[int, int] = (4, 4)
) -> Panel:
    """How many there are, in one colour; none is 0. `expr` must not be empty when there are none."""
    panel = number(About(title, description, "none", words("KHÔNG CÓ SỐ LIỆU", "NO DATA")), [now(expr)], size=size)
    panel.color_scheme(dashboard.FieldColor().mode(model.FieldColorModeId.FIXED).fixed_color(colour))
    return panel


def huge(panel: Panel, value: int, title: int) -> Panel:
    """With letters of so many pixels, for a screen on a wall."""
    return panel.text(VizTextDisplayOptions().value_size(value).title_size(title))
