"""Does the service see to it that it may open as many files as it has devices?"""

import os
import subprocess
import sys

import pytest

from tests.conftest import ROOT

ASK = """
import resource, sys
from dataclasses import replace
from netmon.cli._service import log_to_stderr, raise_file_limit, wanted_files
from netmon.model import Credential
from tests.bench.province import province
inventory = replace(province(300), credentials={"default": Credential(id="default", version="3", user="netmon")})
drop = len(sys.argv) > 1
resource.setrlimit(resource.RLIMIT_NOFILE, (256, 512))
if drop:
    import os
    os.setgroups([]), os.setgid(65534), os.setuid(65534)
log_to_stderr()
raise_file_limit(inventory)
print(*resource.getrlimit(resource.RLIMIT_NOFILE), wanted_files(inventory))
"""


def asked(*words: str) -> tuple[list[int], str]:
    done = subprocess.run(
        [sys.executable, "-c", ASK, *words], cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return [int(word) for word in done.stdout.split()], done.stderr


def test_it_is_raised_as_far_as_the_process_may_and_what_lacks_is_said() -> None:
    (soft, hard, wanted), said = asked()
    assert wanted > 900
    raised = hard > 512  # root may, but for root without CAP_SYS_RESOURCE
    assert soft == hard == (wanted if raised else 512)
    assert ("too few open files" in said) is not raised


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root to give it up")
def test_who_may_not_is_told_so() -> None:
    (soft, hard, _), said = asked("drop")
    assert (soft, hard) == (512, 512)
    assert "too few open files" in said
