import os

import pytest

from core.jobs import threads


@pytest.mark.parametrize(("cores", "threads_of_a_fit"), [(1, 1), (2, 1), (4, 2), (64, 8)])
def test_a_fit_leaves_half_of_the_cores(
    monkeypatch: pytest.MonkeyPatch, cores: int, threads_of_a_fit: int
) -> None:
    monkeypatch.setattr(threads, "_ours", {})
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    monkeypatch.setattr(os, "cpu_count", lambda: cores)
    threads.cap()
    assert os.environ["OMP_NUM_THREADS"] == str(threads_of_a_fit)
    threads.cap(1)
    assert os.environ["OMP_NUM_THREADS"] == "1"


def test_threads_are_capped_and_what_a_person_set_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(threads, "_ours", {})
    monkeypatch.setenv("OMP_NUM_THREADS", "3")
    for name in ("OPENBLAS_NUM_THREADS", "OMP_WAIT_POLICY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(os, "cpu_count", lambda: 64)
    threads.cap()
    assert os.environ["OMP_NUM_THREADS"] == "3"
    assert os.environ["OPENBLAS_NUM_THREADS"] == "8"
    assert os.environ["OMP_WAIT_POLICY"] == "PASSIVE"
