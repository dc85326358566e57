"""The layout of profiles: which cell a value falls into.

It is fixed by the reference period, so that profiles add up.
"""

import json
from dataclasses import asdict, dataclass
from hashlib import sha256
from typing import Any


@dataclass(frozen=True, slots=True)
class Feature:
    """The cells of one feature.

    A numeric value falls into the cell "number of edges that are not above it": cell 0 is below everything
    the reference period had, cell `len(edges)` above it. A category falls into the cell of its place in
    `values`; the cell after them is for values the reference period did not list. The last cell is "missing".
    """

    name: str
    edges: tuple[float, ...] = ()
    values: tuple[str, ...] = ()

    @classmethod
    def from_json(cls, document: dict[str, Any]) -> "Feature":
        """The inverse of `asdict`."""
        return cls(document["name"], tuple(document["edges"]), tuple(document["values"]))

    @property
    def numeric(self) -> bool:
        """Whether the cells are ranges of numbers."""
        return bool(self.edges)

    @property
    def size(self) -> int:
        """Number of cells, with "other" and "missing"."""
        return (len(self.edges) + 1 if self.numeric else len(self.values) + 1) + 1

    @property
    def strange(self) -> tuple[int, ...]:
        """Cells of values that the reference period did not have."""
        return (0, len(self.edges)) if self.numeric else (len(self.values),)

    @property
    def constant(self) -> bool:
        """Whether the reference period had one value only: no model can have learnt from it."""
        return (len(self.edges) - 1 if self.numeric else len(self.values)) <= 1


@dataclass(frozen=True, slots=True)
class Split:
    """One fork of a tree: rows in these cells of the column go to `inside`, all others to `outside`.

    A number from 0 is another split, one below 0 a leaf: -1 is the first.
    """

    column: str
    cells: tuple[int, ...]
    inside: int
    outside: int


@dataclass(frozen=True, slots=True)
class Strata:
    """Groups of rows that err alike: the leaves of a tree over the cells of inputs and of the prediction.

    Attributes:
        splits: of the tree, its root first; none where all rows are one group.
        features: what it splits by.
    """

    splits: tuple[Split, ...] = ()
    features: tuple[Feature, ...] = ()

    @classmethod
    def from_json(cls, document: dict[str, Any]) -> "Strata":
        """The inverse of `asdict`."""
        splits = tuple(Split(**{**split, "cells": tuple(split["cells"])}) for split in document["splits"])
        return cls(splits, tuple(Feature.from_json(feature) for feature in document["features"]))

    @property
    def size(self) -> int:
        """Number of leaves; a row without a prediction is in none, and has the number after the last."""
        return len(self.splits) + 1


@dataclass(frozen=True, slots=True)
class Layout:
    """All that must be equal for two profiles to add up.

    Attributes:
        classes: labels in the order of the scores; for binary the positive class is last; none for amounts.
        prediction: cells of the predicted amount, for regression; `centre`: mean label of the reference rows.
        segments: column -> values for which there are profiles of their own.
        strata: of a regression, in which errors are summed; None: in the cells of the prediction. Of two
            classes, in which scores are counted; None: nowhere.
    """

    classes: tuple[str, ...]
    bins: int
    features: tuple[Feature, ...] = ()
    segments: tuple[tuple[str, tuple[str, ...]], ...] = ()
    prediction: Feature | None = None
    centre: float = 0.0
    strata: Strata | None = None

    @property
    def scored(self) -> tuple[int, ...]:
        """Classes with a one-vs-rest histogram: all, or only the positive one of two."""
        return (1,) if len(self.classes) == 2 else tuple(range(len(self.classes)))  # noqa: PLR2004 -- binary

    @property
    def amounts(self) -> Feature:
        """The cells of the predicted amount, which the layout of a regression has."""
        return self.prediction or Feature("_prediction")

    @property
    def error_groups(self) -> int:
        """Number of groups in which errors are summed, with that of rows without a prediction."""
        if self.prediction is None:
            return 0
        return self.strata.size + 1 if self.strata else self.prediction.size

    @property
    def score_groups(self) -> int:
        """Number of strata in which scores are counted; 0 but for two classes, and where no input is."""
        return self.strata.size if self.strata and self.classes and self.features else 0

    def slices(self) -> dict[str, slice]:
        """Feature -> its rows in `Profile.cells`."""
        by_name, start = {}, 0
        for feature in self.features:
            by_name[feature.name] = slice(start, start + feature.size)
            start += feature.size
        return by_name

    @property
    def cells(self) -> int:
        """Number of cells of all features together."""
        return sum(feature.size for feature in self.features)

    def to_bytes(self) -> bytes:
        """As JSON."""
        return json.dumps(asdict(self)).encode()

    @classmethod
    def from_bytes(cls, body: bytes) -> "Layout":
        """The inverse of `to_bytes`.

        >>> layout = Layout(("no", "yes"), 8, (Feature("x", edges=(0.0, 1.0)),), (("hotel", ("a", "b")),))
        >>> Layout.from_bytes(layout.to_bytes()) == layout
        True
        """
        document: dict[str, Any] = json.loads(body)
        return cls(
            classes=tuple(document["classes"]),
            bins=document["bins"],
            features=tuple(Feature.from_json(feature) for feature in document["features"]),
            segments=tuple((column, tuple(values)) for column, values in document["segments"]),
            prediction=Feature.from_json(document["prediction"]) if document["prediction"] else None,
            centre=document["centre"],
            strata=Strata.from_json(document["strata"]) if document["strata"] else None,
        )

    def digest(self) -> str:
        """A hash: profiles of another digest do not add up with these."""
        return sha256(self.to_bytes()).hexdigest()[:16]
