"""Is a bridge over a bad line one incident, told once with its figures, and over when the line is good again?"""

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
    """One packet in four is lost for six minutes: too few to silence anything, too many to talk."""
    done = perform(made(PROVINCE), [(120.0, ("loss", "mau-a/1", "0.25")), (480.0, ("restore",))], 780.0)
    told = [(one.event, one.incident.seat) for one in done.notices if one.incident.kind == "service"]
    assert told == [("opened", "ma-room/bridge"), ("resolved", "ma-room/bridge")]
    [opened] = [one for one in done.notices if one.event == "opened" and one.incident.kind == "service"]
    assert "MOS" in opened.text
    assert "wanted 3.6" in opened.text


def test_a_bridge_behind_a_cut_line_is_not_told_beside_the_line() -> None:
    done = perform(made(PROVINCE), [(120.0, ("cut", "mau-a/1")), (240.0, ("restore",))], 400.0)
    assert {one.incident.kind for one in done.notices} == {"outage"}
