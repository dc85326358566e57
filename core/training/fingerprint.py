"""Fingerprints: the same experiment has the same SHA-256 in every process, so that it is never repeated."""

import hashlib
import inspect
import json
from collections.abc import Mapping
from importlib.metadata import version
from typing import Any

import numpy as np

from core.modules import stored_name

CODE_VERSION = "1"
"""Raise it when the meaning of a fit changes: split, cross-validation, preparation of the labels."""

WITHOUT_MEANING = frozenset({"n_jobs", "verbose", "memory", "verbose_feature_names_out"})


def fingerprint(parts: Mapping[str, Any]) -> str:
    """SHA-256 of what decides the result of an experiment.

    Args:
        parts: data revision, holdout, features, estimator, seed, scheme, metric ...; estimators are taken
            apart into class path and parameters, without those that do not matter for the result.

    >>> fingerprint({"a": 1, "b": [2.0, None]}) == fingerprint({"b": (2.0, None), "a": 1})
    True
    """
    versions = {"code": CODE_VERSION, "scikit-learn": ".".join(version("scikit-learn").split(".")[:2])}
    return digest({**parts, "versions": versions})


def digest(value: Any) -> str:
    """SHA-256 of the canonical JSON of a value.

    >>> digest({"a": 1, "b": 2}) == digest({"b": 2, "a": 1}), digest({"a": 1}) == digest({"a": 2})
    (True, False)
    """
    text = json.dumps(canonical(value), sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()


def canonical(value: Any) -> Any:
    """A value as plain JSON, the same in every process.

    Raises:
        TypeError: the value has no canonical form, e.g. an open file.

    >>> canonical({"b": (1, 2), "a": None})
    {'b': [1, 2], 'a': None}
    """
    if isinstance(value, np.generic):
        value = value.item()
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, float):
        return repr(value)
    if isinstance(value, (Mapping, set, frozenset, list, tuple, np.ndarray)):
        return _of_collection(value)
    return _of_object(value)


def _of_collection(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): canonical(inner) for key, inner in value.items()}
    if isinstance(value, np.ndarray):
        return {"dtype": str(value.dtype), "shape": list(value.shape), "values": canonical(value.tolist())}
    inner = [canonical(element) for element in value]
    return sorted(inner, key=json.dumps) if isinstance(value, (set, frozenset)) else inner


def _of_object(value: Any) -> Any:
    if isinstance(value, type):
        return {"class": _path(value)}
    if inspect.isfunction(value):
        source = hashlib.sha256(inspect.getsource(value).encode()).hexdigest()
        return {"function": _path(value), "source": source}
    if hasattr(value, "get_params"):
        parameters = {k: v for k, v in value.get_params(deep=False).items() if k not in WITHOUT_MEANING}
        return {"estimator": _path(type(value)), "parameters": canonical(parameters)}
    raise TypeError(f"{type(value).__qualname__} has no canonical form")


def _path(value: Any) -> str:
    """Module and name; ours carry the same where Caretaker was installed and in the repository."""
    return f"{stored_name(value.__module__)}.{value.__qualname__}"


def estimator_parameters(estimator: Any) -> dict[str, str]:
    """Path -> value of all parameters that are no estimators themselves, those of the parts included.

    >>> from sklearn.linear_model import Ridge
    >>> from sklearn.pipeline import Pipeline
    >>> parameters = estimator_parameters(Pipeline([("model", Ridge(alpha=2.0))]))
    >>> parameters["model"], parameters["model__alpha"]
    ('Ridge', '2.0')
    """
    every = estimator.get_params(deep=True)
    return {name: _text(value) for name, value in sorted(every.items()) if not _is_list_of_parts(value)}


def _text(value: Any) -> str:
    return type(value).__name__ if hasattr(value, "get_params") else str(value)


def _is_list_of_parts(value: Any) -> bool:
    """Steps and transformers, whose parts stand under paths of their own."""
    if not isinstance(value, list) or not value:
        return False
    return all(isinstance(part, tuple) and len(part) > 1 for part in value)
