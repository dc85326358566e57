"""The inputs in the document: what each was and is, those first that a cause names."""

from core.health.findings import Findings
from core.health.profiles.history import pool
from core.health.report.distribution import distribution
from core.health.report.document import FeatureEntry

MOST_FEATURES = 8
"""More curves than this nobody compares on one page."""


def feature_entries(findings: Findings) -> dict[str, FeatureEntry]:
    """The inputs that a cause names, then those that moved most."""
    if not findings.chunks:
        return {}
    layout, last = findings.history.layout, findings.chunks[-1]
    named = [name for cause in findings.causes for name in (cause.feature, *cause.features) if name]
    by_size = sorted(last.drift, key=lambda name: -last.drift[name].js)
    names = list(dict.fromkeys([*named, *by_size]))[:MOST_FEATURES]
    before, rows = pool(findings.history.reference, layout), layout.slices()
    now = findings.window.profile if findings.window else last.chunk.profile
    entries = {}
    for feature in layout.features:
        if feature.name in names:
            d = distribution(feature, before.cells[rows[feature.name]], now.cells[rows[feature.name]])
            entries[feature.name] = FeatureEntry(cells=list(d.cells), before=list(d.before), now=list(d.now))
    return entries
