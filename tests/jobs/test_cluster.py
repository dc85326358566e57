"""A Dask cluster beside this process: the same numbers to the last digit, also when a worker is killed."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier

from core.errors import BadSetting, BusyError, CaretakerError
from core.jobs.cluster import connection
from core.jobs.cluster.connection import fits_on_cluster
from core.jobs.cluster.packing import LARGE, Packer, run_packed
from core.label_errors.cv_splits import shuffled_splits
from core.label_errors.out_of_fold import Contender, out_of_fold
from core.settings import Settings
from core.stats.executors.side_by_side import side_by_side
from tests.browser.server import ROOT, until


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    """A scheduler and two workers of one thread, each a process of its own."""
    file = tmp_path_factory.mktemp("cluster") / "scheduler.json"
    common = ("--scheduler-file", str(file), "--host", "127.0.0.1", "--no-dashboard")
    workers = ("--nworkers", "2", "--nthreads", "1", "--nanny")
    commands = [("distributed.cli.dask_scheduler", "--port", "0"), ("distributed.cli.dask_worker", *workers)]
    quiet = {"cwd": ROOT, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    processes = [subprocess.Popen((sys.executable, "-m", *command, *common), **quiet) for command in commands]
    until(file.exists, "the scheduler")
    yield json.loads(file.read_text())["address"]
    for process in processes[::-1]:
        process.terminate()
        process.wait(30)


@pytest.fixture
def settings(address, tmp_path):
    return Settings(home=tmp_path, cluster=address)


@pytest.mark.parametrize("model", [RandomForestClassifier, HistGradientBoostingClassifier])
def test_votes_are_the_same_to_the_last_digit(settings, tmp_path, model):
    rng = np.random.default_rng(0)
    X = rng.normal(size=(300, 500))  # large enough to travel as a file
    assert X.nbytes >= LARGE
    labels = np.where(X[:, 0] + rng.normal(size=300) > 0, "yes", "no")
    how = {"n_estimators": 5} if model is RandomForestClassifier else {"max_iter": 3}
    voter = Contender("trees", model(random_state=0, **how), X)
    splits = shuffled_splits((labels == "yes").astype(np.int64), np.arange(300), repeats=1)
    here = out_of_fold(voter, labels, ["no", "yes"], splits)
    with fits_on_cluster(settings, tmp_path / "sent"):
        there = out_of_fold(voter, labels, ["no", "yes"], splits)
    assert np.array_equal(here, there)
    assert len(list((tmp_path / "sent").iterdir())) == 1, "what all folds read is sent once"


def test_fits_run_in_the_workers_in_order(settings, tmp_path):
    with fits_on_cluster(settings, tmp_path):
        answers = list(side_by_side([lambda number=number: (number, os.getpid()) for number in range(6)]))
    assert [number for number, _ in answers] == list(range(6))
    assert 1 <= len({pid for _, pid in answers} - {os.getpid()}) <= 2


def test_a_killed_worker_costs_time_alone(settings, tmp_path):
    marker = tmp_path / "killed"

    def die_once(number):
        if number == 2 and not marker.exists():
            marker.touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return number

    with fits_on_cluster(settings, tmp_path / "sent"):
        assert list(side_by_side([lambda n=n: die_once(n) for n in range(5)])) == list(range(5))
    assert marker.exists()


def test_what_a_fit_refuses_comes_back_as_it_is(settings, tmp_path):
    def refuse():
        raise FileNotFoundError(2, "gone", "elsewhere.csv")

    with fits_on_cluster(settings, tmp_path), pytest.raises(FileNotFoundError, match=r"elsewhere\.csv"):
        list(side_by_side([refuse]))


def test_our_own_errors_keep_their_hint(settings, tmp_path):
    def refuse():
        raise BusyError("Not now.", "Wait.")

    with fits_on_cluster(settings, tmp_path), pytest.raises(BusyError) as error:
        list(side_by_side([refuse]))
    assert (error.value.message, error.value.hint) == ("Not now.", "Wait.")


def test_a_folder_that_workers_do_not_see_is_named(settings, tmp_path, monkeypatch):
    large = np.zeros(LARGE)
    monkeypatch.setattr(Packer, "_file", lambda *_: str(tmp_path / "sent" / "gone.pickle"))
    with fits_on_cluster(settings, tmp_path / "sent"), pytest.raises(CaretakerError, match=r"gone\.pickle"):
        list(side_by_side([lambda: large + 1]))


def test_workers_with_other_versions_are_refused(settings, tmp_path, monkeypatch):
    ours = connection.environment
    theirs = {"127.0.0.1:1": ours() | {"numpy": "1.0"}}
    with pytest.raises(BadSetting, match=r"numpy 1\.0 \(here"):
        connection._require_same(theirs)
    connection._require_same({"127.0.0.1:1": ours()})


def test_a_silent_scheduler_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr(connection, "SECONDS", 0.2)
    with (
        fits_on_cluster(Settings(home=tmp_path, cluster="tcp://127.0.0.1:9"), tmp_path),
        pytest.raises(BusyError, match="does not answer"),
    ):
        list(side_by_side([lambda: 1]))


def test_without_a_cluster_fits_run_here(tmp_path):
    with fits_on_cluster(Settings(home=tmp_path), tmp_path):
        assert list(side_by_side([os.getpid])) == [os.getpid()]


def test_who_stops_early_calls_the_rest_off(settings, tmp_path):
    begun = tmp_path / "begun"
    begun.mkdir()

    def mark(number):
        (begun / str(number)).touch()
        time.sleep(0.05)

    with fits_on_cluster(settings, tmp_path):
        fits = side_by_side(lambda n=n: mark(n) for n in range(50))
        next(fits)
        fits.close()
    time.sleep(0.3)
    assert len(list(begun.iterdir())) < 10


def test_a_packed_fit_is_run_anywhere(tmp_path):
    table = np.arange(LARGE // 8 + 1, dtype=float)
    packer = Packer(tmp_path)
    first, second = packer.pack(table.sum), packer.pack(table.max)
    assert len(first) < 5_000
    assert (run_packed(first), run_packed(second)) == (table.sum(), table.max())
    assert len(list(Path(tmp_path).iterdir())) == 1


@pytest.mark.parametrize("address", ["10.0.0.5:8786", "http://10.0.0.5:8786"])
def test_an_address_must_be_a_schedulers(tmp_path, address):
    with pytest.raises(BadSetting, match="CARETAKER_CLUSTER"):
        Settings(home=tmp_path, cluster=address)
