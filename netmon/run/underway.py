"""Which polls are under way, and which of them are wanted once more when they are back?"""

import asyncio

from netmon.run.schedule import Job

Key = tuple[str, str]


class UnderWay:
    """The polls of targets one by one: of each target and collector one at a time."""

    def __init__(self) -> None:
        self._tasks: dict[Key, asyncio.Task[None]] = {}
        self._again: dict[Key, Job] = {}

    def busy(self, job: Job, scheduled: bool) -> bool:
        """Is the same under way? If the verdict wants to know meanwhile whether a device lives, that is remembered.

        A service is worth less haste, since it does work for each question; tables have their turns.
        """
        if job.key not in self._tasks:
            return False
        if not scheduled and job.task.plugin.REACHABILITY and job.target.of != "service":
            self._again[job.key] = job
        return True

    def begin(self, job: Job, task: asyncio.Task[None]) -> None:
        """This task polls for the job."""
        self._tasks[job.key] = task

    def end(self, job: Job) -> Job | None:
        """The answer is there, or will not come; returns what is wanted now, if it was asked for meanwhile."""
        del self._tasks[job.key]
        return self._again.pop(job.key, None)

    def tasks(self) -> list[asyncio.Task[None]]:
        """All that are under way."""
        return [*self._tasks.values()]
