"""Does the benchmark of SNMP poll what it says, at a size that takes a moment?"""

from tests.bench.snmp import snmp_table


def test_a_few_devices_are_polled_both_ways() -> None:
    figure = snmp_table(0.01, 1)
    assert figure.value > 0
    assert figure.beside > 0
