"""Why it fell: causes and the account, from the cells of the profiles, then from rows in their place."""

from dataclasses import replace

from core.health.attribution.account import itemise, rank_causes
from core.health.attribution.cause import Fall, causes
from core.health.attribution.label_line import with_wrong_labels
from core.health.attribution.mix_lines import Periods
from core.health.findings import Findings
from core.health.profiles.cell_rows import CellRows
from core.messages import Code


def needs_rows(findings: Findings) -> bool:
    """Whether there is a fall of which rows could tell more: one that does not lie in every row alike."""
    lines = findings.account.lines if findings.account else ()
    return any(line.message.code is not Code.FAULT_OF_EVERY_ROW for line in lines)


def period_keys(findings: Findings) -> tuple[list[str], list[str]]:
    """The chunks whose rows are to be read: those of the reference period, and those of the window."""
    window = findings.window
    if window is None:
        return [], []
    inside = findings.chunks[window.first : window.last + 1]
    return [chunk.key for chunk in window.reference], [
        finding.chunk.key for finding in inside if finding.signal is not None
    ]


def itemise_rows(findings: Findings, before: CellRows, now: CellRows) -> Findings:
    """The findings with the account, and the causes, that rows of both periods give.

    Args:
        findings: with a fall (`needs_rows`).
        before: labelled rows of the reference chunks in `period_keys`, all or a sample.
        now: of the chunks of the window.
    """
    return explain(findings, findings.fall, (before, now)) if findings.fall else findings


def explain(findings: Findings, fall: Fall, rows: Periods | None = None) -> Findings:
    """The findings with the causes of a fall and its account: of cells, or of these rows of both periods."""
    layout, rules = findings.history.layout, findings.rules
    why = causes(layout, fall, rules)
    account = itemise(layout, fall, why, rows, rules)
    # a metric may fall while rows are not predicted worse: then there is nothing to itemise
    if account is None or account.low <= 0:
        return replace(findings, fall=fall, causes=why)
    account = with_wrong_labels(findings.task, account, findings.reviewed)
    return replace(findings, fall=fall, causes=rank_causes(account), account=account)
