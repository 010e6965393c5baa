"""What does netmon make of a recorded device, asked over a real wire?"""

import importlib.util
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from netmon.clock import SystemClock
from netmon.errors import CollectError
from netmon.model import Credential, Metric, Profile, Sample, Secret, Target, Task
from netmon.run.answers import bad_answer
from netmon.run.identity import Fit, Identities
from netmon.run.poller import poll
from netmon.run.schedule import Job
from netmon.settings.plugin import discover
from netmon.settings.profiles import profiles
from netmon.settings.report import Report
from netmon.wire.real import RealNet
from netmon.wire.snmp.ber import Oid
from tests.recordings.agent import COMMUNITY, serving
from tests.recordings.recording import Recording, load

HERE = Path(__file__).parent
WALKS = HERE / "walks"
GOLDEN = HERE / "golden"

COLLECTORS = (
    "snmp", "interfaces", "health", "optics", "gpon", "cellular", "routing", "neighbours", "lan", "slas", "ups"
)  # fmt: skip
"""Every collector that speaks SNMP."""

RECORDED = (
    "UPS/apc-7902b", "UPS/apc-8641", "UPS/apc-8932", "UPS/eastpower-istars-swv053", "UPS/eaton-93e-80",
    "UPS/eaton-9px-partial", "UPS/emerson-network-power", "UPS/huawei-gse200m", "UPS/ingrasys-power-switch",
    "UPS/phoenixtec-power", "UPS/vertiv-power", "bmc/hp-onboard-administrator", "camera/hikvision",
    "camera/samsung-ipolis", "camera/semac-ipcam-500", "cloud/arista-dcs-7150s-52-cl", "iot/geist-temperature-sensor",
    "network/appliance/cisco-unknown-01", "network/appliance/tripplite-poweralert",
    "network/appliance/ucdavis-sic", "network/firewall/clavister-amaranten", "network/firewall/fortinet-xcu",
    "network/firewall/netentsec-ngfw", "network/firewall/paloalto-pa-5000", "network/firewall/sangfor-ad1800-fp2",
    "network/firewall/topsec-ngfw4000-uf", "network/router/cisco-unmarked-0", "network/router/huawei-s5720",
    "network/router/juniper-mx960-12-3r6-6", "network/router/juniper-mx960-13-3r9-13", "network/router/vyatta-unknown",
    "network/switch/bdcom-s5612", "network/switch/brocade-icx6430-24", "network/switch/cisco-c3560",
    "network/switch/cisco-c3750", "network/switch/cisco-n5000", "network/switch/cts-media-converter",
    "network/switch/dlink-des3200", "network/switch/h3c-comware-7-1-075", "network/switch/h3c-e528-1",
    "network/switch/h3c-e528-2", "network/switch/h3c-wx6103", "network/switch/hpe-procurve-516733-b21",
    "network/switch/huawei-s12704", "network/switch/maipu-sm4200-16gef8ge-ac", "network/switch/metel-poe-box",
    "network/switch/ruijie-s5750-24gt12sfp", "network/switch/zte-zrx10", "network/switch/zte-zxr10-5250",
    "network/wifi/aruba-7210", "network/wifi/ubiquiti-m5", "os/linux/slackware", "os/linux/unknown-003",
    "os/linux/unknown-006", "os/windows/server-2003-5-2", "storage/isilon-onefs",
)  # fmt: skip
"""Recordings of snmpsim-data, small and middling ones: what takes time is to decompress them."""

WRITTEN = tuple(sorted(path.stem for path in WALKS.glob("*.snmprec")))

SHOWN: Mapping[str, int] = {"interfaces": 4}
"""Series of one family that a golden file shows in full, by collector; of the others it tells how many, from and to."""
SHOWN_ELSEWHERE = 12

MOVING = frozenset({"netmon_probe_rtt_seconds"})
"""Families whose values no recording has."""

PATIENCE = 60.0
"""Seconds that one collector may take on a busy machine; each is done in less than one on a quiet one."""


@dataclass(frozen=True, slots=True)
class Told:
    """What a device is taken for, and what each collector has of it: samples, or samples and why there are no more.

    `bugs` are what collectors raised that they should not, `refused` the GETBULKs that the agent could not bear.
    """

    fit: Fit
    answers: Mapping[str, tuple[Sequence[Sample], CollectError | None]]
    bugs: Sequence[Exception]
    requests: int
    refused: int

    @property
    def samples(self) -> list[Sample]:
        return [sample for samples, _ in self.answers.values() for sample in samples]


def find_data() -> Path | None:
    """The folder of snmpsim-data's recordings, if the package is installed. Nothing of it is run."""
    spec = importlib.util.find_spec("snmpsim_data")
    places = [] if spec is None else list(spec.submodule_search_locations or ())
    return Path(places[0]) / "data" if places else None


def find_file(name: str, data: Path | None) -> Path | None:
    """The file of a recording, or of a walk written by hand; None if it is not here."""
    if name in WRITTEN:
        return WALKS / f"{name}.snmprec"
    places = [] if data is None else [data / f"{name}.snmprec", data / f"{name}.snmprec.bz2"]
    return next((place for place in places if place.is_file()), None)


@cache
def plugins() -> Mapping[str, Any]:
    return discover("collectors")


@cache
def families() -> Mapping[str, Metric]:
    return {name: metric for each in plugins().values() for name, metric in each.METRICS.items()}


@cache
def vendors() -> Mapping[str, Profile]:
    """The profiles of this checkout; InputError if one of them is wrong."""
    report = Report()
    found = profiles(None, families(), report)
    report.raise_if_failed()
    return found


@cache
def subtrees() -> tuple[str, ...]:
    """What netmon may ask any device: the rest of a large recording need not be kept."""
    oids = {"1.3.6.1.2.1.1.1", "1.3.6.1.2.1.2.1", "1.3.6.1.2.1.31.1.1.1.1", "1.3.6.1.6.3.10.2.1.1"}
    for profile in vendors().values():
        for reading in (*profile.scalars, *(each for table in profile.tables for each in table.readings)):
            beside = (reading.times, reading.of, reading.free, reading.scale_by, reading.precision)
            oids |= {reading.oid, *beside, *(oid for oid, _ in reading.where), *(label.oid for label in reading.labels)}
    oids |= {f"1.3.6.1.2.1.{table}.1" for table in ("4.22.1", "4.35.1", "17.1.4.1", "17.4.3.1", "17.7.1.2.2.1")}
    oids |= {"1.3.6.1.2.1.17.7.1.4.2.1.3"}
    # a column's whole table: what stands behind it tells an agent that goes on from one that has come to its end
    return tuple(sorted({oid.removesuffix(".0").rpartition(".")[0] for oid in oids if oid}))


def read_file(path: Path) -> Recording:
    return load(path, subtrees())


async def ask(recording: Recording, no_bulk: Oid = ()) -> Told:
    """Everything that netmon asks by SNMP, asked of this device. Below `no_bulk` it cannot bear GETBULK."""
    bugs: list[Exception] = []

    def blame(job: Job, error: Exception) -> CollectError:
        bugs.append(error)
        return bad_answer(job, error)

    net, identities = RealNet(), Identities(vendors(), SystemClock())
    async with serving(recording, no_bulk) as (agent, port):
        community = Secret(COMMUNITY.decode(), "test")
        credential = Credential(id="c", version="2c", community=community, port=port)
        target = Target(
            id="d", of="device", site="s", level="commune", address="127.0.0.1", timeout=10.0, credential=credential
        )
        answers: dict[str, tuple[Sequence[Sample], CollectError | None]] = {}
        try:
            for name in COLLECTORS:
                job = Job(target, Task(collector=name, plugin=plugins()[name](), every=60.0, timeout=10.0))
                result = await poll(job, net, PATIENCE, identities, blame)
                answers[name] = (result.samples, result) if isinstance(result, CollectError) else (result, None)
        finally:
            await net.close()
        fit = identities.known("d")
        assert fit is not None
        return Told(fit, answers, bugs, agent.asked, agent.refused)


def show(told: Told) -> str:
    """What came of it as a text that a person can go through."""
    fit = told.fit
    why = "no other profile fits" if fit.match is None else f"{fit.match.object_id} begins it"
    if fit.match is not None and fit.match.descr:
        why += f", and the description has {fit.match.descr!r}"
    lines = [f"profile {fit.profile.id}: {why}", f"object id {fit.object_id or '-'}", f"description {fit.descr[:120]}"]
    for name, (samples, error) in told.answers.items():
        lines += ["", *_lines(name, samples)]
        if error is not None:
            lines.append(f"{name} ! {type(error).__name__}: {error}")
        elif not samples:
            lines.append(f"{name} has nothing")
    return "\n".join(lines) + "\n"


def _lines(collector: str, samples: Sequence[Sample]) -> list[str]:
    by_family: dict[str, list[Sample]] = defaultdict(list)
    for sample in samples:
        by_family[sample.metric].append(sample)
    most = SHOWN.get(collector, SHOWN_ELSEWHERE)
    lines: list[str] = []
    for family in sorted(by_family):
        every = by_family[family]
        lines += sorted(f"{collector} {_line(sample)}" for sample in every[:most])
        if rest := [sample.value for sample in every[most:]]:
            lines.append(f"{collector} {family} … and {len(rest)} more, {min(rest):.6g} to {max(rest):.6g}")
    return lines


def _line(sample: Sample) -> str:
    names = families()[sample.metric].labels
    labels = ",".join(f'{name}="{value}"' for name, value in zip(names, sample.labels, strict=True))
    value = "*" if sample.metric in MOVING else f"{sample.value:.6g}"
    return f"{sample.metric}{{{labels}}} {value}" if labels else f"{sample.metric} {value}"
