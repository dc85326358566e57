"""What is kept of every chunk: its profiles, those of segments and versions, what is known beside them."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from core.health.profiles.history import Chunk
from core.health.profiles.layout import Layout
from core.health.profiles.profile import Profile
from core.lake.profile.log_facts import ChunkFacts
from core.lake.profile.profile_pass import VERSION, Counted
from core.model import ModelSpec
from core.store.engine import reading, writing
from core.store.monitoring import profiles
from core.store.workspace import Workspace

LAYOUT = "layout"
FACTS = "_facts"
"""Name under which what is known of the rows of a chunk stands beside its profiles."""


def moment_of(spec: ModelSpec) -> str:
    """Until when labels are known."""
    return spec.as_of or datetime.now(UTC).date().isoformat()


def store_chunks(
    ws: Workspace,
    spec: ModelSpec,
    digests: Mapping[str, str],
    part: str,
    counted: Sequence[Counted],
    beside: Mapping[str, ChunkFacts],
) -> None:
    """Replace what is kept of chunks, in one transaction.

    Args:
        ws: the home.
        spec: the model.
        digests: partition -> hash of what it was counted from.
        part: training or log.
        counted: the profiles.
        beside: chunk -> what is known beside them.
    """
    bodies: dict[str, dict[tuple[str, str], bytes]] = {}
    pending: dict[str, bool] = {}
    for counts in counted:
        key = f"{part}/{counts.chunk}"
        bodies.setdefault(key, {})[counts.column, counts.value] = counts.profile.to_bytes()
        pending[key] = pending.get(key, False) or bool(counts.profile.pending)
    for chunk, facts in beside.items():
        bodies[f"{part}/{chunk}"][FACTS, ""] = facts.to_bytes()
    with writing(ws.engine) as session:
        for key, content in bodies.items():
            until = moment_of(spec) if pending[key] else ""
            profiles.replace(session, spec.id, key, f"{digests[key]}:{until}", content)


def read_chunks(
    ws: Workspace, spec: ModelSpec, layout: Layout
) -> tuple[dict[str, Chunk], dict[str, ChunkFacts]]:
    """Partition -> its profiles; and chunk of the log -> what is known beside them."""
    with reading(ws.engine) as session:
        stored_profiles = profiles.read(session, spec.id)
    chunks: dict[str, Chunk] = {}
    beside: dict[str, ChunkFacts] = {}
    for row in stored_profiles:
        if "/" not in row.chunk:  # not of a partition
            continue
        key = row.chunk.split("/", 1)[1]
        if row.column == FACTS:
            beside[key] = ChunkFacts.from_bytes(row.body)
            continue
        chunk = chunks.get(row.chunk) or Chunk(key, Profile.empty(layout))
        profile = Profile.from_bytes(row.body)
        if row.column == VERSION:
            chunk.versions[row.value] = profile
        elif row.column:
            chunk.segments[row.column, row.value] = profile
        else:
            chunk = replace(chunk, profile=profile)
        chunks[row.chunk] = chunk
    return chunks, beside
