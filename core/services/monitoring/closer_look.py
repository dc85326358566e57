"""What is read beyond profiles: values of suspicious columns, and some rows of a fall."""

from collections.abc import Mapping

from core.health.assess import fault_runs
from core.health.change.faults import Run
from core.health.change.values.settle import CLOSER, ColumnValues
from core.health.findings import Findings
from core.health.from_rows import itemise_rows, needs_rows, period_keys
from core.health.profiles.cell_rows import CellRows
from core.health.profiles.history import History
from core.lake.look import look
from core.lake.paths import Part
from core.lake.profile.sampled_rows import sample_rows
from core.model import ModelSpec
from core.settings import Settings
from core.tables.deliveries import LiveBatches


def look_closer(
    settings: Settings, spec: ModelSpec, batches: LiveBatches, history: History
) -> dict[Run, ColumnValues]:
    """The values behind the faults whose counts do not say what they are: chunks are read once for all."""
    features = {feature.name: feature for feature in history.layout.features}
    due: dict[range, list[Run]] = {}
    for run in fault_runs(history):
        if run.fault.kind in CLOSER:
            due.setdefault(run.newest(), []).append(run)
    values_by_run: dict[Run, ColumnValues] = {}
    for places, runs in due.items():
        suspicious = [features[name] for name in {run.fault.feature for run in runs}]
        chunks = [history.log[at].key for at in places]
        seen_now = look(settings, spec, batches, chunks, suspicious)
        values_by_run |= {run: seen_now[run.fault.feature] for run in runs}
    return values_by_run


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
