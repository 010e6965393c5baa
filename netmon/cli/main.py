"""Which commands are there, and how do their failures look?

A command is a file beside this one with a function of the same name; only the one that is asked for is
imported. Exit codes: 0 fine, 1 bad input, 2 usage, 3 not running.
"""

import keyword
import pkgutil
import sys
from collections.abc import Callable
from importlib import import_module
from typing import Annotated, Any

import typer

from netmon import __version__, cli
from netmon.errors import InputError, NetmonError, NotRunning

BAD_INPUT = 1
NOT_RUNNING = 3


def commands() -> list[str]:
    """The names of all commands: the files of this folder, without this one and helpers (`_…`)."""
    found = (module.name.removesuffix("_") for module in pkgutil.iter_modules(cli.__path__))
    return sorted(name for name in found if name != "main" and not name.startswith("_"))


def build(wanted: list[str]) -> typer.Typer:
    """The command line of these commands."""
    app = typer.Typer(
        name="netmon",
        help="Watches a government wide-area network and says one true thing once.",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
    )
    for name in wanted:
        # `import` cannot be the name of a function: its file and function are called import_.
        called = f"{name}_" if keyword.iskeyword(name) else name
        function: Callable[..., Any] = getattr(import_module(f"netmon.cli.{called}"), called)
        app.command(name)(function)
    # A single command would otherwise become the whole program and lose its name.
    app.callback()(_first)
    return app


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"netmon {__version__}")
        raise typer.Exit


def _first(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Which netmon this is.")
    ] = False,
) -> None:
    """Watches a government wide-area network and says one true thing once."""


def main() -> None:
    """Run the command line; what netmon raises on purpose becomes lines on stderr and an exit code."""
    known = commands()
    asked = sys.argv[1] if len(sys.argv) > 1 else ""
    try:
        build([asked] if asked in known else [] if asked == "--version" else known)()
    except InputError as error:
        for problem in error.problems:
            print(problem, file=sys.stderr)
        sys.exit(BAD_INPUT)
    except NotRunning as error:
        print(error, file=sys.stderr)
        sys.exit(NOT_RUNNING)
    except NetmonError as error:
        print(error, file=sys.stderr)
        sys.exit(BAD_INPUT)


if __name__ == "__main__":
    main()
