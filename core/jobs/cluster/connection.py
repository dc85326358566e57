"""The connection to the cluster: made when the first fit is due, and only to workers that are like us."""

import sys
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any, TypeAlias, TypeVar

from core.errors import BadSetting, BusyError, CaretakerError
from core.settings import Settings
from core.stats.executors.side_by_side import Future, in_order, run_on
from core.version import current_version

T = TypeVar("T")
SECONDS = 10
"""How long the scheduler may take to answer, and the first worker to be there."""
AGAIN = 2
"""How often a fit is begun anew where the worker that ran it is gone."""
LIBRARIES = ("numpy", "pandas", "scikit-learn", "scipy", "cloudpickle")
"""With other versions of these the same fit may give other numbers, or not be read at all."""
Versions: TypeAlias = dict[str, str]
Client: TypeAlias = Any  # distributed tells types of a part of its own only


@contextmanager
def fits_on_cluster(settings: Settings, folder: Path) -> Iterator[None]:
    """Let the fits inside the block run on the cluster of the settings; without one, here as ever.

    Args:
        settings: name the scheduler.
        folder: for what is sent; workers on other machines must see it under the same path.

    Raises:
        CaretakerError: the scheduler does not answer, has no workers, or its workers are not like us.
    """
    if not settings.cluster:
        yield
        return
    cluster = Cluster(settings.cluster, folder)
    try:
        with run_on(cluster):
            yield
    finally:
        cluster.close()


class Cluster:
    """An executor (`core.stats.executors`) on the workers of a Dask scheduler."""

    def __init__(self, address: str, folder: Path) -> None:
        self._address, self._folder = address, folder
        self._client: Client | None = None

    def __call__(self, fits: Iterable[Callable[[], T]], _at_once: int) -> Generator[T]:
        """Run as many at once as the cluster has threads, and one more that waits for the first free one."""
        from core.jobs.cluster.packing import Packer, run_packed

        client = self._client = self._client or connect(self._address)
        packer = Packer(self._folder)

        def begin(fit: Callable[[], T]) -> Future:
            # not pure: nothing is taken from the cluster's memory in place of a fit
            future = client.submit(run_packed, packer.pack(fit), pure=False, retries=AGAIN)
            return _Sent(future, self._address, self._folder)

        yield from in_order(fits, 1 + sum(client.nthreads().values()), begin)

    def close(self) -> None:
        """Leave the cluster; what still ran there for us is called off."""
        if self._client is not None:
            self._client.close()


def connect(address: str) -> Client:
    """A client of the scheduler whose workers run what we run.

    Raises:
        BadSetting: the client is not installed, or the workers have other versions.
        BusyError: the scheduler does not answer, or has no workers.
    """
    try:
        import distributed
    except ImportError as error:
        raise BadSetting(
            "CARETAKER_CLUSTER is set, but Dask's client is not installed.",
            "Run `pip install -r requirements-cluster.txt`, or remove CARETAKER_CLUSTER.",
        ) from error
    try:
        client = distributed.Client(address, timeout=SECONDS, set_as_default=False)
    except OSError as error:  # a time-out is one
        raise _silent(address) from error
    try:
        client.wait_for_workers(1, timeout=SECONDS)
        _require_same(client.run(environment))
    except OSError as error:
        client.close()
        raise _silent(address) from error
    except BaseException:
        client.close()
        raise
    return client


def environment() -> Versions:
    """What decides whether a fit gives the same numbers here; asked of every worker."""
    python = f"{sys.version_info.major}.{sys.version_info.minor}"
    return {"Python": python, "Caretaker": current_version()} | {name: version(name) for name in LIBRARIES}


def _require_same(of_workers: dict[str, Versions]) -> None:
    ours = environment()
    for worker, theirs in sorted(of_workers.items()):
        other = [
            f"{name} {theirs.get(name, 'none')} (here {value})"
            for name, value in ours.items()
            if theirs.get(name) != value
        ]
        if other:
            raise BadSetting(
                f"The cluster's worker {worker} has {', '.join(other)}.",
                "Install the same versions there, e.g. with constraints.txt: "
                "other ones may give other numbers.",
            )


@dataclass(frozen=True, slots=True)
class _Sent:
    """A fit on the cluster: what it refused itself passes as it is, what the cluster did to it is told."""

    future: Any
    address: str
    folder: Path

    def result(self) -> Any:
        from distributed.scheduler import KilledWorker

        try:
            return self.future.result()
        except KilledWorker as error:
            raise CaretakerError(
                "Several workers of the cluster died over one fit.",
                "Most often their memory ran out: give each more (`dask worker --memory-limit`), or use less "
                "data.",
            ) from error
        except FileNotFoundError as error:
            if not str(error.filename).startswith(str(self.folder)):
                raise
            raise CaretakerError(
                f"A worker of the cluster cannot read {error.filename}.",
                "Let every worker see the folder of CARETAKER_HOME under the same path, e.g. over NFS.",
            ) from error
        except ModuleNotFoundError as error:
            raise BadSetting(
                f"The cluster's workers have no {error.name}.",
                "Install there what is installed here, own recipes and transformers too.",
            ) from error
        except BaseException as error:
            if self.future.status in {"finished", "error"} or not isinstance(error, Exception):
                raise
            raise _silent(self.address) from error

    def cancel(self) -> None:
        self.future.cancel()


def _silent(address: str) -> BusyError:
    return BusyError(
        f"The cluster at {address} does not answer.",
        "See that its scheduler and workers run, then do it again; without CARETAKER_CLUSTER everything runs "
        "on this machine.",
    )
