"""What every test may use: real programs, or the reason why they are not here."""

import gc
import os
import shutil
import subprocess
from collections.abc import Callable
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
import structlog
from hypothesis import HealthCheck, settings
from xdist.scheduler import LoadScopeScheduling

import netmon

ROOT = Path(netmon.__file__).parent.parent

# How long an example takes, or is thought up, says more about who else uses the machine than about the code.
# The same examples each time: a change is judged by what it changes, not by luck. New ones are for the nights.
settings.register_profile("same", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("new", settings.get_profile("same"), derandomize=False)
settings.load_profile("same")


TOLD_TOGETHER = ("test_conference.py", "test_configurations.py", "test_services.py", "test_voices.py")
"""Files of the lab whose tests share one costly network."""


class Together(LoadScopeScheduling):  # type: ignore[misc]
    """Hands out each test by itself, but those of a file that shares a network to one worker, and these first.

    (The marker xdist_group is ignored under pytest 9.)
    """

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        return file if file.endswith(TOLD_TOGETHER) else nodeid


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Together | None:
    """Only for the tests of namespaces, which the Makefile runs with `--dist loadgroup`."""
    return Together(config, log) if config.getvalue("dist") == "loadgroup" else None


def pytest_configure() -> None:
    """Collecting makes a million objects that all stay: there is no garbage to look for yet.

    A traceback that nobody reads is drawn plain: rich's, with the lines around each line and all variables, takes
    half a second.
    """
    gc.disable()
    structlog.dev.ConsoleRenderer.get_active().exception_formatter = structlog.dev.plain_traceback


def pytest_itemcollected(item: pytest.Item) -> None:
    """The Makefile looks for these words to know which files hold tests of namespaces and long ones."""
    for name in ("netns", "nightly"):
        if item.get_closest_marker(name) is not None:
            assert f"pytest.mark.{name}" in written(item.path), f"{item.nodeid}: say pytest.mark.{name} in full"


@cache
def written(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def pytest_collection_finish() -> None:
    """Later collections look at what the tests themselves made: walking through all the rest takes a third of a
    second each time, and many tests look for garbage before they count descriptors.
    """
    gc.enable()
    gc.collect()
    gc.freeze()


def missing(reason: str) -> None:
    """Skip with the reason; where NETMON_REQUIRE_ALL is set (continuous integration), fail instead."""
    if os.environ.get("NETMON_REQUIRE_ALL"):
        pytest.fail(f"required here, but {reason}", pytrace=False)
    pytest.skip(reason)


def needs_scapy() -> None:
    """For tests that sweep; netmon itself never imports it."""
    if find_spec("scapy") is None:
        missing('scapy is not installed (pip install "netmon[lan]")')


def needs_ipv6() -> None:
    """For tests that ask ::1."""
    addresses = Path("/proc/self/net/if_inet6")
    if not addresses.exists() or f"{1:032x}" not in addresses.read_text(encoding="ascii"):
        missing("IPv6 is not configured on lo")


def find_program(name: str) -> str | None:
    """Path of a program, looked for in sbin too: Debian keeps daemons there, users' PATH does not."""
    path = os.environ.get("PATH", "") + ":/usr/local/sbin:/usr/sbin:/sbin:/usr/lib/frr"
    return shutil.which(name, path=path)


@pytest.fixture(scope="session")
def require_program() -> Callable[[str, str], str]:
    """`require_program("snmpd", "snmpd")`: path of a program, or a skip that names its Debian package."""

    def require(name: str, package: str) -> str:
        found = find_program(name)
        if found is None:
            missing(f"{name} is not installed (apt-get install {package})")
        assert found is not None
        return found

    return require


@pytest.fixture(scope="session")
def netns() -> None:
    """Skip where network namespaces cannot be made."""
    unshare = find_program("unshare")
    if unshare is None or subprocess.run([unshare, "-Urnm", "true"], capture_output=True, check=False).returncode:
        missing("network namespaces cannot be made here (root or unprivileged user namespaces needed)")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what tests measured (`record_property("figures", …)`), wherever they ran."""
    reports = [report for each in terminalreporter.stats.values() for report in each]
    figures = [
        value
        for report in reports
        if getattr(report, "when", "") == "call"
        for name, value in report.user_properties
        if name == "figures"
    ]
    if figures:
        terminalreporter.section("figures")
        for figure in figures:
            terminalreporter.line(str(figure))
