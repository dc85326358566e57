"""The array types of the pure rooms, named once."""

from typing import Any, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.float64]
Vectors: TypeAlias = NDArray[np.float32]
"""What encoders make of items."""
Ints: TypeAlias = NDArray[np.int64]
Bools: TypeAlias = NDArray[np.bool_]
Counts: TypeAlias = NDArray[np.int64]
Cells: TypeAlias = Counts | Floats
"""Counts of classes; of a regression counts beside sums of amounts."""
Features: TypeAlias = pd.DataFrame | NDArray[Any]


def take(features: Features, rows: Ints) -> Features:
    """Those rows, of a table or of an array.

    >>> take(np.array([[1, 2], [3, 4], [5, 6]]), np.array([2, 0])).tolist()
    [[5, 6], [1, 2]]
    """
    return features.iloc[rows] if isinstance(features, pd.DataFrame) else features[rows]
