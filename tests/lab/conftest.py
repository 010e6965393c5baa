"""The lab that these tests share, and the netmon that runs in it."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.conftest import missing
from tests.lab import voices
from tests.lab.lab import Lab, needed
from tests.lab.service import Service

COMMUNES = 30


@pytest.fixture(scope="session")
def lab_possible(netns: None, require_program: Callable[[str, str], str]) -> None:
    """Skip, with the reason, where the lab cannot be built."""
    for name, package in needed().items():
        require_program(name, package)


@pytest.fixture(scope="session")
def shared_lab(lab_possible: None) -> Iterator[Lab]:
    """A lab of 30 communes."""
    with Lab.start(COMMUNES) as lab:
        yield lab


@pytest.fixture
def lab(shared_lab: Lab) -> Iterator[Lab]:
    """The shared lab with nothing broken, before and after."""
    shared_lab.restore()
    shared_lab.wait_converged()
    yield shared_lab
    shared_lab.restore()


@pytest.fixture
def make_service(lab: Lab, tmp_path: Path) -> Iterator[Callable[[], Service]]:
    """Each call: a fresh netmon with everything up and no incident open, in place of the last one.

    One that had seen the same fault a minute ago would rightly call it flapping.
    """
    made: list[Service] = []

    def make() -> Service:
        for old in made:
            old.stop()
        lab.wait_converged()
        folder = tmp_path / f"netmon-{len(made)}"
        folder.mkdir()
        made.append(Service(lab, folder))
        made[-1].start()
        made[-1].settle(timeout=60)
        return made[-1]

    yield make
    for old in made:
        old.stop()


@pytest.fixture
def service(make_service: Callable[[], Service]) -> Service:
    """A settled netmon in a whole network."""
    return make_service()


@pytest.fixture(scope="module")
def speaking(
    lab_possible: None, require_program: Callable[[str, str], str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Service]:
    """A settled netmon in a small lab whose devices speak (tests.lab.voices)."""
    if os.geteuid():
        missing("FRR and lldpd run only as root")
    for name, package in needed(speaking=True).items():
        require_program(name, package)
    if not any(Path("/usr/lib").glob("*/frr/modules/bgpd_snmp.so")):
        missing("FRR's AgentX modules are not installed (apt-get install frr-snmp)")
    with Lab.start(voices.COMMUNES, speaking=True) as lab:
        service = Service(lab, tmp_path_factory.mktemp("speaking"))
        try:
            service.start()
            service.settle(timeout=60)
            yield service
        finally:
            service.stop()
