"""The inputs in the document: what each was and is, coarse enough to be looked at, and the summary on top."""

from dataclasses import dataclass

import numpy as np

from core.health.change.drift import groups
from core.health.findings import Findings
from core.health.profiles.history import pool
from core.health.profiles.layout import Feature
from core.health.profiles.profile import ROWS, Profile
from core.health.report.document import AlertEntry, FeatureEntry, Summary
from core.stats.arrays import Cells, Counts

MOST_FEATURES = 8
"""More curves than this nobody compares on one page."""
MOST_CATEGORIES = 8


def feature_entries(findings: Findings) -> dict[str, FeatureEntry]:
    """The inputs that a cause names, then those that moved most."""
    if not findings.chunks:
        return {}
    layout, last = findings.history.layout, findings.chunks[-1]
    named = [name for cause in findings.causes for name in (cause.feature, *cause.features) if name]
    by_size = sorted(last.drift, key=lambda name: -last.drift[name].js)
    names = list(dict.fromkeys([*named, *by_size]))[:MOST_FEATURES]
    window = findings.window
    before = pool(window.reference if window else findings.history.reference, layout)
    now, rows = window.profile if window else last.chunk.profile, layout.slices()
    entries = {}
    for feature in layout.features:
        if feature.name in names:
            d = distribution(feature, before.cells[rows[feature.name]], now.cells[rows[feature.name]])
            entries[feature.name] = FeatureEntry(cells=list(d.cells), before=list(d.before), now=list(d.now))
    return entries


@dataclass(frozen=True, slots=True)
class Distribution:
    """Names of cells, and the share of rows in each before and now."""

    cells: tuple[str, ...]
    before: tuple[float, ...]
    now: tuple[float, ...]


def distribution(feature: Feature, before: Cells, now: Cells) -> Distribution:
    """(M, ...) cells of a feature in two periods -> at most about ten named groups of cells."""
    a, b = (cells[:, ROWS].astype(np.int64) for cells in (before, now))
    named = _numeric(feature, a, b) if feature.numeric else _category(feature, a, b)
    filled = [(name, x, y) for name, x, y in named if x or y]
    p, q = max(int(a.sum()), 1), max(int(b.sum()), 1)
    return Distribution(
        tuple(name for name, _, _ in filled),
        tuple(x / p for _, x, _ in filled),
        tuple(y / q for _, _, y in filled),
    )


def _numeric(feature: Feature, a: Counts, b: Counts) -> list[tuple[str, int, int]]:
    edges, group = feature.edges, groups(a[1 : len(feature.edges)])
    bars = [(f"< {edges[0]:g}", int(a[0]), int(b[0]))]
    for number in np.unique(group):
        cells = np.flatnonzero(group == number) + 1
        low, high = edges[cells[0] - 1], edges[cells[-1]]
        name = f"{low:g}" if np.nextafter(low, np.inf) == high else f"{low:g} - {high:g}"
        bars.append((name, int(a[cells].sum()), int(b[cells].sum())))
    bars.append((f"> {edges[-1]:g}", int(a[len(edges)]), int(b[len(edges)])))
    return [*bars, ("missing", int(a[-1]), int(b[-1]))]


def _category(feature: Feature, a: Counts, b: Counts) -> list[tuple[str, int, int]]:
    most = [(value, int(a[at]), int(b[at])) for at, value in enumerate(feature.values[:MOST_CATEGORIES])]
    rest = slice(MOST_CATEGORIES, len(feature.values))
    return [
        *most,
        ("others", int(a[rest].sum()), int(b[rest].sum())),
        ("never seen before", int(a[len(feature.values)]), int(b[len(feature.values)])),
        ("missing", int(a[-1]), int(b[-1])),
    ]


def summarise(findings: Findings, raised: list[AlertEntry]) -> Summary:
    """The newest chunk, and the alerts that are open."""
    history = findings.history
    last = findings.chunks[-1] if findings.chunks else None
    return Summary(
        features=len(history.layout.features),
        drifted=[name for name, d in last.drift.items() if d.flagged] if last else [],
        missing=_missing(findings, last.chunk.profile) if last else 0.0,
        missing_before=_missing(findings, pool(history.reference, history.layout)),
        open_alerts=sum(alert["closed"] is None for alert in raised),
    )


def _missing(findings: Findings, profile: Profile) -> float:
    """Share of empty cells in the table of inputs."""
    rows = [profile.cells[where, ROWS] for where in findings.history.layout.slices().values()]
    total = sum(int(counts.sum()) for counts in rows)
    return sum(int(counts[-1]) for counts in rows) / total if total else 0.0
