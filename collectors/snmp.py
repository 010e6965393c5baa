"""Does the SNMP agent answer, what is the device, and since when does it run?"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar

from netmon.errors import BadAnswer
from netmon.model import Metric, Sample, Target
from netmon.wire.net import Net, SnmpValue
from netmon.wire.text import clean

# SNMPv2-MIB (RFC 3418), system group
SYS_DESCR = "1.3.6.1.2.1.1.1.0"
SYS_OBJECT_ID = "1.3.6.1.2.1.1.2.0"
SYS_UPTIME = "1.3.6.1.2.1.1.3.0"
SYS_NAME = "1.3.6.1.2.1.1.5.0"
SYS_LOCATION = "1.3.6.1.2.1.1.6.0"
# SNMP-FRAMEWORK-MIB (RFC 3411)
ENGINE_BOOTS = "1.3.6.1.6.3.10.2.1.2.0"

TICKS_PER_SECOND = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Snmp:
    """SNMP system group (RFC 3418): alive if the agent answers, even if only to refuse the credential.

    The uptime is sysUpTime, the agent's own: it starts anew with the agent, and after 497.1 days (2^32 ticks).
    """

    METRICS: ClassVar[Mapping[str, Metric]] = {
        "netmon_probe_rtt_seconds": Metric("gauge", "Round-trip time of the last answered probe.", ("collector",)),
        "netmon_device_uptime_seconds": Metric("gauge", "sysUpTime: time since the SNMP agent started."),
        "netmon_device_boots": Metric("gauge", "snmpEngineBoots: how often the SNMP engine has started."),
        "netmon_device_snmp_info": Metric(
            "info", "What the device says of itself.", ("sys_name", "sys_descr", "sys_object_id", "sys_location")
        ),
    }
    REACHABILITY: ClassVar[bool] = True
    SNMP: ClassVar[bool] = True
    EVERY: ClassVar[float] = 30.0
    TIMEOUT: ClassVar[float] = 2.0

    async def collect(self, target: Target, net: Net) -> list[Sample]:
        """The system group in one request; what the agent lacks is left out.

        Raises Unreachable, Refused, AuthFailed or BadAnswer.
        """
        if target.credential is None:
            raise BadAnswer(f"{target.id}: the inventory names no SNMP credential")
        session = net.snmp(target.address, target.credential)
        oids = (SYS_DESCR, SYS_OBJECT_ID, SYS_UPTIME, SYS_NAME, SYS_LOCATION, ENGINE_BOOTS)
        values = await session.get(oids, target.timeout)
        return [Sample("netmon_probe_rtt_seconds", session.rtt, ("snmp",)), *tell(values)]


def tell(values: Mapping[str, SnmpValue]) -> Iterator[Sample]:
    """Samples of the system group; an object of the wrong type counts as missing."""
    ticks = values.get(SYS_UPTIME)
    if isinstance(ticks, int):
        yield Sample("netmon_device_uptime_seconds", ticks / TICKS_PER_SECOND)
    boots = values.get(ENGINE_BOOTS)
    if isinstance(boots, int):
        yield Sample("netmon_device_boots", boots)
    texts = tuple(clean(values.get(oid)) for oid in (SYS_NAME, SYS_DESCR, SYS_OBJECT_ID, SYS_LOCATION))
    if any(texts):
        yield Sample("netmon_device_snmp_info", 1, texts)
