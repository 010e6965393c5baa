"""Does the benchmark measure what it says, at a size that takes a moment? How fast that is, is not asked."""

import json
import os
import socket
from pathlib import Path

import pytest

from netmon.model import Credential, Secret
from netmon.wire.real import RealNet
from tests.bench import agent, peers, scale
from tests.bench.processes import agents
from tests.bench.province import province
from tests.bench.run import main

IF_NAME, IN_OCTETS = "1.3.6.1.2.1.31.1.1.1.1", "1.3.6.1.2.1.31.1.1.1.6"

needs_peers = pytest.mark.skipif(
    bool(peers.missing()) and "NETMON_REQUIRE_ALL" not in os.environ, reason="needs fping, prometheus-snmp-exporter"
)


@pytest.mark.nightly
@needs_peers
def test_the_report_has_a_line_for_each_figure_and_so_has_the_history(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    history = tmp_path / "made" / "history.jsonl"
    main(["--scale", "0.003", "--runs", "1", "--history", str(history)])
    head, *lines = capsys.readouterr().out.splitlines()
    assert "ratio" in head
    kept = [json.loads(line) for line in history.read_text(encoding="utf-8").splitlines()]
    assert len(lines) == len(kept) == 16
    assert [figure["what"] for figure in kept if not figure["beside"] > 0] == []
    assert [
        figure["what"] for figure in kept if not figure["value"] > 0 and "whole pipeline" not in figure["what"]
    ] == []


def test_the_scale_run_sees_who_is_dead_and_nobody_else() -> None:
    """One in ten is dead, one in twenty slow; those who answer lose no round."""
    found = scale.measure(60, 4.0, icmp=1.0, snmp=2.0, dead=0.1, slow=0.05, lag=0.2, warm=9.0)
    dead = sum(agent.is_dead(number, 0.1) for number in range(found["devices"]))
    assert dead > 0
    assert found["agent_silent"] == dead
    assert found["backed_off"] == dead
    assert found["states"] == {"up": found["devices"]}
    assert [found[name] for name in ("skipped", "overlapped", "dropped", "bugs", "incidents")] == [0, 0, 0, 0, 0]


@pytest.mark.nightly
def test_two_thousand_devices_of_which_many_are_dead_or_slow() -> None:
    found = scale.measure(2000, 60.0, icmp=10.0, snmp=30.0, dead=0.1, slow=0.05, warm=125.0)
    dead = sum(agent.is_dead(number, 0.1) for number in range(found["devices"]))
    assert (found["agent_silent"], found["backed_off"]) == (dead, dead)
    assert found["states"] == {"up": found["devices"]}
    assert [found[name] for name in ("skipped", "overlapped", "dropped", "bugs", "incidents")] == [0, 0, 0, 0, 0]
    assert found["delay"]["0.99"] < 0.05 * 10.0


async def test_the_agents_answer_at_every_address_and_their_counters_move() -> None:
    with agents() as (_, port):
        net = RealNet()
        try:
            credential = Credential(id="x", version="2c", port=port, community=Secret(agent.COMMUNITY, "test"))
            for number in (0, 1, 34_999):
                table = await net.snmp(agent.address(number), credential).table([IF_NAME, IN_OCTETS], 30.0)
                assert len(table[IF_NAME]) == agent.ports(number) + 1
            assert len(set(map(str, table[IN_OCTETS].values()))) > 1
        finally:
            await net.close()


def test_an_agent_answers_the_same_question_with_the_same_bytes_but_for_the_request_id() -> None:
    kind = agent.Kind(5)
    question = bytes.fromhex("3029020101040670756273696300")[:0]
    assert kind.answer(question, 1.0) is None
    assert kind.answer(b"\x30\x03\x02\x01\x01", 1.0) is None
    with agents() as (_, port), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asker:
        asker.settimeout(30)
        answers = []
        for request_id in (1, 2):
            body = bytes.fromhex(f"a01902010{request_id}020100020100300e300c06082b060102010105000500")
            message = b"\x02\x01\x01\x04\x06public" + body
            asker.sendto(b"\x30" + bytes([len(message)]) + message, (agent.address(7), port))
            answer, sender = asker.recvfrom(2048)
            assert sender == (agent.address(7), port)
            answers.append(answer)
    assert answers[0] != answers[1]
    assert len(answers[0]) == len(answers[1])
    assert sum(one != other for one, other in zip(*answers, strict=True)) == 1
    assert b"bench-5" in answers[0]


def test_the_province_has_the_size_asked_for() -> None:
    inventory = province(300)
    assert len(inventory.sites) == 300
    assert {site.level for site in inventory.sites.values()} == set(inventory.levels)
    assert all(link.target in inventory.devices for link in inventory.links.values())
