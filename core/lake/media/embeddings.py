"""Vectors of pictures and texts by the hash of their content: each encoded once, in files that only add."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import numpy as np
import pandas as pd

from core.lake.whole import damage
from core.lake.write import write_plain
from core.model import ModelSpec
from core.settings import Settings
from core.stats.arrays import Ints, Vectors


@dataclass(frozen=True, slots=True)
class Archive:
    """What an encoder has made so far: (m,) hashes of contents and their (m, d) vectors."""

    hashes: pd.Index
    vectors: Vectors

    def places(self, hashes: Sequence[str]) -> Ints:
        """(n,) row of each hash, -1 where its content was not encoded yet."""
        return np.asarray(self.hashes.get_indexer(pd.Index(hashes)), dtype=np.int64)


def item_hash(item: bytes | str) -> str:
    """The name of a content, whatever row or model it belongs to.

    >>> item_hash("a") == item_hash(b"a"), item_hash("a") == item_hash("b")
    (True, False)
    """
    return sha256(item.encode() if isinstance(item, str) else item).hexdigest()


def folder(settings: Settings, spec: ModelSpec, encoder: str, version: str) -> Path:
    """Where the vectors lie that this version of the encoder made of the model's items."""
    return settings.lake / str(spec.id) / "embeddings" / f"{encoder}-{version}"


def add(folder: Path, hashes: Sequence[str], vectors: Vectors) -> None:
    """Write vectors that are not stored yet, as a file of its own; a crash leaves the file or none."""
    name = sha256("".join(hashes).encode()).hexdigest()[:32]
    write_plain(folder / f"{name}.parquet", pd.DataFrame({"_hash": hashes, "vector": list(vectors)}))


def read(folder: Path, dimension: int) -> Archive:
    """Everything that is stored; a damaged file counts as none: what it held is encoded again."""
    parts = [pd.read_parquet(path) for path in sorted(folder.glob("*.parquet")) if damage(path) is None]
    if not parts:
        return Archive(pd.Index([], dtype=object), np.zeros((0, dimension), dtype=np.float32))
    table = pd.concat(parts).drop_duplicates("_hash")
    return Archive(pd.Index(table["_hash"]), np.stack(table["vector"].tolist()).astype(np.float32))
