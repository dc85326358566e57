"""What decides when something changed: the metric, an input, a score, and since when."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class AlarmRules:
    """When a fall is an alarm. Measured with these values: `tests/benchmarks/health_rates.py`.

    Attributes:
        weight: of the newest chunk in the moving average (Roberts 1959). Weights of .2 to .4 find falls of
            one to two standard errors soonest (Lucas, Saccucci 1990).
        short: a chunk of more than so many times the usual variance (half of the rows) has only begun and
            weighs less. Without it 50 rows after months of 1,000 end green in 59 in 100 sound models and red
            in 22 of 100 that lost 6 points; with it in 99.8 and 94 (`health_rates.py`, "short").
        limit: standard errors of the average that chance may move it, before they are widened to Student's t
            where the variance between chunks is hardly known; the tolerance comes on top. With 2.9 for it and
            3.1 for the others, not widened, chunks that differ by half the tolerance raised .11 to .14 false
            alarms in 100 (`health_rates.py`, "apart").
        floor: the standard deviation between chunks is at least this part of the tolerance: chunks of any
            model differ by something, and few reference chunks cannot show it. Half of it costs no
            sensitivity, because a smaller loss is tolerated anyway.
        sudden: standard errors of one chunk beyond which no further chunk is waited for (Shewhart 1931;
            beside a moving average Montgomery 2009 advises 3.25 to 4, with no tolerance).
        pair: the same of the mean of two; a lower one, because it finds most of what 500 rows show.
        prior: degrees of freedom that the floor weighs as much as, against what the reference chunks say of
            the variance between them (Smyth 2004). With two of them a fall of five tolerances goes unseen for
            seven chunks in 21 % instead of 3 %, where three reference chunks differ by one and a half; with
            six 3 % instead of 1 % of the quiet chunks there are called (`health_rates.py`, "few").
    """

    weight: float = 0.3
    short: float = 2.0
    limit: float = 3.2
    floor: float = 0.5
    sudden: float = 3.25
    pair: float = 3.0
    prior: float = 6.0


@dataclass(frozen=True, slots=True)
class OnsetRules:
    """When a fall began, and how sure that is. Measured: `tests/benchmarks/health_rates.py`, "onset".

    Attributes:
        slack: half of the shift, in standard errors, that the CUSUM is tuned to (Page 1954).
        decision: a CUSUM beyond it is a fall; with a slack of one half a quiet series passes it once in
            about 930 chunks (Montgomery 2009: 465 for h = 5, k = 1/2 on both sides, so twice that on one).
        ceiling: the CUSUM stops at so many decisions: a long fall must not hide a recovery and a second one.
        plausible: twice the log-likelihood that a date may lose and be plausible (chi-squared, 1 df, 95 %).
        certain: twice the log-likelihood ratio of a step to none that is needed (chi-squared, 1 df, 99 %).
        gradual: the same of a slope to a step (99.9 %: many slopes are tried, and a step is what is common).
        at_once: the same of a step that goes on falling to a slope (99 %). With 10.83 the step of one that
            doubles in twelve chunks (5 standard errors at once) is dated exactly in 72 %, with this in 85 %,
            and slopes to 8 in twelve chunks are called gradual in 98 % for 100 %; with 3.84 in 92 and 93 %.
    """

    slack: float = 0.5
    decision: float = 5.0
    ceiling: float = 2.0
    plausible: float = 3.841
    certain: float = 6.635
    gradual: float = 10.83
    at_once: float = 6.635


@dataclass(frozen=True, slots=True)
class DriftRules:
    """When an input is said to have moved. Measured: `tests/benchmarks/health_rates.py`, "drift".

    Attributes:
        level: of the chi-squared test, adjusted over the features.
        floor: Jensen-Shannon distance that is worth a word: a normal variable shifted by .25 of its standard
            deviation has .106. Any movement is significant in a chunk that is large enough.
        unseen: a rise of the share of values never seen before that is worth a word, though it moves the
            distance little: one row in fifty.
        of_last, needed: flagged when it moved in so many of the last so many chunks: one odd chunk is none.
    """

    level: float = 0.01
    floor: float = 0.1
    unseen: float = 0.02
    of_last: int = 3
    needed: int = 2


@dataclass(frozen=True, slots=True)
class GuardRules:
    """When a metric beside that of record has lost. Measured: `tests/benchmarks/profile_rates.py`, "beside".

    Attributes:
        points: two more errors in a hundred are worth a word, as is a class that comes by two points oftener
            or less often than the scores promise; of other metrics the usual tolerance.
        level: by which chance alone moves one of them beyond its band in a chunk (Bonferroni 1936).
        promise: by which chance alone moves what came of a class away from what scores promise.
    """

    points: float = 0.02
    level: float = 0.05
    promise: float = 0.01
