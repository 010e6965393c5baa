"""Would the project still be right if these files of its inventory were changed?"""

import shutil
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from netmon.errors import InputError, Problem
from netmon.settings.project import load
from netmon.settings.sheet import FOLDER
from netmon.settings.whole import write_whole


def wrong_with(project: Path, files: Mapping[str, str]) -> list[Problem]:
    """The errors that `netmon check` would find in a copy of the project with these texts, by their path in it."""
    with TemporaryDirectory(prefix="netmon-trial-") as made:
        copy = Path(made)
        for path in project.iterdir():
            if path.name != FOLDER and not path.name.startswith("."):
                (copy / path.name).symlink_to(path.resolve())
        shutil.copytree(project / FOLDER, copy / FOLDER)
        for shown, text in files.items():
            write_whole(copy / shown, text)
        try:
            load(copy)
        except InputError as error:
            return [problem for problem in error.problems if not problem.warning]
    return []
