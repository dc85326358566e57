"""Watch a model: profile what changed, compute the findings, store the document that pages read."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, cast

from core.health.assess import assess, fault_runs
from core.health.attribution.reviewed_labels import ReviewedLabels
from core.health.change.rows_and_time import is_overdue
from core.health.headline import headline
from core.health.performance.versions import changes
from core.health.profiles.history import History
from core.health.profiles.layout import Layout
from core.health.report.compose import Facts, compose
from core.health.report.document import FORMAT, READABLE, DeliveryEntry, HealthDocument
from core.health.tasks.remembered import Memory
from core.jobs.spec import Progress, quiet
from core.lake.layout import learn_layout
from core.lake.profile.blocks import blocks
from core.lake.profile.log_facts import chunk_facts, log_facts
from core.lake.profile.profile_pass import profile_chunks
from core.messages import Message
from core.model import ModelSpec
from core.services.monitoring.arrivals import arrivals
from core.services.monitoring.chunk_store import LAYOUT, moment_of, read_chunks, store_chunks
from core.services.monitoring.closer_look import deliveries_of_faults, look_closer, price_from_rows
from core.services.monitoring.estimates import ESTIMATES, pack_estimates, recall_estimates
from core.services.monitoring.guard_alert import roll_back_message
from core.services.monitoring.older_documents import in_present_form
from core.services.monitoring.partitions import (
    Division,
    Partition,
    divide,
    fingerprints,
    fresh_chunks,
    layout_fingerprint,
)
from core.services.monitoring.reviews import reviewed_labels
from core.services.spec_metrics import metrics_of
from core.store import models
from core.store.annotation import blind_samples, events
from core.store.engine import StoreSession, reading, writing
from core.store.experiments import deployments, shadows
from core.store.ingestion import batches
from core.store.monitoring import findings, headlines, profiles
from core.store.tables import Shadow
from core.store.workspace import Workspace
from core.tables.deliveries import LiveBatches


@dataclass(frozen=True, slots=True)
class ModelFacts:
    """What SQL says about a model at one moment."""

    spec: ModelSpec
    batches: LiveBatches
    corrections: dict[str, str]
    version: str | None
    changes: tuple[str, ...]
    profiled: dict[str, str]
    finding: str | None
    reviewed: ReviewedLabels | None
    guard: tuple[Message, str] | None


def health(ws: Workspace, name: str) -> HealthDocument | None:
    """The document as it was computed last; None before the first time, and where it is damaged.

    Nothing is computed.
    """
    with reading(ws.engine) as session:
        document = findings.read(session, models.spec(session, name).id)
    if not document or document.get("format") not in READABLE:
        return None
    return cast("HealthDocument", in_present_form(document))


def outdated_models(ws: Workspace) -> list[str]:
    """Models whose document an older Caretaker wrote, or a disk has damaged: it must be computed anew."""
    with reading(ws.engine) as session:
        return [spec.name for spec in models.specs(session) if _is_outdated(session, spec.id)]


def _is_outdated(session: StoreSession, model_id: int) -> bool:
    if findings.is_damaged(session, model_id):
        return True
    body = findings.read(session, model_id)
    if body is None:
        return False
    return body.get("format") != FORMAT or headlines.of_model(session, model_id) is None


def is_damaged(ws: Workspace, name: str) -> bool:
    """Whether the document was computed and is not what was written: it is not shown, and computed anew."""
    with reading(ws.engine) as session:
        return findings.is_damaged(session, models.spec(session, name).id)


def refresh(ws: Workspace, name: str, progress: Progress | None = None) -> HealthDocument:
    """Profile the chunks that changed since the last time, and compute the findings if anything did.

    Profiles that a disk has changed are counted anew.

    Raises:
        DataError: there is no such model.
    """
    tell = progress or quiet
    try:
        return _refresh(ws, name, tell)
    except profiles.DamagedProfiles as error:
        with writing(ws.engine) as session:
            profiles.forget(session, models.spec(session, name).id, error.chunks)
    return _refresh(ws, name, tell)


def _refresh(ws: Workspace, name: str, tell: Progress) -> HealthDocument:
    facts = _read_facts(ws, name)
    division = divide(facts.spec, facts.batches)
    tell(0.0, "Looking at what changed")
    layout = _layout(ws, facts, division)
    due = _due(ws, facts, layout, division)
    _count(ws, facts, layout, due, tell)
    tell(0.8, "Computing the findings")
    moment = datetime.now(UTC)
    digest = _finding_fingerprint(ws, facts, layout, division)
    document_before = health(ws, name)
    if document_before is not None and document_before["format"] == FORMAT and facts.finding == digest:
        return document_before
    memory = recall_estimates(ws, facts.spec)
    document = _document(ws, facts, layout, division, moment, memory)
    body, brief = cast("dict[str, Any]", document), cast("dict[str, Any]", headline(document))
    with writing(ws.engine) as session:
        findings.write(session, facts.spec.id, digest, body, moment, headline=brief)
        packed = {("", ""): pack_estimates(memory)}
        profiles.replace(session, facts.spec.id, ESTIMATES, memory.of[:16], packed)
    return document


def _read_facts(ws: Workspace, name: str) -> ModelFacts:
    with reading(ws.engine) as session:
        spec = models.spec(session, name)
        done = deployments.list_done(session, spec.id)
        newest = blind_samples.latest_with_labels(session, spec.id)
        return ModelFacts(
            spec,
            batches.live(session, spec.id),
            events.corrections(session, spec.id, measuring=True),
            done[-1].version if done else None,
            tuple(
                deployment.data_until
                for deployment in done
                if deployment.kind != "first" and deployment.data_until
            ),
            profiles.fingerprints(session, spec.id),
            findings.fingerprint(session, spec.id),
            reviewed_labels(newest) if newest else None,
            _guard(shadows.guard_of_champion(session, spec.id)),
        )


def _guard(row: Shadow | None) -> tuple[Message, str] | None:
    message = roll_back_message(row)
    if row is None or message is None:
        return None
    return message, (row.ended_at or row.created_at).date().isoformat()


def _layout(ws: Workspace, facts: ModelFacts, division: Division) -> Layout:
    """The stored layout, or a new one when the reference changed (then every profile is counted anew)."""
    digest = layout_fingerprint(facts.spec, facts.batches, division)
    if facts.profiled.get(LAYOUT) == digest:
        with reading(ws.engine) as session:
            body = profiles.body(session, facts.spec.id, LAYOUT)
        if body is not None:
            return Layout.from_bytes(body)
    layout = learn_layout(
        ws.settings,
        facts.spec,
        facts.batches,
        part="training" if division.trained else "log",
        chunks=[partition.chunk for partition in division.reference],
    )
    with writing(ws.engine) as session:
        profiles.replace(session, facts.spec.id, LAYOUT, digest, {("", ""): layout.to_bytes()})
    return layout


def _due(ws: Workspace, facts: ModelFacts, layout: Layout, division: Division) -> dict[Partition, str]:
    """Partitions whose profile is missing or out of date.

    A fingerprint ends with the moment when labels may still become known; else with nothing.
    """
    digests = fingerprints(ws.settings, facts.spec, facts.batches, layout, facts.corrections, division)
    moment = moment_of(facts.spec)
    current = {LAYOUT, ESTIMATES, *(partition.key for partition in digests)}
    obsolete = [key for key in facts.profiled if key not in current]
    with writing(ws.engine) as session:
        profiles.forget(session, facts.spec.id, obsolete)
    return {
        partition: digest
        for partition, digest in digests.items()
        if facts.profiled.get(partition.key) not in (f"{digest}:", f"{digest}:{moment}")
    }


def _count(
    ws: Workspace, facts: ModelFacts, layout: Layout, due: dict[Partition, str], tell: Progress
) -> None:
    spec, done = facts.spec, 0
    digests = {partition.key: digest for partition, digest in due.items()}
    for part in ("training", "log"):
        chunks = [partition.chunk for partition in due if partition.part == part]
        for block in blocks(ws.settings, spec, facts.batches, part, chunks):
            tell(0.1 + 0.7 * done / len(due), f"Profiling {len(due):,} chunks")
            counted = profile_chunks(
                ws.settings,
                spec,
                facts.batches,
                layout,
                part=part,
                chunks=block,
                corrections=facts.corrections,
            )
            copies = {counts.chunk: counts.copies for counts in counted if not counts.column}
            beside = chunk_facts(ws.settings, spec, facts.batches, block, copies) if part == "log" else {}
            store_chunks(ws, spec, digests, part, counted, beside)
            done += len(block)


def _finding_fingerprint(ws: Workspace, facts: ModelFacts, layout: Layout, division: Division) -> str:
    with reading(ws.engine) as session:
        profiled = profiles.fingerprints(session, facts.spec.id)
    parts = (
        sorted(item for item in profiled.items() if item[0] != ESTIMATES),
        layout.digest(),
        [partition.key for partition in division.reference],
        facts.spec.to_json(),
        facts.version,
        facts.changes,
        facts.reviewed,
        facts.guard and facts.guard[0].document(),
        is_overdue([partition.chunk for partition in division.log], arrivals(facts.spec, facts.batches)),
    )
    return sha256(repr(parts).encode()).hexdigest()[:16]


def _document(
    ws: Workspace, facts: ModelFacts, layout: Layout, division: Division, moment: datetime, memory: Memory
) -> HealthDocument:
    chunks, beside = read_chunks(ws, facts.spec, layout)
    history = History(
        layout,
        tuple(chunks[p.key] for p in division.reference if p.key in chunks),
        tuple(chunks[p.key] for p in division.log if p.key in chunks),
        division.trained,
        scored_here=not (facts.spec.roles.prediction or facts.spec.roles.scores),
    )
    fresh = changes(history.log)
    if fresh is None:  # rows do not say which version predicted: the deployments do
        fresh = fresh_chunks(facts.spec, division, facts.changes)
    history = replace(history, fresh=fresh)
    metrics = metrics_of(facts.spec)
    log = log_facts(beside)
    runs = fault_runs(history)
    findings_of_cells = assess(
        history,
        metrics[facts.spec.metric],
        facts.spec.tolerance,
        look_closer(ws.settings, facts.spec, facts.batches, history, runs),
        runs=runs,
        arrivals=arrivals(facts.spec, facts.batches, log),
        reviewed=facts.reviewed,
        metrics=metrics,
        memory=memory,
    )
    findings_of_rows = price_from_rows(
        ws.settings, facts.spec, facts.batches, facts.corrections, findings_of_cells, trained=division.trained
    )
    with reading(ws.engine) as session:
        received = {
            row.id: DeliveryEntry(name=row.source, received=row.created_at.isoformat(timespec="seconds"))
            for row in batches.list_batches(session, facts.spec.id)
            if row.id is not None
        }
    brought = deliveries_of_faults(ws.settings, facts.spec, facts.batches, findings_of_rows, received)
    return compose(
        facts.spec,
        findings_of_rows,
        Facts(facts.version, log.version, moment, log.labelled, log.strange, log.ends, brought, facts.guard),
    )
