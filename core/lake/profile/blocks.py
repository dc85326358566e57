"""Blocks of chunks that are counted at once, so that memory does not grow with the log."""

from collections.abc import Iterator

from core.lake.paths import Part, row_files
from core.lake.whole import whole
from core.model import ModelSpec
from core.settings import Settings
from core.tables.deliveries import LiveBatches

BYTES = 200_000_000
"""Of Parquet files in one block, but for a chunk that is larger: 1.5 million rows of 20 features."""
CHUNKS = 60
"""In one block: the counts of so many are in memory at once."""


def blocks(
    settings: Settings, spec: ModelSpec, batches: LiveBatches, part: Part, chunks: list[str]
) -> Iterator[list[str]]:
    """The chunks in their order, in blocks.

    Raises:
        StoreError: a file is gone.
    """
    block: list[str] = []
    size = 0.0
    for chunk in chunks:
        own = _size(settings, spec, batches, part, chunk)
        if block and (size + own > BYTES or len(block) == CHUNKS):
            yield block
            block, size = [], 0.0
        block.append(chunk)
        size += own
    if block:
        yield block


def is_large(
    settings: Settings, spec: ModelSpec, batches: LiveBatches, part: Part, chunks: list[str] | None
) -> bool:
    """Whether these rows are more than a block, so that they should not be in memory at once."""
    with whole(settings.lake / str(spec.id)):
        return sum(f.path.stat().st_size for f in row_files(settings, spec, batches, part, chunks)) > BYTES


def _size(settings: Settings, spec: ModelSpec, batches: LiveBatches, part: Part, chunk: str) -> float:
    """Bytes of the files of a chunk; of a training file, which holds several chunks, its part."""
    shared = {batch.id: len(batch.chunks) if batch.kind == "training" else 1 for batch in batches}
    with whole(settings.lake / str(spec.id)):
        files = row_files(settings, spec, batches, part, [chunk])
        return sum(file.path.stat().st_size / shared[file.batch] for file in files)
