"""Fairness by segment: those that people named, and those that the model's inputs make."""

from typing import TYPE_CHECKING

from core.services.dataset import features
from core.services.experiments.comparison_inputs import (
    ComparisonInputs,
    metrics_on,
    segments,
    truth,
)
from core.services.experiments.trial_data import rows_together

if TYPE_CHECKING:
    from core.training.comparison.gates import Gate


def by_segment(inputs: ComparisonInputs, alpha: float) -> "Gate":
    """Whether the challenger is surely worse in any segment of the holdout, on the corrected labels.

    Args:
        inputs: what both predicted for its rows.
        alpha: level of this look at it.
    """
    from core.training.comparison import fairness
    from core.training.comparison.slices import slices

    spec = inputs.pair.spec
    made = fairness.fair_segments(
        slices(features(spec, inputs.rows), segments(inputs)),
        metrics_on(inputs, inputs.corrected)[0].name,
        truth(inputs, inputs.corrected),
        inputs.champion,
        inputs.challenger,
        alpha,
        metrics=inputs.pair.metrics,
        together=rows_together(inputs.pair.spec, inputs.rows),
    )
    return fairness.fairness_gate(made, blocks=spec.fairness_blocks)
