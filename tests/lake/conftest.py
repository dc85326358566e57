"""A small lake: two classes, one feature, label times."""

from dataclasses import dataclass, field

import pandas as pd
import pytest

from core.lake.paths import chunk_file, training_file
from core.lake.rows import read_rows
from core.lake.write import write_rows
from core.model import ModelSpec, Roles
from core.settings import Settings
from core.tables.deliveries import LiveBatch


def spec(**changes):
    roles = Roles(
        label="y", id="id", time="day", label_available_at="known", features=("x", "town"), segments=("town",)
    )
    plain = {
        "id": 1,
        "name": "m",
        "task": "binary",
        "item": "record",
        "classes": ("no", "yes"),
        "roles": roles,
        "registry_name": "m",
        "metric": "roc_auc",
        "tolerance": 0.02,
        "chunk": "month",
        "as_of": "2016-12-31",
    }
    return ModelSpec(**(plain | changes))


@dataclass
class Lake:
    """A lake that grows by batches."""

    settings: Settings
    spec: ModelSpec
    batches: list = field(default_factory=list)

    def add(self, kind, rows):
        """Write a batch of (_id, _time, x, town, _label, _label_time)."""
        frame = pd.DataFrame(rows, columns=["_id", "_time", "x", "town", "_label", "_label_time"])
        for name in ("_time", "_label_time"):
            frame[name] = pd.to_datetime(frame[name])
        frame["_chunk"] = frame["_time"].dt.strftime("%Y-%m")
        frame["_seq"] = range(100 * len(self.batches), 100 * len(self.batches) + len(frame))
        frame = frame.assign(_prediction="no", _score_0=0.9, _score_1=0.1, _version="1")
        self.write(kind, frame)

    def write(self, kind, frame, replaced=None):
        """Write a batch of canonical rows; `replaced` of them were there before."""
        content_hash = f"hash{len(self.batches)}"
        if kind == "training":
            write_rows(training_file(self.settings, 1, content_hash), frame, self.spec)
        else:
            for chunk, part in frame.groupby("_chunk"):
                write_rows(chunk_file(self.settings, 1, kind, chunk, content_hash), part, self.spec)
        chunks = tuple(sorted(frame["_chunk"].unique()))
        self.batches.append(LiveBatch(len(self.batches) + 1, kind, content_hash, chunks, replaced))

    def read(self, **how):
        """The rows, by id."""
        return read_rows(self.settings, self.spec, tuple(self.batches), **how).set_index("_id")


@pytest.fixture
def lake(tmp_path):
    return Lake(Settings(home=tmp_path), spec())
