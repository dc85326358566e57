"""Items as an encoder sees them: what was encoded before is read, the rest is encoded now and kept."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from core.errors import RetrainError
from core.jobs.spec import Progress
from core.lake.media import embeddings
from core.model import ModelSpec
from core.stats.arrays import Vectors
from core.store.workspace import Workspace
from core.training.encoders.encoder import Encode, Encoder

if TYPE_CHECKING:
    import pandas as pd

IN_A_FILE = 256
"""Items: what a kill loses is at most half a minute of work."""
AT_ONCE = 32
"""Items between two signs of progress, at which the work can be stopped."""


def encode_items(
    ws: Workspace, spec: ModelSpec, encoder: Encoder, items: "pd.Series[Any]", progress: Progress
) -> Vectors:
    """(n, dimension) vectors of n items, those of missing ones all zeros; see `embed`.

    Raises:
        RetrainError: the package of the encoder is installed and does not work.
    """
    items = items.reset_index(drop=True)
    hashes = items.map(embeddings.item_hash, na_action="ignore")
    folder = embeddings.folder(ws.settings, spec, encoder.name, encoder.version)
    archive = embeddings.read(folder, encoder.dimension)
    new = items[hashes.notna() & ~hashes.isin(archive.hashes) & ~hashes.duplicated()]
    if len(new):
        _encode(encoder, new, hashes[new.index], folder, progress)
        archive = embeddings.read(folder, encoder.dimension)
    vectors = np.zeros((len(items), encoder.dimension), dtype=np.float32)
    has_item = hashes.notna().to_numpy()
    vectors[has_item] = archive.vectors[archive.places(hashes[has_item].tolist())]
    return vectors


def _encode(
    encoder: Encoder, items: "pd.Series[Any]", hashes: "pd.Series[str]", folder: Path, progress: Progress
) -> None:
    encode = _load(encoder)
    for first in range(0, len(items), IN_A_FILE):
        vectors = []
        for start in range(first, min(first + IN_A_FILE, len(items)), AT_ONCE):
            progress(start / len(items), f"{encoder.name} looks at item {start + 1:,} of {len(items):,}")
            end = min(start + AT_ONCE, first + IN_A_FILE)
            vectors.append(encode(items.iloc[start:end].tolist()))
        embeddings.add(folder, hashes.iloc[first : first + IN_A_FILE].tolist(), np.concatenate(vectors))


def _load(encoder: Encoder) -> Encode:
    try:
        return encoder.load()
    except (ImportError, OSError, RuntimeError) as error:
        raise RetrainError(
            f"The encoder {encoder.name} cannot be loaded: {error}.",
            f"Install {', '.join(encoder.needs)} anew, or uninstall it: labels are searched without it, too.",
        ) from error
