"""The array types of the pure rooms, named once."""

from typing import Any, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.float64]
Ints: TypeAlias = NDArray[np.int64]
Bools: TypeAlias = NDArray[np.bool_]
Counts: TypeAlias = NDArray[np.int64]
Cells: TypeAlias = Counts | Floats
"""Counts of classes; of a regression counts beside sums of amounts."""
Features: TypeAlias = pd.DataFrame | NDArray[Any]


def take(features: Features, rows: Ints) -> Features:
    """Those rows, of a table or of an array."""
    return features.iloc[rows] if isinstance(features, pd.DataFrame) else features[rows]
