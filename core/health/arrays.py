"""The array types of this room."""

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.float64]
Counts: TypeAlias = NDArray[np.int64]
Cells: TypeAlias = Counts | Floats
"""Counts of classes; of a regression counts beside sums of amounts."""
Bools: TypeAlias = NDArray[np.bool_]
