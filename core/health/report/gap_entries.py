"""Gaps in the document: from which to which day no rows came."""

from datetime import datetime

import pandas as pd

from core.health.change.rows_and_time import Gap
from core.health.findings import Findings
from core.health.report.document import GapEntry
from core.tables.chunks import keys, label


def gap_entries(findings: Findings, chunk: str, until: datetime | None) -> list[GapEntry]:
    """Every gap.

    Args:
        findings: for the gaps.
        chunk: the unit of the chunks.
        until: moment of the newest row: a log that has ended is called by it.
    """
    return [_entry(gap, chunk, until) for gap in findings.gaps]


def _entry(gap: Gap, chunk: str, until: datetime | None) -> GapEntry:
    if gap.open:
        last = until or gap.last
        text = f"{last.day} {last:%b %Y}"
        return GapEntry(start=gap.first.date().isoformat(), end=None, chunks=gap.chunks, label=text)
    names = [label(key, chunk) for key in keys(pd.Series([gap.first, gap.last]), chunk)]
    return GapEntry(
        start=gap.first.date().isoformat(),
        end=gap.last.date().isoformat(),
        chunks=gap.chunks,
        label=" to ".join(dict.fromkeys(names)),
    )
