"""The items of a search as an encoder sees them: what was encoded before is read, the rest encoded once."""

from typing import Any

from sklearn.pipeline import Pipeline

from core.jobs.spec import Progress
from core.model import ModelSpec
from core.services.encoded_items import encode_items
from core.store.workspace import Workspace
from core.training.encoders.encoded import EncodedItem
from core.training.encoders.encoder import encoder_for


def encode_rows(ws: Workspace, spec: ModelSpec, X: Any, pipeline: Any, progress: Progress) -> None:
    """Let this process know the vectors of all items, where the pipeline begins with an encoder.

    The same are read where wrong labels are searched: what either has encoded the other has. What is stopped
    midway is kept.

    Args:
        ws: the workspace, whose lake keeps every vector.
        spec: the model.
        X: (n, 1) the items.
        pipeline: unfitted.
        progress: takes the done fraction and a sentence; may raise to stop.

    Raises:
        RetrainError: the package of the encoder is installed and does not work.
    """
    encoder = encoder_for(spec.item)
    step = pipeline.steps[0][1] if isinstance(pipeline, Pipeline) else None
    if encoder is None or not isinstance(step, EncodedItem):
        return
    items = X.iloc[:, 0]
    new = items[[not step.ENCODING.has(item) for item in items]]
    if len(new):
        step.ENCODING.keep(new.tolist(), encode_items(ws, spec, encoder, new, progress))
