"""What can become of rows, labels, inputs, answers and the log."""

from collections.abc import Callable

import numpy as np
import pandas as pd

from tests.benchmarks.reasons.base import Base, mirrored
from tests.benchmarks.reasons.happenings import WEEKS, Happening, Stream

# which rows come


def hard_channel(base: Base, rows: pd.DataFrame) -> np.ndarray:
    """Rows of the value of `channel` that is hardest among those with 5 to 45 % of the rows: ten times."""
    losses = pd.Series(base.losses(rows), rows.index)
    shares = rows["channel"].value_counts(normalize=True)
    usual = [value for value in shares.index if 0.05 <= shares[value] <= 0.45]
    hardest = losses.groupby(rows["channel"]).mean()[usual].idxmax()
    return np.where(rows["channel"] == hardest, 10.0, 1.0)


def hard_pair(base: Base, rows: pd.DataFrame) -> np.ndarray:
    """Rows of two columns that meet otherwise, while the shares of each column stay as they are."""
    losses = base.losses(rows)
    region = rows["region"].value_counts().index[-1]
    best, cell = -np.inf, None
    for value, share in rows["channel"].value_counts(normalize=True).items():
        a, b = (rows["channel"] == value).to_numpy(), (rows["region"] == region).to_numpy()
        counts = [(a & b).sum(), (a & ~b).sum(), (~a & b).sum(), (~a & ~b).sum()]
        if min(counts) < 50 or share < 0.05:
            continue
        means = [losses[part].mean() for part in (a & b, a & ~b, ~a & b, ~a & ~b)]
        gain = (means[0] - means[1] - means[2] + means[3]) * min(a.mean(), b.mean())
        if abs(gain) > best:
            best, cell = abs(gain), (a, b, gain > 0)
    if cell is None:
        return np.ones(len(rows))
    a, b, together = cell
    joint, now = (a & b).mean(), min(a.mean(), b.mean()) * 0.9
    now = now if together else max(0.1 * joint, a.mean() + b.mean() - 1)
    shares = {
        (True, True): now,
        (True, False): a.mean() - now,
        (False, True): b.mean() - now,
        (False, False): 1 - a.mean() - b.mean() + now,
    }
    weights = np.zeros(len(rows))
    for (x, y), share in shares.items():
        here = (a == x) & (b == y)
        weights[here] = max(share, 0.0) / here.mean()
    return weights


def hard_columns(base: Base, rows: pd.DataFrame) -> np.ndarray:
    """Rows of the hard channel six times, of the smaller region five times."""
    region = rows["region"].value_counts().index[-1]
    return hard_channel(base, rows) ** 0.8 * np.where(rows["region"] == region, 5.0, 1.0)


def hard_class(base: Base, rows: pd.DataFrame) -> np.ndarray:
    """Rows of the label that is predicted worst, or with the largest tenth of amounts: five times."""
    losses = pd.Series(base.losses(rows), rows.index)
    kind = rows["y"] if base.classes else rows["y"].rank(pct=True).mul(5).clip(upper=4.99).astype(int)
    return np.where(kind == losses.groupby(kind).mean().idxmax(), 5.0, 1.0)


# what the labels become


def turn(part: str, share: float, *, gradual: bool = False) -> Callable[[Stream], None]:
    """Labels follow a column in the opposite order in a share of the rows; of amounts in two fifths of it."""

    def labels(stream: Stream) -> None:
        base, rows = stream.base, stream.rows
        rising = share * (stream.ramp if gradual else stream.late) * (1.0 if base.classes else 0.4)
        hit = stream.rng.random(len(rows)) < rising
        other = mirrored(rows[stream.late], base.column(part)).loc[hit[stream.late]]
        if base.classes:
            rows.loc[hit, "y"] = base.label(base.truth(other), stream.rng)
        else:
            rows["y"] = rows["y"].astype(float)
            rows.loc[hit, "y"] += base.truth(other) - base.truth(rows[hit])

    return labels


def flip_labels(stream: Stream) -> None:
    """A tenth of the labels become another class, or the amount of another row."""
    base, rows = stream.base, stream.rows
    hit = np.flatnonzero(stream.some(0.1))
    if not base.classes:
        rows["y"] = rows["y"].astype(float)
        rows.loc[hit, "y"] = stream.rng.permutation(rows["y"].to_numpy())[: len(hit)]
        return
    codes = pd.Categorical(rows.loc[hit, "y"], base.classes).codes
    shift = stream.rng.integers(1, len(base.classes), len(hit))
    rows.loc[hit, "y"] = np.array(base.classes)[(codes + shift) % len(base.classes)]


def miss_labels(stream: Stream) -> None:
    """A fifth of the labels of the last class become the first; a fifth of amounts are halved."""
    base, rows = stream.base, stream.rows
    hit = stream.some(0.2)
    if not base.classes:
        rows["y"] = rows["y"].astype(float)
        rows.loc[hit, "y"] *= 0.5
        return
    rows.loc[hit & (rows["y"] == base.classes[-1]).to_numpy(), "y"] = base.classes[0]


def label_one_class(stream: Stream) -> None:
    stream.rows.loc[stream.week == WEEKS - 1, "y"] = stream.base.classes[0]


def label_one_class_early(stream: Stream) -> None:
    """In the newest week only labels of the last class are known, but for a tenth of the others."""
    other = (stream.rows["y"] != stream.base.classes[-1]).to_numpy() & (stream.week == WEEKS - 1)
    stream.rows["y"] = stream.rows["y"].astype(object)
    stream.rows.loc[other & (stream.rng.random(len(other)) < 0.9), "y"] = None


def delay_one_class(stream: Stream) -> None:
    """Labels take a week at most; later those of all classes but the last take five weeks at most."""
    days = stream.rng.integers(0, 8, len(stream.rows))
    other = (stream.rows["y"] != stream.base.classes[-1]).to_numpy() & stream.late
    stream.label_days = np.where(other, 5 * days, days)


# what the inputs become


def change_input(part: str, change: Callable[[pd.Series, Stream], object], share: float = 1.0) -> Happening:
    """A column of these rows becomes what `change` makes of it."""

    def inputs(stream: Stream) -> None:
        name, hit = stream.base.column(part), stream.some(share)
        if pd.api.types.is_numeric_dtype(stream.rows[name]):
            stream.rows[name] = stream.rows[name].astype(float)
        stream.rows.loc[hit, name] = change(stream.rows.loc[hit, name], stream)

    return Happening(inputs=inputs)


def swap(stream: Stream) -> None:
    names = [stream.base.main, stream.base.second]
    stream.rows[names] = stream.rows[names].astype(float)
    stream.rows.loc[stream.late, names] = stream.rows.loc[stream.late, names[::-1]].to_numpy()


def recode(stream: Stream) -> None:
    stream.rows.loc[stream.late, "channel"] = stream.rows.loc[stream.late, "channel"].str.upper()


def code_missing(stream: Stream) -> None:
    gappy = stream.rows[stream.base.gappy]
    stream.rows.loc[stream.late & gappy.isna().to_numpy(), stream.base.gappy] = -999.0


def lose_largest(stream: Stream) -> None:
    """The largest two fifths of the numbers of the main column arrive empty."""
    name = stream.base.main
    values = stream.rows[name].astype(float)
    stream.rows[name] = values.mask(stream.late & (values > values[~stream.late].quantile(0.6)).to_numpy())


def cap(values: pd.Series, stream: Stream) -> object:
    """No number is larger than the median was."""
    return values.clip(upper=stream.rows[values.name][~stream.late].median())


def round_off(values: pd.Series, stream: Stream) -> object:
    """Multiples of twice the spread only."""
    step = 2 * stream.rows[values.name][~stream.late].std()
    return (values / step).round() * step


def mix_up(values: pd.Series, stream: Stream) -> object:
    """The number of another row: a join by the wrong key."""
    return stream.rng.permutation(values.to_numpy())


def swap_names(values: pd.Series, stream: Stream) -> object:
    """The two most frequent values have changed their names."""
    first, second = stream.rows[values.name][~stream.late].value_counts().index[:2]
    return values.replace({first: second, second: first})


def merge_names(values: pd.Series, stream: Stream) -> object:
    """The second value arrives under the name of the first."""
    first, second = stream.rows[values.name][~stream.late].value_counts().index[:2]
    return values.replace({second: first})


def roll_out(part: str, factor: float) -> Happening:
    """Another unit, in more of the rows from week to week, in all at last."""

    def inputs(stream: Stream) -> None:
        name = stream.base.column(part)
        hit = stream.late & (stream.rng.random(len(stream.late)) < stream.ramp)
        stream.rows[name] = stream.rows[name].astype(float)
        stream.rows.loc[hit, name] *= factor

    return Happening(inputs=inputs)


# what the answers become


def shuffle_answers(stream: Stream) -> None:
    """Half of the rows get the answer of another row."""
    hit = np.flatnonzero(stream.some(0.5))
    stream.answers[hit] = stream.answers[stream.rng.permutation(hit)]


def one_answer(stream: Stream) -> None:
    """The median of the earlier answers, whatever the inputs."""
    middle = np.median(stream.answers[~stream.late], axis=0)
    stream.answers[stream.late] = middle / middle.sum() if stream.base.classes else middle


def halve_answers(stream: Stream) -> None:
    """Half of the amount, or of the chances of all classes but the first."""
    stream.answers[stream.late] *= 0.5
    if stream.base.classes:
        stream.answers[stream.late, 0] += 1 - stream.answers[stream.late].sum(1)


def take_over(part: str) -> Happening:
    """Another version answers, which lacks this column."""

    def answers(stream: Stream) -> None:
        lacking = stream.base.without(stream.base.column(part))
        stream.answers[stream.late] = lacking(stream.rows[stream.late])
        stream.version[stream.late] = "2"

    return Happening(answers=answers)


def take_over_and_back(stream: Stream) -> None:
    """A worse version answers for three weeks, then the first one again."""
    hit = stream.late & (stream.week < WEEKS - 3)
    stream.answers[hit] = stream.base.without(stream.base.main)(stream.rows[hit])
    stream.version[hit] = "2"


# what the log becomes


def copy_rows(stream: Stream) -> None:
    """Each late row takes the place of the next."""
    at = np.arange(len(stream.rows))
    at[stream.late] -= at[stream.late] % 2
    stream.keep(at)


def lose_rows(stream: Stream) -> None:
    stream.keep(~stream.some(0.9))


def multiply_rows(stream: Stream) -> None:
    """A join that finds three partners for the rows of the smaller region."""
    region = stream.rows["region"].value_counts().index[-1]
    some = stream.late & (stream.rows["region"] == region).to_numpy()
    stream.keep(np.repeat(np.arange(len(some)), np.where(some, 3, 1)))


def shift_clock(stream: Stream) -> None:
    stream.days_late = 1


def times(factor: float) -> Callable[[pd.Series, Stream], object]:
    return lambda values, _: values * factor


def empty(values: pd.Series, _: Stream) -> object:
    return np.full(len(values), np.nan)


def stuck(values: pd.Series, stream: Stream) -> object:
    return stream.rows[values.name][~stream.late].median()
