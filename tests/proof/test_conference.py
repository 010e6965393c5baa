"""Is a bad bridge one incident, told once with its figures, and none beside that of the line which is why?"""

from tests.province import made, perform

PROVINCE = """
vantage: noc
levels: [province, commune]
defaults: {collect: {icmp: {every: 2s}}}
sites:
  centre:
    name: Trung tâm
    level: province
    devices: {core: {address: 10.0.0.1, role: router}, noc: {address: 10.0.0.2, role: server}}
  mau-a:
    name: Xã Mậu A
    level: commune
    devices:
      ma-r: {address: 10.0.1.1, role: router}
      ma-room: {address: 10.0.1.9, role: codec, collect: {bridge: {every: 20s}}}
    uplinks: [{to: core, kind: fibre, circuit: YB-VY-MA, address: 10.9.1.1}]
"""


def test_a_bridge_that_sounds_bad_is_told_once_with_its_figures() -> None:
    """Its own answers take 0.8 s for six minutes: soon enough to be alive, too late to talk."""
    done = perform(made(PROVINCE), [(120.0, ("slow", "ma-room", "0.8")), (480.0, ("restore",))], 780.0)
    told = [(one.event, one.incident.kind, one.incident.seat) for one in done.notices]
    assert told == [("opened", "service", "ma-room/bridge"), ("resolved", "service", "ma-room/bridge")]
    assert "MOS" in done.notices[0].text
    assert "wanted 3.6" in done.notices[0].text


def test_a_bridge_over_a_bad_line_is_not_told_beside_the_line() -> None:
    """One packet in four is lost for six minutes: too few to silence anything, too many to talk."""
    done = perform(made(PROVINCE), [(120.0, ("loss", "mau-a/1", "0.25")), (480.0, ("restore",))], 780.0)
    assert {(one.incident.kind, one.incident.root) for one in done.notices} == {("degraded", "mau-a/1")}


def test_a_bridge_behind_a_cut_line_is_not_told_beside_the_line() -> None:
    done = perform(made(PROVINCE), [(120.0, ("cut", "mau-a/1")), (240.0, ("restore",))], 400.0)
    assert {one.incident.kind for one in done.notices} == {"outage"}
