"""What is read beyond profiles: values of suspicious columns, and some rows of a fall."""

from collections.abc import Mapping, Sequence

import numpy as np

from core.health.attribution.fault_costs import shows_in
from core.health.change.faults import Run
from core.health.change.values.settle import CLOSER, ColumnValues
from core.health.explain import itemise_rows, needs_rows, period_keys
from core.health.findings import Findings
from core.health.profiles.cell_rows import CellRows
from core.health.profiles.history import History, pool
from core.health.profiles.profile import ROWS
from core.health.report.document import DeliveryEntry
from core.lake.brought import cells_by_batch
from core.lake.look import look
from core.lake.paths import Part
from core.lake.profile.sampled_rows import sample_rows
from core.model import ModelSpec
from core.settings import Settings
from core.tables.deliveries import LiveBatches


def look_closer(
    settings: Settings, spec: ModelSpec, batches: LiveBatches, history: History, runs: Sequence[Run]
) -> dict[Run, ColumnValues]:
    """The values behind those faults whose counts do not say what they are: chunks are read once for all."""
    features = {feature.name: feature for feature in history.layout.features}
    due: dict[range, list[Run]] = {}
    for run in runs:
        if run.fault.kind in CLOSER:
            due.setdefault(run.newest(), []).append(run)
    values_by_run: dict[Run, ColumnValues] = {}
    for places, together in due.items():
        suspicious = [features[name] for name in {run.fault.feature for run in together}]
        chunks = [history.log[at].key for at in places]
        seen_now = look(settings, spec, batches, chunks, suspicious)
        values_by_run |= {run: seen_now[run.fault.feature] for run in together}
    return values_by_run


def deliveries_of_faults(
    settings: Settings,
    spec: ModelSpec,
    batches: LiveBatches,
    findings: Findings,
    received: Mapping[int, DeliveryEntry],
) -> dict[Run, DeliveryEntry]:
    """Fault of a column -> the first delivery in whose rows it shows; those of which none does are left out.

    Args:
        settings: where the lake is.
        spec: the model.
        batches: its batches.
        findings: what was found.
        received: batch -> what is known of it as a delivery.
    """
    layout, brought = findings.history.layout, dict[Run, DeliveryEntry]()
    features, rows = {feature.name: feature for feature in layout.features}, layout.slices()
    before = pool(findings.history.reference, layout)
    due: dict[int, list[Run]] = {}
    for run in findings.faults:
        if run.fault.feature in features:
            due.setdefault(run.first, []).append(run)
    for at, runs in due.items():
        broken = [features[name] for name in sorted({run.fault.feature for run in runs})]
        by_batch = cells_by_batch(settings, spec, batches, findings.history.log[at].key, broken)
        for run in runs:
            name = run.fault.feature
            past = before.cells[rows[name], ROWS].astype(np.int64)
            showing = (
                batch
                for batch, cells in by_batch.items()
                if len(by_batch) == 1
                or shows_in(features[name], run.fault, past, cells[name], findings.rules)
            )
            first = next(showing, None)
            if first is not None and first in received:
                brought[run] = received[first]
    return brought


def price_from_rows(
    settings: Settings,
    spec: ModelSpec,
    batches: LiveBatches,
    corrections: Mapping[str, str],
    findings: Findings,
    *,
    trained: bool,
) -> Findings:
    """With the account of a fall priced from rows of both periods; the same findings where there is none.

    Args:
        settings: where the lake lies.
        spec: the model.
        batches: its rows.
        corrections: settled answers of experts.
        findings: computed from profiles.
        trained: whether the reference period is the training window.
    """
    if not needs_rows(findings):
        return findings
    before, now = period_keys(findings)
    layout, most = findings.history.layout, findings.rules.joint_mix.rows

    def rows(part: Part, chunks: list[str]) -> CellRows:
        return sample_rows(
            settings, spec, batches, layout, part=part, chunks=chunks, most=most, corrections=corrections
        )

    return itemise_rows(findings, rows("training" if trained else "log", before), rows("log", now))
