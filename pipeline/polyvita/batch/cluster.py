"""A Dask cluster as the engine of a batch. Only this module needs the extra `polyvita[cluster]`."""

from __future__ import annotations

import logging
from concurrent.futures import Executor
from importlib.util import find_spec
from typing import Any

from polyvita.batch.engine import ATTEMPTS, Engine
from polyvita.core.diagnostics import ExternalError

LOCAL = "local"
"""The address that stands for a cluster on this machine."""
_TIMEOUT = 30
"""The seconds to wait for the scheduler and for the first worker."""


class DaskEngine(Engine):
    """The workers of a Dask scheduler. If its address is `LOCAL`, it and its workers are started on this machine."""

    attempts_per_death = ATTEMPTS
    """The scheduler itself tries a task again, until so many workers have died."""

    def __init__(self, scheduler: str, workers: int = 0) -> None:
        if find_spec("distributed") is None:
            message = "--scheduler needs the package distributed, which is not installed"
            raise ExternalError(message, "run “pip install 'polyvita[cluster]'”")
        import dask
        from distributed import Client, LocalCluster

        for logger in ("distributed.client", "tornado.application"):  # `check` reports a lost connection.
            logging.getLogger(logger).setLevel(logging.CRITICAL)
        dask.config.set({"distributed.scheduler.allowed-failures": ATTEMPTS - 1})
        self.cluster: Any = None
        self.client: Any = None
        try:
            if scheduler == LOCAL:
                dask.config.set({"distributed.worker.profile.enabled": False})  # It slows the workers down.
                self.cluster = LocalCluster(n_workers=workers or None, threads_per_worker=1, processes=True)
            self.client = Client(self.cluster or scheduler, timeout=_TIMEOUT)
            self.client.wait_for_workers(1, timeout=_TIMEOUT)
        except (OSError, TimeoutError, ValueError) as problem:
            self.close()
            reason = str(problem).split("\n")[0] or "no worker has answered"
            message = f"the scheduler {scheduler} cannot be used: {reason}"
            raise ExternalError(message, "start it with “dask scheduler”, and workers with “dask worker”") from None
        info = self.client.scheduler_info(n_workers=-1)
        self.workers = max(1, sum(worker["nthreads"] for worker in info["workers"].values()))
        self.address = str(self.client.scheduler.address)
        self.dashboard = str(self.client.dashboard_link or "") if scheduler == LOCAL and find_spec("bokeh") else ""

    def start(self) -> Executor:
        """Return the executor of the cluster, which is running already."""
        executor: Executor = self.client.get_executor(pure=False)
        return executor

    def is_death(self, problem: BaseException) -> bool:
        """Return whether as many workers have died at one task as the scheduler allows."""
        from distributed import KilledWorker

        return isinstance(problem, KilledWorker)

    def check(self) -> None:
        """Raise `ExternalError` if the scheduler has ended. It takes its tasks with it, even if another one starts."""
        if self.client.status != "running":
            message = f"the connection to the scheduler {self.address} is lost, so the batch has stopped"
            raise ExternalError(message, "start the scheduler again, and run the batch again with --resume")

    def stop(self) -> None:
        """Do nothing: `close` ends the workers."""

    def close(self) -> None:
        """Leave the cluster. Tasks in work are given up, and a cluster of this process ends."""
        for one in (self.client, self.cluster):
            if one is not None:
                one.close(timeout=5)
