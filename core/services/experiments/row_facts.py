"""What is known of rows beside their values: their order in time, and who has looked at their labels."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np
import pandas as pd

from core.store.annotation import current, suspects
from core.store.annotation.suspect_query import SuspectFilter, list_suspect_rows
from core.store.engine import reading
from core.store.workspace import Workspace

if TYPE_CHECKING:
    from core.model import ModelSpec
    from core.stats.arrays import Ints


@dataclass(frozen=True, slots=True)
class KnownLabels:
    """What was known of labels at one moment: ids of rows.

    Attributes:
        suspected: by the newest scan, and settled by no expert.
        settled: by experts.
    """

    suspected: frozenset[str] = frozenset()
    settled: frozenset[str] = frozenset()

    def of(self, row_ids: "pd.Series[str] | Sequence[str]") -> pd.DataFrame:
        """(n,) `suspect` and `expert` of these rows, as treatments read them."""
        ids = pd.Series(row_ids, dtype=object).reset_index(drop=True)
        return pd.DataFrame({"suspect": ids.isin(self.suspected), "expert": ids.isin(self.settled)})

    def to_json(self) -> dict[str, list[str]]:
        """As a job keeps it between its steps."""
        return {"suspected": sorted(self.suspected), "settled": sorted(self.settled)}

    @classmethod
    def from_json(cls, document: Mapping[str, list[str]]) -> Self:
        """The inverse of `to_json`."""
        return cls(frozenset(document["suspected"]), frozenset(document["settled"]))


NOTHING = KnownLabels()


def known_labels(ws: Workspace, spec: "ModelSpec") -> KnownLabels:
    """What is known of labels now."""
    with reading(ws.engine) as session:
        scan = suspects.latest(session, spec.id)
        # a scan keeps every row that it has looked at
        rows = list_suspect_rows(session, scan, SuspectFilter(flagged=True)) if scan else []
        settled = {row for row, one in current.read(session, spec.id).items() if one.state == "settled"}
    return KnownLabels(frozenset(row[0] for row in rows) - settled, frozenset(settled))


def clock_of(rows: pd.DataFrame) -> str:
    """The column that orders rows: their time where all have one, else their arrival."""
    return "_time" if rows["_time"].notna().all() else "_seq"


def oldest_first(rows: pd.DataFrame) -> "Ints":
    """(n,) positions of canonical rows in the order of time."""
    placed = rows[["_time", "_seq"]].reset_index(drop=True)
    ordered = placed.sort_values([clock_of(rows), "_seq"], kind="stable")
    return np.asarray(ordered.index, dtype=np.intp)
