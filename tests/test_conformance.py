"""Does every plug-in, whoever wrote it, keep the contract?

The folders are read, so that a new file is tested without being named here.
"""

import inspect
import re
import socket
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import MISSING, fields, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple, get_args, get_type_hints

import pytest
from pydantic import ValidationError

from netmon.clock import SystemClock
from netmon.errors import CollectError, NotPermitted
from netmon.model import Credential, Metric, Secret, Ssh, Target
from netmon.reading.label_texts import Kept
from netmon.run.push.plug import Pushing
from netmon.settings.options import declare
from netmon.settings.plugin import Kind, discover
from netmon.sim import services
from netmon.sim.listeners import Listeners
from netmon.wire.real import RealNet
from tests.conftest import ROOT, missing
from tests.ports import free_port
from tests.wire import hostile, sshcli
from tests.wire.cage import EXAMPLES, Caged, cage, made, profile_for, soon
from tests.wire.certificates import sign
from tests.wire.snmpd import COMMUNITY, Snmpd

FOLDERS: Mapping[Kind, Path] = {
    "collectors": ROOT / "collectors",
    "notifiers": ROOT / "netmon" / "notifiers",
    "exporters": ROOT / "netmon" / "exporters",
}
FRAME_LABELS = {"site", "level", "device", "link", "service"}
"""What the frame adds to every series; a plug-in's own labels are others."""

UNITS = ("seconds", "bytes", "bytes_per_second", "celsius", "volts", "amperes", "meters", "watts", "ratio", "dbm", "db")
FOREIGN = {"ms", "milliseconds", "percent", "octets", "bits", "bps", "kilobytes", "megabytes", "minutes", "hours"}


class Plugin(NamedTuple):
    """What kind of plug-in, its name, its class."""

    kind: Kind
    name: str
    type: Any


def plugins(*kinds: Kind) -> list[Any]:
    """One pytest parameter for each file."""
    return [
        pytest.param(Plugin(kind, name, found), id=f"{kind}-{name}")
        for kind in kinds
        for name, found in discover(kind).items()
    ]


every_plugin = pytest.mark.parametrize("plugin", plugins("collectors", "notifiers", "exporters"))
every_collector = pytest.mark.parametrize("plugin", plugins("collectors"))
every_notifier = pytest.mark.parametrize("plugin", plugins("notifiers"))
every_exporter = pytest.mark.parametrize("plugin", plugins("exporters"))


@pytest.mark.parametrize("kind", FOLDERS)
def test_every_file_is_a_plugin(kind: Kind) -> None:
    assert discover(kind).keys() == {path.stem for path in FOLDERS[kind].glob("[!_]*.py")}


@every_plugin
def test_it_explains_itself(plugin: Plugin) -> None:
    help_text = inspect.getdoc(plugin.type) or ""
    assert len(help_text) > 20
    assert not help_text.startswith(f"{plugin.type.__name__}("), "that is the docstring dataclasses make"
    assert help_text.splitlines()[0].endswith("."), "the first line is a sentence"
    assert (inspect.getmodule(plugin.type).__doc__ or "").split("\n")[0].endswith(("?", "."))


@every_plugin
def test_its_options_explain_themselves(plugin: Plugin) -> None:
    hints = get_type_hints(plugin.type, include_extras=True)
    for option in fields(plugin.type):
        notes = getattr(hints[option.name], "__metadata__", ())
        told = [note.description for note in notes if getattr(note, "description", None)]
        assert told, f"{option.name} has no description"
        assert told[0].endswith("."), f"{option.name}: a description is a sentence"


@every_plugin
def test_an_unknown_option_is_rejected(plugin: Plugin) -> None:
    adapter = declare(plugin.name, plugin.type, framed=plugin.kind == "collectors").adapter
    with pytest.raises(ValidationError) as raised:
        adapter.validate_python({"no_such_option": 1})
    assert ("no_such_option",) in {error["loc"] for error in raised.value.errors()}


# --- collectors -------------------------------------------------------------------------------


@every_collector
def test_its_families_are_well_named(plugin: Plugin) -> None:
    assert plugin.type.METRICS
    for name, metric in plugin.type.METRICS.items():
        assert isinstance(metric, Metric)
        words = name.split("_")
        assert re.fullmatch(r"netmon(_[a-z0-9]+)+", name), name
        assert (words[-1] == "total") == (metric.type == "counter"), name
        assert (words[-1] == "info") == (metric.type == "info"), name
        assert not FOREIGN & set(words), f"{name}: base units only"
        measured = [unit for unit in UNITS if f"_{unit}" in name]
        assert not measured or name.removesuffix("_total").endswith(tuple(measured)), f"{name}: the unit comes last"
        assert metric.help.endswith("."), f"{name}: help is a sentence"
        assert "\n" not in metric.help
        assert len(set(metric.labels)) == len(metric.labels)
        for label in metric.labels:
            assert re.fullmatch(r"[a-zA-Z][a-zA-Z0-9_]*", label)
            assert label not in FRAME_LABELS, f"{name}: the frame adds {label}"


def test_a_family_means_the_same_everywhere() -> None:
    seen: dict[str, Metric] = {}
    for plugin in discover("collectors").values():
        for name, metric in plugin.METRICS.items():  # type: ignore[attr-defined]
            assert seen.setdefault(name, metric) == metric, name


@every_collector
def test_its_frame_makes_sense(plugin: Plugin) -> None:
    assert isinstance(plugin.type.REACHABILITY, bool)
    assert 0 < plugin.type.TIMEOUT <= plugin.type.EVERY
    assert {"every", "timeout"}.isdisjoint(option.name for option in fields(plugin.type)), "these belong to the frame"
    assert list(inspect.signature(plugin.type.collect).parameters) == ["self", "target", "net"]
    assert inspect.iscoroutinefunction(plugin.type.collect)
    if "collect_slice" in vars(plugin.type):
        assert list(inspect.signature(plugin.type.collect_slice).parameters) == ["self", "targets", "net"]
        assert inspect.iscoroutinefunction(plugin.type.collect_slice)
    if plugin.type.REACHABILITY and "netmon_probe_rtt_seconds" in plugin.type.METRICS:
        assert plugin.type.METRICS["netmon_probe_rtt_seconds"].labels == ("collector",)


@pytest.fixture(scope="module")
def living(
    require_program: Callable[[str, str], str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Target, int]]:
    """A device on loopback that answers everything there is to ask, and its open TCP port."""
    agent = Snmpd(require_program("snmpd", "snmpd"), tmp_path_factory.mktemp("living")).start()
    with socket.create_server(("127.0.0.1", 0)) as server, sshcli.serving({}) as cli:
        known = cli.known_hosts(tmp_path_factory.mktemp("keys") / "known_hosts")
        ssh = Ssh(user=sshcli.USER, port=cli.port, password=Secret(sshcli.PASSWORD, "-"), known_hosts=known)
        credential = Credential(id="c", version="2c", port=agent.port, community=Secret(COMMUNITY, "-"), ssh=ssh)
        target = Target(id="d", of="device", site="s", level="commune", address="127.0.0.1", timeout=5)
        yield replace(target, credential=credential, platform="cisco_ios"), server.getsockname()[1]
    agent.stop()


@asynccontextmanager
async def serving(plugin: Plugin, other: int) -> AsyncIterator[int]:
    """The port of a service that answers this collector, as the model of a province has it; `other` for no service."""
    if not hasattr(plugin.type, "SERVICE") or plugin.name not in get_args(services.Kind):
        yield other
        return
    if plugin.name == "tls":  # the model's sockets speak none
        with TemporaryDirectory() as folder:
            context = sign([EXAMPLES["name"]]).context(Path(folder))
        async with hostile.tcp(hostile.silent, context) as port:
            yield port
        return
    port = free_port()
    record = (EXAMPLES["name"], "A", ("10.28.0.80",))
    host = EXAMPLES["name"] if plugin.name == "http" else ""
    offer = services.Offer("d", plugin.name, "127.0.0.1", port, host, records=(record,))  # type: ignore[arg-type]
    listeners = Listeners([offer], SystemClock())
    await listeners.refresh((), {})
    try:
        yield port
    finally:
        listeners.close()


@every_collector
async def test_it_emits_what_it_declares(plugin: Plugin, living: tuple[Target, int]) -> None:
    target, other = living
    target = replace(target, profile=profile_for(plugin.name))
    net = RealNet()
    try:
        async with serving(plugin, other) as port:
            samples = await made(plugin.name, port).collect(target, net)
    except NotPermitted as error:
        missing(str(error))
    finally:
        await net.close()
    assert samples
    for sample in samples:
        metric = plugin.type.METRICS[sample.metric]
        assert len(sample.labels) == len(metric.labels), sample
        assert all(isinstance(label, str) for label in sample.labels), sample
        assert isinstance(sample.value, int | float), sample
    twice = [series for series, times in Counter((s.metric, s.labels) for s in samples).items() if times > 1]
    assert not twice
    if plugin.type.REACHABILITY and "netmon_probe_rtt_seconds" in plugin.type.METRICS:
        assert ("netmon_probe_rtt_seconds", (plugin.name,)) in {(sample.metric, sample.labels) for sample in samples}


@every_collector
async def test_a_slice_is_answered_in_order(plugin: Plugin, living: tuple[Target, int]) -> None:
    if "collect_slice" not in vars(plugin.type):
        assert not hasattr(plugin.type, "collect_slice")
        return
    target, port = living
    net = RealNet()
    try:
        results = await made(plugin.name, port).collect_slice([target] * 3, net)
        nothing = await made(plugin.name, port).collect_slice([], net)
    finally:
        await net.close()
    assert len(results) == 3
    assert not any(isinstance(result, CollectError) for result in results)
    assert nothing == []


@pytest.fixture(scope="module")
def silence(netns: None) -> Iterator[Caged]:
    """Runs a probe where packets go nowhere."""
    with cage() as ask:
        yield ask


@every_collector
def test_silence_is_unreachable_in_time_and_cancelling_leaves_nothing(plugin: Plugin, silence: Caged) -> None:
    if hasattr(plugin.type, "VANTAGE"):
        return  # it asks nothing of the device that it is pointed at
    said = soon(silence, "collect", plugin.name, within=0.3 + 0.3)
    assert said["error"] == "Unreachable"
    assert said["took"] < 0.3 + 0.3, "one time-out, not several"
    assert said["waited"]
    assert said["cancelled"]
    assert said["left"] == {"tasks": 0, "descriptors": 0}


# --- notifiers and exporters ------------------------------------------------------------------


@every_notifier
def test_a_notifier_sends(plugin: Plugin) -> None:
    assert list(inspect.signature(plugin.type.send).parameters) == ["self", "notice", "net"]
    assert inspect.iscoroutinefunction(plugin.type.send)


@every_notifier
def test_a_notifier_keeps_its_secrets(plugin: Plugin) -> None:
    """An option that sounds like a secret is a Secret, which prints as `***`."""
    hints = get_type_hints(plugin.type)
    for option in fields(plugin.type):
        if re.search(r"password|token|secret|api_?key", option.name):
            assert "Secret" in str(hints[option.name]), option.name


@every_exporter
def test_an_exporter_renders_or_delivers(plugin: Plugin) -> None:
    verbs = {"render", "deliver"} & vars(plugin.type).keys()
    assert len(verbs) == 1
    if verbs == {"render"}:
        assert "/" in plugin.type.CONTENT_TYPE
        assert list(inspect.signature(plugin.type.render).parameters) == ["self", "families"]
        assert isinstance(plugin.type().render([]), bytes)
        return
    needed = [option.name for option in fields(plugin.type) if option.default is MISSING]
    assert needed == ["url"]
    made = plugin.type(url="http://127.0.0.1:1")
    assert isinstance(made, Pushing)
    assert list(inspect.signature(plugin.type.encode).parameters) == ["self", "families", "at", "kept"]
    assert list(inspect.signature(plugin.type.deliver).parameters) == ["self", "payload", "net"]
    assert inspect.iscoroutinefunction(plugin.type.deliver)
    assert list(made.encode([], 0.0, Kept())) == []


@every_exporter
def test_an_exporter_keeps_its_secrets(plugin: Plugin) -> None:
    hints = get_type_hints(plugin.type)
    for option in fields(plugin.type):
        if re.search(r"password|token|secret|api_?key", option.name):
            assert "Secret" in str(hints[option.name]), option.name
