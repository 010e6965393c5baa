"""Does `netmon list` show options as an inventory would have them?"""

from typer.testing import CliRunner

from netmon.cli.main import build


def test_collectors_with_their_defaults() -> None:
    result = CliRunner().invoke(build(["list"]), ["list"])
    assert result.exit_code == 0, result.output
    lines = [line.strip() for line in result.output.splitlines()]
    tls = lines[next(n for n, line in enumerate(lines) if line.startswith("tls  ")) :]
    assert tls[1] == "every = 5m, timeout = 5s"
    assert 'name = "": ' in tls[3]
    assert "steps = [30d, 14d, 3d]: How long before the certificate ends people are told of it." in tls
    assert "slower = none: An answer that takes longer than this counts as not serving." in lines


def test_notifiers_with_what_may_stand_beside_them() -> None:
    result = CliRunner().invoke(build(["list"]), ["list"])
    lines = [line.strip() for line in result.output.splitlines()]
    begin = lines.index("notifiers")
    assert lines[begin + 1].startswith('beside each: detail = "full": ')
    assert lines[begin + 2].startswith("beside each: rate = none: ")
    assert not any("ADDRESS" in line for line in lines)


def test_whatever_is_a_secret_says_how_one_is_given() -> None:
    result = CliRunner().invoke(build(["list"]), ["list"])
    lines = [line.strip() for line in result.output.splitlines()]
    assert "token = none: Token that may write there. (env:NAME, credential:NAME or file:PATH)" in lines
    named = [line.split()[0] for line in lines if "credential:NAME" in line]
    assert set(named) == {"password", "secret", "token", "url"}
