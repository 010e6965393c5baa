"""What is asked of a device that goes by a profile?

Collectors that ask by profile are all the same question put to other families: the frame has put the device's
profile on the target, and here its groups are asked.
"""

from collections.abc import Mapping, Sequence

from netmon.errors import BadAnswer, CollectError
from netmon.model import Metric, MibTable, Reading, Sample, Target
from netmon.reading.rows import needs, samples, values_of
from netmon.wire.net import Net, SnmpSession, SnmpValue


async def read(target: Target, net: Net, metrics: Mapping[str, Metric]) -> list[Sample]:
    """Ask the target for what its profile knows of these families; none at all is an empty list.

    A group that fails alone is left out; once the agent is silent or refuses, nothing more is asked. Either way the
    error that is raised at the end carries the samples of the others. Raises Unreachable, Refused, AuthFailed or
    BadAnswer.
    """
    if target.credential is None:
        raise BadAnswer(f"{target.id}: the inventory names no SNMP credential")
    if target.profile is None:
        raise BadAnswer(f"{target.id}: nobody has said which profile it has")
    session = net.snmp(target.address, target.credential)
    found: dict[tuple[str, tuple[str, ...]], Sample] = {}
    walked: dict[str, Mapping[str, SnmpValue]] = {}
    failed: CollectError | None = None
    groups = [(None, target.profile.scalars), *((table, table.readings) for table in target.profile.tables)]
    for table, all_readings in groups:
        readings = [reading for reading in all_readings if reading.metric in metrics]
        if not readings:
            continue
        try:
            if table is None:
                await _scalars(session, readings, target.timeout, walked)
            else:
                await _table(session, table, readings, target.timeout, walked)
        except BadAnswer as error:
            failed = failed or error
            walked.update(error.columns)
        except CollectError as error:
            failed = error
            walked.update(error.columns)
            found |= {(sample.metric, sample.labels): sample for sample in samples(readings, walked)}
            break
        found |= {(sample.metric, sample.labels): sample for sample in samples(readings, walked)}
    if failed is not None:
        raise type(failed)(str(failed), tuple(found.values()))
    return list(found.values())


async def _scalars(
    session: SnmpSession,
    readings: Sequence[Reading],
    timeout: float,
    walked: dict[str, Mapping[str, SnmpValue]],
) -> None:
    """GET what the readings and their labels need; an agent that has none of it is no error."""
    oids = [oid for oid in dict.fromkeys(oid for reading in readings for oid in needs(reading)) if oid]
    try:
        values = await session.get(oids, timeout)
    except BadAnswer:
        values = {}
    walked.update({oid: {"": value} for oid, value in values.items()})


async def _table(
    session: SnmpSession,
    table: MibTable,
    readings: Sequence[Reading],
    timeout: float,
    walked: dict[str, Mapping[str, SnmpValue]],
) -> None:
    """Walk the columns that were not walked for another group already; those that only name rows come if rows did."""
    first = [oid for oid in dict.fromkeys(oid for reading in readings for oid in values_of(reading)) if oid]
    new = [oid for oid in first if oid not in walked]
    if new:
        walked.update(await session.table(new, timeout, bulk=table.bulk))
    if not any(walked.get(oid) for oid in first):
        return
    names = [oid for oid in dict.fromkeys(oid for reading in readings for oid in needs(reading)) if oid not in walked]
    if names:
        walked.update(await session.table(names, timeout, bulk=table.bulk))
