"""How far an estimate reaches: rows with values that the reference period never had are beyond it."""

from collections.abc import Collection
from dataclasses import dataclass

from core.health.profiles.layout import Feature, Layout
from core.health.profiles.profile import ROWS, Profile
from core.health.rules import RULES, EstimateRules
from core.stats.arrays import Cells
from core.stats.intervals import wilson


@dataclass(frozen=True, slots=True)
class Beyond:
    """The share of a chunk's rows beyond what was seen in one column, with its 95 % interval."""

    feature: str
    share: float
    low: float
    high: float


def beyond(
    layout: Layout,
    before: Profile,
    chunk: Profile,
    usual: Collection[str] = (),
    rules: EstimateRules = RULES.estimate,
) -> Beyond | None:
    """The column in which most rows lie where the reference period had none; None where they are few.

    What such rows cost nobody can know from the reference period: an estimate would be a guess. A column in
    which the reference period had one value only is passed over: no model can have learnt from it.

    Args:
        layout: the cells of the profiles.
        before: of the reference period.
        chunk: of the chunk that would be estimated.
        usual: columns that are never again what they were, as counters and dates are.
        rules: from which share on; the lower end of its interval must be above it.
    """
    shares = [
        _share(feature, before.cells[rows, ROWS], chunk.cells[rows, ROWS])
        for feature, rows in zip(layout.features, layout.slices().values(), strict=True)
        if feature.name not in usual and not feature.constant
    ]
    most = max(shares, key=lambda share: share.low, default=None)
    return most if most is not None and most.low > rules.beyond else None


def _share(feature: Feature, before: Cells, now: Cells) -> Beyond:
    strange = [cell for cell in feature.strange if not before[cell]]
    rows, hit = float(now.sum()), float(now[strange].sum())
    low, high = wilson(hit, rows) if rows else (0.0, 0.0)
    return Beyond(feature.name, hit / max(rows, 1.0), low, high)
