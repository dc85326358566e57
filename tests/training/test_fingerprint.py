"""A fingerprint is the same in every process, and changes with everything that changes the result."""

import subprocess
import sys

import numpy as np
import pytest
from sklearn.ensemble import ExtraTreesClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler

from core.training.fingerprint import canonical, fingerprint


def pipeline(**parameters):
    return Pipeline([("scale", StandardScaler()), ("model", LogisticRegression(**parameters))])


def test_it_is_equal_across_processes_with_other_hash_seeds():
    code = (
        "from sklearn.linear_model import LogisticRegression as L; "
        "from core.training.fingerprint import fingerprint as f; "
        "print(f({'e': L(C=3), 's': {'b', 'a', 'c'}, 'x': 0.1}))"
    )
    runs = {
        subprocess.run(
            [sys.executable, "-c", code],
            capture_output=True,
            text=True,
            check=True,
            env={"PYTHONHASHSEED": seed},
        ).stdout
        for seed in ("1", "2")
    }
    assert runs == {fingerprint({"e": LogisticRegression(C=3), "s": {"a", "b", "c"}, "x": 0.1}) + "\n"}


def test_a_nested_parameter_changes_it():
    assert fingerprint({"e": pipeline(C=1.0)}) != fingerprint({"e": pipeline(C=2.0)})


def test_parameters_without_meaning_do_not():
    slow, fast = ExtraTreesClassifier(n_jobs=1, verbose=0), ExtraTreesClassifier(n_jobs=2, verbose=1)
    assert fingerprint({"e": slow}) == fingerprint({"e": fast})


def test_functions_are_named_by_place_and_source():
    assert canonical(np.testing.assert_equal)["function"].startswith("numpy.testing")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (1, 1.5),
        (1, "1"),
        (True, "True"),
        (None, "None"),
        ([1, 2], [2, 1]),
        ({"a": 1}, {"a": 2}),
        (int, float),
    ],
)
def test_different_values_have_different_fingerprints(one, other):
    assert fingerprint({"v": one}) != fingerprint({"v": other})


def test_numpy_numbers_are_numbers():
    assert canonical({"a": np.float64(0.5), "b": np.int64(2)}) == canonical({"a": 0.5, "b": 2})
    assert canonical(np.array([1, 2])) != canonical(np.array([1.0, 2.0]))


def test_what_has_no_canonical_form_is_refused():
    with pytest.raises(TypeError, match="no canonical form"):
        canonical(object())
