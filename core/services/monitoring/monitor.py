"""Watch a model: profile what changed, compute the findings, store the document that pages read."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, cast

from core.health.assess import assess, fault_runs
from core.health.change.faults import Run
from core.health.change.units import CLOSER, ColumnValues
from core.health.performance.versions import changes
from core.health.profiles.history import Chunk, History
from core.health.profiles.layout import Layout
from core.health.profiles.profile import Profile
from core.health.report.compose import Facts, compose
from core.health.report.document import FORMAT, READABLE, HealthDocument
from core.jobs.spec import Progress, quiet
from core.lake.layout import learn_layout
from core.lake.look import look
from core.lake.profile import VERSION, Counted, log_facts, profile_chunks
from core.model import ModelSpec
from core.services.monitoring.partitions import (
    Division,
    Partition,
    divide,
    fingerprints,
    fresh_chunks,
    layout_fingerprint,
)
from core.stats.metrics import METRICS
from core.store import models
from core.store.annotation import events
from core.store.engine import reading, writing
from core.store.experiments import deployments
from core.store.ingestion import batches
from core.store.monitoring import findings, profiles
from core.store.workspace import Workspace
from core.tables.deliveries import LiveBatches

LAYOUT = "layout"
AT_ONCE = 60
"""Chunks in one pass over the lake."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What SQL says about a model at one moment."""

    spec: ModelSpec
    batches: LiveBatches
    corrections: dict[str, str]
    version: str | None
    changes: tuple[str, ...]
    profiled: dict[str, str]
    finding: str | None


def health(ws: Workspace, name: str) -> HealthDocument | None:
    """The document as it was computed last; None before the first time. Nothing is computed."""
    with reading(ws.engine) as session:
        found = findings.read(session, models.spec(session, name).id)
    return cast("HealthDocument", found) if found and found.get("format") in READABLE else None


def outdated(ws: Workspace) -> list[str]:
    """Models whose document was written by an older Caretaker: it must be computed anew."""
    with reading(ws.engine) as session:
        stored = {spec.name: findings.read(session, spec.id) for spec in models.specs(session)}
    return [name for name, body in stored.items() if body and body.get("format") != FORMAT]


def refresh(ws: Workspace, name: str, progress: Progress | None = None) -> HealthDocument:
    """Profile the chunks that changed since the last time, and compute the findings if anything did.

    Raises:
        DataError: there is no such model.
    """
    tell = progress or quiet
    seen = _look(ws, name)
    division = divide(seen.spec, seen.batches)
    tell(0.0, "Looking at what changed")
    layout = _layout(ws, seen, division)
    due = _due(ws, seen, layout, division)
    _count(ws, seen, layout, due, tell)
    tell(0.8, "Computing the findings")
    moment = datetime.now(UTC)
    digest = _finding_fingerprint(ws, seen, layout, division)
    stored = health(ws, name)
    if stored is not None and stored["format"] == FORMAT and seen.finding == digest:
        return stored
    document = _document(ws, seen, layout, division, moment)
    with writing(ws.engine) as session:
        findings.write(session, seen.spec.id, digest, cast("dict[str, Any]", document), moment)
    return document


def _look(ws: Workspace, name: str) -> Seen:
    with reading(ws.engine) as session:
        spec = models.spec(session, name)
        done = deployments.list_done(session, spec.id)
        return Seen(
            spec,
            batches.live(session, spec.id),
            events.corrections(session, spec.id),
            done[-1].version if done else None,
            tuple(each.data_until for each in done if each.kind != "first" and each.data_until),
            profiles.fingerprints(session, spec.id),
            findings.fingerprint(session, spec.id),
        )


def _layout(ws: Workspace, seen: Seen, division: Division) -> Layout:
    """The stored layout, or a new one when the reference changed (then every profile is counted anew)."""
    digest = layout_fingerprint(seen.spec, seen.batches, division)
    if seen.profiled.get(LAYOUT) == digest:
        with reading(ws.engine) as session:
            body = profiles.body(session, seen.spec.id, LAYOUT)
        if body is not None:
            return Layout.from_bytes(body)
    layout = learn_layout(
        ws.settings,
        seen.spec,
        seen.batches,
        part="training" if division.trained else "log",
        chunks=[each.chunk for each in division.reference],
    )
    with writing(ws.engine) as session:
        profiles.replace(session, seen.spec.id, LAYOUT, digest, {("", ""): layout.to_bytes()})
    return layout


def _due(ws: Workspace, seen: Seen, layout: Layout, division: Division) -> dict[Partition, str]:
    """Partitions whose profile is missing or out of date.

    A fingerprint ends with the moment when labels may still become known; else with nothing.
    """
    wanted = fingerprints(ws.settings, seen.spec, seen.batches, layout, seen.corrections, division)
    moment = _moment(seen.spec)
    gone = [key for key in seen.profiled if key != LAYOUT and key not in {each.key for each in wanted}]
    with writing(ws.engine) as session:
        profiles.forget(session, seen.spec.id, gone)
    return {
        each: digest
        for each, digest in wanted.items()
        if seen.profiled.get(each.key) not in (f"{digest}:", f"{digest}:{moment}")
    }


def _moment(spec: ModelSpec) -> str:
    return spec.as_of or datetime.now(UTC).date().isoformat()


def _count(ws: Workspace, seen: Seen, layout: Layout, due: dict[Partition, str], tell: Progress) -> None:
    done = 0
    for part in ("training", "log"):
        chunks = [each.chunk for each in due if each.part == part]
        for some in (chunks[at : at + AT_ONCE] for at in range(0, len(chunks), AT_ONCE)):
            tell(0.1 + 0.7 * done / len(due), f"Profiling {len(due):,} chunks")
            counted = profile_chunks(
                ws.settings,
                seen.spec,
                seen.batches,
                layout,
                part=part,
                chunks=some,
                corrections=seen.corrections,
            )
            _store(ws, seen.spec, {f"{p.part}/{p.chunk}": d for p, d in due.items()}, part, counted)
            done += len(some)


def _store(
    ws: Workspace, spec: ModelSpec, digests: dict[str, str], part: str, counted: list[Counted]
) -> None:
    bodies: dict[str, dict[tuple[str, str], bytes]] = {}
    pending: dict[str, bool] = {}
    for each in counted:
        key = f"{part}/{each.chunk}"
        bodies.setdefault(key, {})[each.column, each.value] = each.profile.to_bytes()
        pending[key] = pending.get(key, False) or bool(each.profile.pending)
    with writing(ws.engine) as session:
        for key, content in bodies.items():
            until = _moment(spec) if pending[key] else ""
            profiles.replace(session, spec.id, key, f"{digests[key]}:{until}", content)


def _finding_fingerprint(ws: Workspace, seen: Seen, layout: Layout, division: Division) -> str:
    with reading(ws.engine) as session:
        profiled = profiles.fingerprints(session, seen.spec.id)
    parts = (
        sorted(profiled.items()),
        layout.digest(),
        [each.key for each in division.reference],
        seen.spec.to_json(),
        seen.version,
        seen.changes,
    )
    return sha256(repr(parts).encode()).hexdigest()[:16]


def _document(
    ws: Workspace, seen: Seen, layout: Layout, division: Division, moment: datetime
) -> HealthDocument:
    with reading(ws.engine) as session:
        stored = profiles.read(session, seen.spec.id)
    chunks: dict[str, Chunk] = {}
    for each in stored:
        if each.chunk == LAYOUT:
            continue
        chunk = chunks.get(each.chunk) or Chunk(each.chunk.split("/", 1)[1], Profile.empty(layout))
        profile = Profile.from_bytes(each.body)
        if each.column == VERSION:
            chunk.versions[each.value] = profile
        elif each.column:
            chunk.segments[each.column, each.value] = profile
        else:
            chunk = replace(chunk, profile=profile)
        chunks[each.chunk] = chunk
    history = History(
        layout,
        tuple(chunks[p.key] for p in division.reference if p.key in chunks),
        tuple(chunks[p.key] for p in division.log if p.key in chunks),
        division.trained,
    )
    answered = changes(history.log)
    if answered is None:  # rows do not say who answered: the deployments do
        answered = fresh_chunks(seen.spec, division, seen.changes)
    history = replace(history, fresh=answered)
    metric = METRICS[seen.spec.metric]
    log = log_facts(ws.settings, seen.spec, seen.batches)
    return compose(
        seen.spec,
        assess(history, metric, seen.spec.tolerance, _looked(ws, seen, history)),
        Facts(seen.version, log.version, moment, log.labelled, log.strange),
    )


def _looked(ws: Workspace, seen: Seen, history: History) -> dict[Run, ColumnValues]:
    """The values behind the faults whose counts do not say what they are: a chunk is read once for all."""
    features = {feature.name: feature for feature in history.layout.features}
    due: dict[int, list[Run]] = {}
    for run in fault_runs(history):
        if run.fault.kind in CLOSER:
            due.setdefault(run.last, []).append(run)
    found: dict[Run, ColumnValues] = {}
    for at, runs in due.items():
        wanted = [features[name] for name in {run.fault.feature for run in runs}]
        seen_now = look(ws.settings, seen.spec, seen.batches, history.log[at].key, wanted)
        found |= {run: seen_now[run.fault.feature] for run in runs}
    return found
