"""Why it fell: broken columns, moved inputs, wrong labels or a changed relation, ranked by their share."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from core.health import cells
from core.health.bands import Z95, Measured
from core.health.calibrate import Calibration
from core.health.drift import Drift
from core.health.layout import Layout
from core.health.noise import flips
from core.health.profile import Profile

Kind = Literal["inputs", "concept", "labels", "data_fault"]
WORTH_NAMING, LEAST = 0.2, 0.005


@dataclass(frozen=True, slots=True)
class Cause:
    """One cause, its share of the fall (0-1) and a sentence; `feature` where one column stands out."""

    kind: Kind
    share: float
    sentence: str
    feature: str | None = None
    features: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Fall:
    """What is to be explained, all for the same rows (`now`).

    Attributes:
        sign: 1 when higher is better.
        before, realised, estimated: the metric of record; `estimated` as if the relation had not changed.
        counted: loss of what cells count, in which broken columns are priced: accuracy, or mean error.
    """

    sign: int
    before: Measured
    realised: Measured
    estimated: Measured | None
    counted: float


def causes(
    fall: Fall,
    layout: Layout,
    before: Profile,
    now: Profile,
    drift: dict[str, Drift],
    calibration: Calibration,
    sound: Sequence[Profile] = (),
) -> list[Cause]:
    """The causes by share, largest first; `sound` are earlier chunks that did not do worse.

    realised - before = [estimated - before] (the inputs moved) + [realised - estimated] (the relation or the
    labels changed); a broken column that explains enough of it comes first.
    """
    found = _faults(fall, layout, before, now, sound)
    broken = {cause.feature for cause in found}
    left = max(0.0, 1 - sum(cause.share for cause in found))
    inputs = _inputs_share(fall)
    if inputs is None:
        return found
    found.append(_inputs(inputs * left, layout, before, now, drift, broken))
    found.append(_relation((1 - inputs) * left, layout, before, now, calibration))
    return sorted((c for c in found if c.share >= LEAST), key=lambda c: (c.kind != "data_fault", -c.share))


def _inputs_share(fall: Fall) -> float | None:
    """The part of the fall that the estimate saw; all of it when the rest is within its own error."""
    total = fall.sign * (fall.before.value - fall.realised.value)
    if fall.estimated is None or total <= 0:
        return None
    unseen = fall.sign * (fall.estimated.value - fall.realised.value)
    error = (fall.realised.variance + fall.estimated.variance) ** 0.5
    if unseen <= Z95 * error and total - unseen > unseen:
        return 1.0
    return min(1.0, max(0.0, 1 - unseen / total))


def _faults(
    fall: Fall, layout: Layout, before: Profile, now: Profile, sound: Sequence[Profile]
) -> list[Cause]:
    """Broken columns that cost enough; one that did no harm while it was as broken before costs nothing."""
    if fall.counted <= 0:
        return []
    found = []
    words = {"missing": "arrives empty", "unseen": "holds values that were never seen before"}
    for fault in cells.faults(layout, before, now):
        share = min(1.0, fault.cost / fall.counted)
        harmless = any(cells.affected(layout, each, fault) >= fault.now / 2 for each in sound)
        if share >= WORTH_NAMING and not harmless:
            sentence = (
                f"{fault.feature} {words[fault.kind]} in {fault.now:.0%} of the rows "
                f"({fault.before:.0%} before), and those rows do worse."
            )
            found.append(Cause("data_fault", share, sentence, fault.feature))
    return found[:1]


def _inputs(
    share: float,
    layout: Layout,
    before: Profile,
    now: Profile,
    drift: dict[str, Drift],
    broken: set[str | None],
) -> Cause:
    costs = cells.moved(layout, before, now)
    named = [
        name
        for name, cost in sorted(costs.items(), key=lambda item: -item[1])
        if cost > 0 and name not in broken and name in drift and drift[name].flagged
    ][:3]
    shown = f", most of all in {_and(named)}" if named else ""
    sentence = f"The inputs moved to cases that were harder already{shown}."
    return Cause("inputs", share, sentence, named[0] if named else None, tuple(named))


def _relation(share: float, layout: Layout, before: Profile, now: Profile, calibration: Calibration) -> Cause:
    noise = flips(now, calibration)
    if noise is not None:
        a, b = layout.classes
        sentence = (
            f"The labels look noisy: about {noise.down:.0%} of {b} and {noise.up:.0%} of {a} "
            "seem to carry the other label."
        )
        return Cause("labels", share, sentence)
    uneven = sorted(cells.relation(layout, before, now).items(), key=lambda item: -item[1])
    named = [name for name, score in uneven if score > 2][:3]  # noqa: PLR2004 -- 1 is what chance gives
    shown = f"; it shows most along {_and(named)}" if named else ""
    sentence = f"The relation between inputs and outcome changed{shown}."
    return Cause("concept", share, sentence, named[0] if named else None, tuple(named))


def _and(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
