"""The rows of a search as an encoder sees them: what was encoded before is read, the rest is encoded now."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.jobs.spec import Progress
from core.model import ModelSpec
from core.services.encoded_items import encode_items
from core.stats.arrays import Vectors
from core.store.workspace import Workspace
from core.training.encoders.encoder import ENCODERS, encoder_for, missing_note


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
    return " ".join(filter(None, [missing_note(spec.item), encoder.gain]))


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
    return Embedded(encoder.name, encode_items(ws, spec, encoder, frame[spec.roles.item], progress))
