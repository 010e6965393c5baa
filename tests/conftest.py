"""What every test may use: real programs, or the reason why they are not here."""

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Those that share a costly fixture go first: a group stays on one worker, and none is to be waited for alone."""
    items.sort(key=lambda item: item.get_closest_marker("xdist_group") is None)


def missing(reason: str) -> None:
    """Skip with the reason; where NETMON_REQUIRE_ALL is set (continuous integration), fail instead."""
    if os.environ.get("NETMON_REQUIRE_ALL"):
        pytest.fail(f"required here, but {reason}", pytrace=False)
    pytest.skip(reason)


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
