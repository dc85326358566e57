"""What decides what a blind sample of labels says."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ReviewRules:
    """A blind sample of labels. Measured: `tests/benchmarks/blind_rates.py`.

    Attributes:
        differ, agree: rows drawn of a period, where label and prediction differ and where they agree. Errors
            of labels hide among the first; 24 and 6 find flips of a tenth of the labels in 99 %, 20 and 10 in
            98 %, and thirty of the first alone would say nothing of the others.
        most: share of the fall beyond which labels are the main cause (a judgement).
        expected: share of wrong labels of one kind that is expected beforehand. Bounds hold whatever it is.
        times: so many times the labels so far are foretold at most; step: and within this factor.
        seconds: that an expert takes for a label, for the effort that is announced (a judgement: 4.5 with a
            suggestion on Relabel, more without).
    """

    differ: int = 24
    agree: int = 6
    most: float = 0.5
    expected: float = 0.05
    times: float = 12.0
    step: float = 1.25
    seconds: float = 6.0
