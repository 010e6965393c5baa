"""What does the store keep, forget and reckon?"""

import threading
from collections.abc import Iterable
from dataclasses import replace

import pytest

from netmon.model import Family, Metric, Sample, Target
from netmon.run.store import Store, escape, label_text

METRICS = {
    "netmon_probe_success": Metric("gauge", "Answered.", ("collector",)),
    "netmon_device_uptime_seconds": Metric("gauge", "Up for."),
    "netmon_if_receive_bytes_total": Metric("counter", "Received.", ("if_name",)),
    "netmon_if_transmit_bytes_total": Metric("counter", "Sent.", ("if_name",)),
}
RX, TX = "netmon_if_receive_bytes_total", "netmon_if_transmit_bytes_total"


def device(name: str = "van-yen-r1", site: str = "van-yen") -> Target:
    return Target(id=name, of="device", site=site, level="district", address="10.28.4.1", timeout=1)


def octets(port: str, received: int, sent: int) -> list[Sample]:
    return [Sample(RX, received, (port,)), Sample(TX, sent, (port,))]


def read(families: Iterable[Family]) -> dict[str, dict[str, float]]:
    found = [(family.name, dict(family.series)) for family in families]
    assert len(found) == len(dict(found)), "a family came twice"
    return dict(found)


def test_series_carry_site_level_device_and_their_own_labels() -> None:
    store = Store(METRICS)
    store.put(device(), "interfaces", 100, octets("Gi0/0/0", 5, 6), keep=60)
    assert read(store.families(101)) == {
        RX: {'site="van-yen",level="district",device="van-yen-r1",if_name="Gi0/0/0"': 5},
        TX: {'site="van-yen",level="district",device="van-yen-r1",if_name="Gi0/0/0"': 6},
    }


@pytest.mark.parametrize("of", ["link", "service"])
def test_the_key_of_a_series_is_named_after_what_the_target_is(of: str) -> None:
    store = Store(METRICS)
    target = Target(
        id="van-yen/1",
        of="link" if of == "link" else "service",
        site="van-yen",
        level="district",
        address="10.28.250.2",
        timeout=1,
    )
    store.put(target, "icmp", 100, [Sample("netmon_probe_success", 1, ("icmp",))], keep=10)
    text = f'site="van-yen",level="district",{of}="van-yen/1",collector="icmp"'
    assert read(store.families(101)) == {"netmon_probe_success": {text: 1}}


def test_many_targets_make_one_family_each_metric() -> None:
    store = Store(METRICS)
    for name in ("a", "b", "c"):
        store.put(device(name), "interfaces", 100, octets("1", 5, 6) + octets("2", 7, 8), keep=60)
        store.put(device(name), "snmp", 100, [Sample("netmon_device_uptime_seconds", 9)], keep=60)
    found = read(store.families(101))
    assert {name: len(series) for name, series in found.items()} == {RX: 6, TX: 6, "netmon_device_uptime_seconds": 3}
    assert found[RX]['site="van-yen",level="district",device="b",if_name="2"'] == 7


def test_families_come_in_order_and_with_their_declaration() -> None:
    store = Store(METRICS)
    store.put(device(), "x", 0, [*octets("1", 5, 6), Sample("netmon_device_uptime_seconds", 9)], keep=60)
    assert [(f.name, f.metric) for f in store.families(1)] == [
        (name, METRICS[name]) for name in sorted((RX, TX, "netmon_device_uptime_seconds"))
    ]


def test_a_poll_replaces_the_one_before_as_a_whole() -> None:
    store = Store(METRICS)
    store.put(device(), "interfaces", 100, octets("1", 5, 6) + octets("2", 7, 8), keep=60)
    store.put(device(), "interfaces", 130, octets("2", 9, 8), keep=60)
    assert read(store.families(131))[RX] == {'site="van-yen",level="district",device="van-yen-r1",if_name="2"': 9}


def test_collectors_do_not_replace_one_another() -> None:
    store = Store(METRICS)
    store.put(device(), "interfaces", 100, octets("1", 5, 6), keep=60)
    store.put(device(), "snmp", 130, [Sample("netmon_device_uptime_seconds", 9)], keep=60)
    assert set(read(store.families(131))) == {RX, TX, "netmon_device_uptime_seconds"}


def test_an_empty_poll_takes_everything_away() -> None:
    store = Store(METRICS)
    store.put(device(), "interfaces", 100, octets("1", 5, 6), keep=60)
    store.put(device(), "interfaces", 130, [], keep=60)
    assert read(store.families(131)) == {}
    assert store.value("van-yen-r1", RX, ("1",)) is None


def test_what_is_not_renewed_vanishes_everywhere() -> None:
    store = Store(METRICS)
    store.put(device(), "interfaces", 100, octets("1", 5, 6), keep=60)
    store.put(device(), "interfaces", 130, octets("1", 8, 9), keep=60)
    assert RX in read(store.families(189.9))
    assert store.rate("van-yen-r1", RX, ("1",)) == 0.1
    assert read(store.families(190)) == {}
    assert store.value("van-yen-r1", RX, ("1",)) is None
    assert store.rate("van-yen-r1", RX, ("1",)) is None


def test_other_polls_tell_that_time_has_passed() -> None:
    store = Store(METRICS)
    store.put(device("a"), "interfaces", 100, octets("1", 5, 6), keep=60)
    store.put(device("b"), "interfaces", 160, octets("1", 5, 6), keep=60)
    assert store.value("a", RX, ("1",)) is None
    assert store.value("b", RX, ("1",)) == 5


def test_a_series_that_vanished_starts_anew() -> None:
    store = Store(METRICS)
    store.put(device(), "interfaces", 100, octets("1", 5, 6), keep=60)
    store.put(device(), "interfaces", 1000, octets("1", 8, 9), keep=60)
    assert store.rate("van-yen-r1", RX, ("1",)) is None


def test_a_forgotten_target_is_gone() -> None:
    store = Store(METRICS)
    store.put(device("a"), "interfaces", 100, octets("1", 5, 6), keep=60)
    store.put(device("b"), "interfaces", 100, octets("1", 5, 6), keep=60)
    store.forget("a")
    store.forget("never-seen")
    assert list(read(store.families(101))[RX]) == ['site="van-yen",level="district",device="b",if_name="1"']


def test_a_target_that_moved_gets_new_labels_at_the_next_poll() -> None:
    store = Store(METRICS)
    store.put(device(), "interfaces", 100, octets("1", 5, 6), keep=60)
    store.put(device(site="mau-a"), "interfaces", 130, octets("1", 5, 6), keep=60)
    assert list(read(store.families(131))[RX]) == ['site="mau-a",level="district",device="van-yen-r1",if_name="1"']


def test_a_port_that_was_renamed_gets_its_new_name() -> None:
    store = Store(METRICS)
    store.put(device(), "interfaces", 100, octets("1", 5, 6), keep=60)
    store.put(device(), "interfaces", 130, octets("2", 5, 6), keep=60)
    assert list(read(store.families(131))[RX]) == ['site="van-yen",level="district",device="van-yen-r1",if_name="2"']
    assert store.rate("van-yen-r1", RX, ("2",)) is None


def test_values_come_back_as_they_were_ints_exact() -> None:
    store = Store(METRICS)
    store.put(device(), "interfaces", 100, octets("1", 2**64 - 1, 2**53 + 1), keep=60)
    assert store.value("van-yen-r1", RX, ("1",)) == 2**64 - 1
    assert list(read(store.families(101))[TX].values()) == [2**53 + 1]
    assert type(store.value("van-yen-r1", TX, ("1",))) is int


def test_what_was_never_put_has_no_value() -> None:
    store = Store(METRICS)
    store.put(device(), "interfaces", 100, octets("1", 5, 6), keep=60)
    assert store.value("van-yen-r1", RX, ("2",)) is None
    assert store.value("van-yen-r1", "netmon_device_uptime_seconds") is None
    assert store.value("elsewhere", RX, ("1",)) is None
    assert store.rate("elsewhere", RX, ("1",)) is None


def test_a_rate_needs_two_polls_and_takes_their_own_times() -> None:
    store = Store(METRICS)
    store.put(device(), "interfaces", 100, octets("1", 1_000, 5), keep=60)
    assert store.rate("van-yen-r1", RX, ("1",)) is None
    store.put(device(), "interfaces", 120, octets("1", 4_000, 5), keep=60)
    assert store.rate("van-yen-r1", RX, ("1",)) == 150
    assert store.rate("van-yen-r1", TX, ("1",)) == 0
    store.put(device(), "interfaces", 150, octets("1", 4_300, 5), keep=60)
    assert store.rate("van-yen-r1", RX, ("1",)) == 10


def test_a_rate_survives_a_new_port_beside_it() -> None:
    store = Store(METRICS)
    store.put(device(), "interfaces", 100, octets("2", 1_000, 5), keep=60)
    store.put(device(), "interfaces", 110, octets("1", 77, 5) + octets("2", 2_000, 5), keep=60)
    assert store.rate("van-yen-r1", RX, ("2",)) == 100
    assert store.rate("van-yen-r1", RX, ("1",)) is None


def test_a_reset_has_no_rate_and_the_next_poll_has_one() -> None:
    store = Store(METRICS)
    for at, received in ((100, 5_000), (110, 100), (120, 300)):
        store.put(device(), "interfaces", at, octets("1", received, 0), keep=60)
        if at == 110:
            assert store.rate("van-yen-r1", RX, ("1",)) is None
    assert store.rate("van-yen-r1", RX, ("1",)) == 20


def test_a_reboot_between_two_polls_has_no_rate_even_if_the_counter_grew() -> None:
    store = Store(METRICS)
    store.put(device(), "interfaces", 100, octets("1", 10, 0), keep=60)
    store.put(device(), "snmp", 129, [Sample("netmon_device_uptime_seconds", 20)], keep=60)
    store.put(device(), "interfaces", 130, octets("1", 5_000, 0), keep=60)
    assert store.rate("van-yen-r1", RX, ("1",)) is None
    store.put(device(), "interfaces", 160, octets("1", 5_300, 0), keep=60)
    assert store.rate("van-yen-r1", RX, ("1",)) == 10


def test_what_was_not_declared_so_is_dropped_and_counted() -> None:
    store = Store(METRICS)
    wrong = [Sample("netmon_invented", 1), Sample(RX, 1, ()), *octets("1", 5, 6), Sample(RX, 9, ("1",))]
    for at in (100, 110):
        store.put(device(), "bad", at, wrong, keep=60)
    found = read(store.families(111))
    assert list(found[RX].values()) == [5]
    assert list(found[TX].values()) == [6]
    assert "netmon_invented" not in found
    assert found["netmon_samples_dropped_total"] == {
        'collector="bad",reason="duplicate"': 2,
        'collector="bad",reason="labels"': 2,
        'collector="bad",reason="undeclared"': 2,
    }


def test_nothing_dropped_says_nothing() -> None:
    assert read(Store(METRICS).families(1)) == {}


def test_a_collector_may_not_claim_a_label_of_the_frame() -> None:
    with pytest.raises(ValueError, match="netmon_x declares device, site"):
        Store({"netmon_x": Metric("gauge", "X.", ("site", "device", "mine"))})


def test_odd_label_values_are_escaped() -> None:
    store = Store(METRICS)
    store.put(device(), "interfaces", 100, octets('a"b\\c\nd', 5, 6), keep=60)
    assert list(read(store.families(101))[RX]) == [
        'site="van-yen",level="district",device="van-yen-r1",if_name="a\\"b\\\\c\\nd"'
    ]


def test_label_text_leaves_out_what_is_empty() -> None:
    assert label_text(("a", "b", "c"), ("1", "", 'x"')) == 'a="1",c="x\\""'
    assert escape("plain") == "plain"


def test_a_scrape_in_another_thread_sees_whole_polls_while_polls_go_on() -> None:
    store = Store(METRICS)
    targets = [device(f"d{n}") for n in range(50)]
    for target in targets:
        store.put(target, "interfaces", 0, octets("1", 0, 0), keep=1e9)
    torn: list[tuple[float, float]] = []
    scrapes = 0
    done = threading.Event()

    def scrape() -> None:
        nonlocal scrapes
        while not done.is_set():
            found = read(store.families(1))
            torn.extend((a, b) for a, b in zip(found[RX].values(), found[TX].values(), strict=True) if a != b)
            scrapes += 1

    reader = threading.Thread(target=scrape)
    reader.start()
    try:
        for count in range(1, 200):
            for target in targets:
                # Two shapes in turn: texts and values of different polls must never be paired.
                store.put(target, "interfaces", count, octets("1" if count % 2 else "2", count, count), keep=1e9)
            store.put(device(f"new{count}"), "interfaces", count, octets("1", 3, 3), keep=1e9)
    finally:
        done.set()
        reader.join()
    assert scrapes
    assert torn == []


def test_polls_that_come_together_are_kept_as_if_they_came_alone() -> None:
    alone, together = Store(METRICS), Store(METRICS)
    moved = replace(device("b"), site="elsewhere")
    for at, targets in enumerate([[device("a"), device("b")], [device("b"), device("a")], [device("a"), moved]] * 2):
        names, labels = (RX, TX), (("p",), ("p",))
        values: list[tuple[float, ...]] = [(at * 10.0, at * 20.0), (at * 30.0, at * 40.0)]
        for target, (received, sent) in zip(targets, values, strict=True):
            samples = [Sample(RX, received, ("p",)), Sample(TX, sent, ("p",))]
            alone.put(target, "interfaces", float(at), samples, keep=9.0)
        together.put_all(targets, "interfaces", float(at), 9.0, names, values, labels)
        assert read(together.families(at)) == read(alone.families(at))
        for name in ("a", "b"):
            assert together.rate(name, RX, ("p",)) == alone.rate(name, RX, ("p",))
    together.put_all([device("a")], "interfaces", 100.0, 9.0, (RX,), [(1.0,)], (("q",),))
    assert together.value("a", RX, ("q",)) == 1.0
    assert together.value("a", RX, ("p",)) is None
    assert together.rate("a", RX, ("q",)) is None


def test_of_polls_that_come_together_what_is_wrong_is_dropped_and_counted_each_time() -> None:
    store = Store(METRICS)
    for at in range(3):
        store.put_all([device("a"), device("b")], "x", float(at), 9.0, ("unheard_of",), [(1.0,), (2.0,)], ((),))
    dropped = read(store.families(3))["netmon_samples_dropped_total"]
    assert dropped == {'collector="x",reason="undeclared"': 6}
