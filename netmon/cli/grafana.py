"""`netmon grafana`: how do the dashboards come into a Grafana that is provisioned by nobody?"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from netmon import __version__
from netmon.errors import InputError, NetmonError, Problem
from netmon.settings.fields import BY_REFERENCE, Secrets
from netmon.settings.plugin import data_folder

TIMEOUT, PATIENCE = 10.0, 120.0
"""Seconds that one answer of Grafana may take, and all of them together."""
WHERE = "env:GRAFANA_TOKEN"
FOLDERS = {"vi": ("netmon", "netmon"), "en": ("netmon-en", "netmon (English)")}
INFLUX = {"vi": ("netmon-influx", "netmon (InfluxDB)"), "en": ("netmon-influx-en", "netmon (InfluxDB, English)")}
"""Uid and title of the folder in Grafana, as grafana/provisioning has them."""


def grafana(
    what: Annotated[Literal["push"], typer.Argument(help="push: put the dashboards there, over older ones.")],
    url: Annotated[str, typer.Argument(help="Grafana's address, as http://127.0.0.1:3000.")],
    token: Annotated[str, typer.Option(help=f"Of a service account that may edit: {BY_REFERENCE}.")] = WHERE,
    language: Annotated[Literal["vi", "en"], typer.Option(help="Of the dashboards.")] = "vi",
    influx: Annotated[bool, typer.Option("--influx", help="Those that ask InfluxDB instead of Prometheus.")] = False,
    client: Annotated[
        Path | None, typer.Option(help="Environment that holds grafana-client; default: beside netmon's own.")
    ] = None,
) -> None:
    """Hand the dashboards to a running Grafana. Provisioning by files needs no token and is the better way."""
    if not url.startswith(("http://", "https://")):
        raise typer.BadParameter(f"{url!r} does not begin with http:// or https://", param_hint="URL")
    secret = _secret(token)
    python = (client or Path(f"{sys.prefix}-grafana")) / "bin" / "python"
    if not python.exists():
        raise InputError([Problem(str(python), 0, 0, "is not there", _how(python.parent.parent))])
    uid, title = (INFLUX if influx else FOLDERS)[language]
    folder = data_folder("grafana") / "dashboards" / (f"{language}-influx" if influx else language)
    boards = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.json"))]
    asked = {
        "url": url,
        "token": secret,
        "timeout": TIMEOUT,
        "folder": {"uid": uid, "title": title},
        "dashboards": boards,
        "message": f"netmon {__version__}",
    }
    done = _handed(python, asked)
    typer.echo(f"{len(done)} dashboards in {title!r} at {url}: {', '.join(done)}")


def _secret(token: str) -> str:
    try:
        return Secrets(Path.cwd()).read(token).reveal()
    except (ValueError, LookupError) as error:
        raise InputError([Problem("--token", 0, 0, str(error))]) from None


def _how(folder: Path) -> str:
    return f"python3 -m venv {folder} && {folder}/bin/pip install --require-hashes -r requirements-grafana.lock"


def _handed(python: Path, asked: dict[str, Any]) -> list[str]:
    """Uids of what Grafana took. NetmonError says what it did not take, and why."""
    script = Path(__file__).with_name("_grafana_client.py")
    try:
        run = subprocess.run(  # noqa: S603 - its own interpreter, its own script
            [python, "-I", script],
            input=json.dumps(asked),
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise NetmonError(f"{asked['url']}: not done within {PATIENCE:.0f} s") from None
    told = [json.loads(line) for line in run.stdout.splitlines()]
    if run.returncode != 0:
        failed = next((f"{one['failed']}: {one['why']}" for one in told if "failed" in one), run.stderr[-500:].strip())
        raise NetmonError(f"{asked['url']}: {failed}")
    return [one["done"] for one in told]
