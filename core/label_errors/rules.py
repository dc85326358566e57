"""Every number that decides which labels are suspected, with its source: frozen, for a caller to change.

"Measured" names a script in `tests/benchmarks`; "convention" is a choice that no result depends on much.
"""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class SplitRules:
    """Which rows a model may learn from before it judges a row.

    Attributes:
        repeats: of shuffled cross-validation; a second one won in 84 % of comparisons (planted errors).
        block_rows: of a stretch of time: with fewer, folds leave a model under 3,600 rows. Convention.
        most_blocks: stretches at most; each costs another cross-validation. Convention.
        expert_copies: how often a row that an expert settled counts in training. Convention.
    """

    repeats: int = 2
    block_rows: int = 1500
    most_blocks: int = 8
    expert_copies: int = 3


@dataclass(frozen=True, slots=True)
class CostRules:
    """Which companions of the champion are worth their time.

    Attributes:
        trial_rows, trial_steps: of the trial fits that foretell the cost, and one row of every class.
        free_seconds: processor seconds of a fit that nobody minds, whatever the champion takes. Convention.
        times_champion: one that takes more does not vote: of 100 classes boosted trees take 50 (suspect_cost)
    """

    trial_rows: int = 100
    trial_steps: tuple[int, int] = (1, 4)
    free_seconds: float = 2.0
    times_champion: float = 10.0


@dataclass(frozen=True, slots=True)
class MixtureRules:
    """How the models' class probabilities become one opinion.

    Attributes:
        few_rows: at most so many rows are few for the smoothing.
        strength: of `few_rows`, rows that P weighs against a uniform one: of two none is surer than 98.4 %.
        strength_many: the same with more rows.
        sharpness: candidates T of the weights softmax(-T log-loss), of which the mixture's log-loss chooses.
        log_temperature: temperatures are sought within exp(+-this), .14 to 7.4 (Guo et al. 2017).
    """

    few_rows: int = 20_000
    strength: float = 30.0
    strength_many: float = 1000.0
    sharpness: tuple[float, ...] = (0.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0)
    log_temperature: float = 2.0


@dataclass(frozen=True, slots=True)
class RefusalRules:
    """When models know too little of the labels to suspect any: "cannot find suspects here".

    Attributes:
        z: one-sided 99 %, of the lower bound of what the models know: labels by lot are hardly searched.
        least_knowledge: share of the labels' uncertainty (numbers: of the usual error) that must be removed.
    """

    z: float = 2.33
    least_knowledge: float = 0.02


@dataclass(frozen=True, slots=True)
class NoiseRules:
    """How many labels are wrong before anybody has reviewed one.

    Attributes:
        anchors: at least so many of a class's surest rows are its anchor points (Liu and Tao 2016).
        anchor_share: and at least this share of the class: of more rows some would be in honest doubt.
        plain: at least so many of a class's surest rows, but no more than it has, show how it is mislabelled,
        plain_share: and at least this share of it. Tried, as all that follow, on worlds of class_noise_rates.
        plain_least: of three classes and more, rows that are likelier of another class are not plain.
        differ: chance below which classes are not mislabelled alike; at .01 few human errors change nothing.
        alike: chance below which errors of any two classes go one way; .01 missed lost rows of small classes.
        one_way: times that one of two classes must be mislabelled as often (suspect_labels on products).
        class_errors: errors that the share common to all classes counts as, in a class's own.
        pair_errors: errors, spread as all errors are, that are added to what a class is given as.
    """

    anchors: int = 30
    anchor_share: float = 0.02
    plain: int = 20
    plain_share: float = 0.15
    plain_least: float = 0.5
    differ: float = 0.01
    alike: float = 0.05
    one_way: float = 6.0
    class_errors: float = 0.1
    pair_errors: float = 5.0


@dataclass(frozen=True, slots=True)
class AnswerRules:
    """What experts' answers teach: priors around what the models say, as standard deviations in log-odds.

    Chosen together by coverage and width on labels with human errors (`answer_rates`).

    Attributes:
        offset: of all probabilities together.
        slope: of the line in the models' log-odds, around 1; .15 was too sure of digits, .3 twice as wide.
        stratum: of the rows of one stratum: how far the models' probabilities may be from any line.
        strata: edges of P(error) between the strata; finer where rows are many and errors few.
        pair: of the rows of one pair of given and suggested label.
        picked: of rows picked from the list, beside rows alike; with .5 up to 15 % of numbers lay outside.
        least: probabilities lie within this and 1 - this. Convention.
        draws: of the coefficients, from which the interval is read: an end is known within 3 % of the width.
        seed: of these draws, so that the same answers say the same.
        narrow: an interval is narrow when half of it is at most this share of its number,
        narrow_share: or this share of all rows: which of two numbers it is then hardly matters. Convention.
    """

    offset: float = 1.0
    slope: float = 0.2
    stratum: float = 1.0
    strata: tuple[float, ...] = (0.001, 0.01, 0.05, 0.2, 0.5, 0.8)
    pair: float = 0.7
    picked: float = 1.0
    least: float = 1e-6
    draws: int = 1_000
    seed: int = 0
    narrow: float = 0.5
    narrow_share: float = 0.01


@dataclass(frozen=True, slots=True)
class AuditRules:
    """The random rows of every batch of questions, and when they say that two classes are mixed up.

    Attributes:
        share: of the questions.
        usual: share of rows given as one of two classes up to which being the other is usual: as `mix_up`.
        margin: beyond it, from which it must be seen; between the two either may be said. Convention.
        pairs: of classes that are judged, those with most suspects. Convention.
    """

    share: float = 0.2
    usual: float = 0.03
    margin: float = 0.03
    pairs: int = 20


@dataclass(frozen=True, slots=True)
class ResidualRules:
    """Gross errors among numbers, told from ordinary noise.

    Attributes:
        sharpness: candidates of the power by which models are weighed; the trimmed error chooses.
        trusted: share of the rows by which models are weighed and known, noise and its scale told (with .9
            fewer tenths are found, with .975 fewer signs, slip_rates): a gross error decides none.
        degrees: of the t-distribution of noise: 3, whose mean still has a variance, to 50, a normal one.
        wide: gross errors scatter at least so many times wider than noise.
        slip_least: standard deviations from which a slip of the decimal point, sign or unit can be told.
        units, one_kind: share of slips that are of the unit; of one kind, where it prevails. Convention.
        powers: of labels above 0 beside 1: logs (0), cube roots (gamma noise; Wilson and Hilferty 1931) ...
        stretch: rows whose median puts right what is expected; 100 lose errors by half (suspect_numbers).
        scales: twice the log-likelihood by which a scale may be behind the best: 95 % of chi-squared with 1.
        least: half of this quantile of the labels is the least that is expected there. Convention.
        steps: of the EM algorithm at most; it stops when the share settles.
        least_evidence: twice the log-likelihood they add at least (0 of 200 sound worlds, label_error_rates).
        interval: share of sound labels inside the interval of a suggestion.
        digits: a suggestion is rounded to this part of its interval: more would only look exact.
        far, near: a label is of a changed world when it lies `far` standard deviations from the model in
            production, and at most `near` from the models of its own time.
    """

    sharpness: tuple[float, ...] = (0.0, 2.0, 5.0, 10.0, 20.0, 50.0)
    trusted: float = 0.95
    degrees: tuple[float, float] = (3.0, 50.0)
    wide: float = 6.0
    slip_least: float = 2.5
    units: float = 0.25
    one_kind: float = 0.8
    powers: tuple[float, ...] = (0.0, 1 / 6, 1 / 3, 1 / 2, 2 / 3, 5 / 6)
    stretch: int = 300
    scales: float = 3.84
    least: float = 0.01
    steps: int = 200
    least_evidence: float = 10.0
    interval: float = 0.9
    digits: int = 20
    far: float = 4.0
    near: float = 2.0


@dataclass(frozen=True, slots=True)
class ChangeRules:
    """When the relation has changed, so that an old model's contradiction is no sign of a wrong label.

    Attributes:
        z: of two proportions, before and after; high, because the largest over all splits is taken.
        least_rise: of the share of contradictions: with many rows a smaller one is certain and means nothing.
    """

    z: float = 5.0
    least_rise: float = 0.02


@dataclass(frozen=True, slots=True)
class NeighbourRules:
    """The most similar rows.

    Attributes:
        k: how many are shown.
        dimensions: of the projection at most.
        references: rows to compare with at most: the search is one of all pairs.
        far: quantile of the rows' own distances beyond which a row is far from everything.
        sample: rows by which that quantile is estimated.
    """

    k: int = 10
    dimensions: int = 64
    references: int = 20_000
    far: float = 0.99
    sample: int = 2_000


@dataclass(frozen=True, slots=True)
class ImpactRules:
    """What correcting a label is worth.

    Attributes:
        penalty: of the surrogate's ridge, on standardised features.
        hessian_rows: the surrogate is fitted on so many rows at most.
        confident: probability from which a row is a yardstick, with its likeliest class as the truth.
        floor: impact = P(error) x (floor + rank of the influence); `impact_gain` says what it gains.
    """

    penalty: float = 1.0
    hessian_rows: int = 50_000
    confident: float = 0.5
    floor: float = 0.5


@dataclass(frozen=True, slots=True)
class ReasonRules:
    """When a reason is worth a sentence.

    Attributes:
        ambiguous: relative entropy of the mixture from which the models are split.
        mix_up: share of a class's rows from which a pair of classes is often confused.
        feature: log-odds from which a feature speaks for the suggestion.
        features: that are named at most.
        worth: share of the other suspects than which a correction must move the model further.
    """

    ambiguous: float = 0.75
    mix_up: float = 0.03
    feature: float = 0.1
    features: int = 3
    worth: float = 0.8


@dataclass(frozen=True, slots=True)
class SearchRules:
    """How much of a search is flagged and explained.

    Attributes:
        session: where the number of errors is vague, so many rows are flagged, if as many may be wrong.
        most_explained: suspects with reasons at most.
        least_explained: rows of the queue with reasons at least, and changed rows at most.
        weak: a list of which less than this share is expected to be wrong is called weak. Convention.
    """

    session: float = 100.0
    most_explained: int = 1_000
    least_explained: int = 50
    weak: float = 0.5


@dataclass(frozen=True, slots=True)
class Rules:
    """All of them."""

    splits: SplitRules = field(default_factory=SplitRules)
    cost: CostRules = field(default_factory=CostRules)
    mixture: MixtureRules = field(default_factory=MixtureRules)
    refusal: RefusalRules = field(default_factory=RefusalRules)
    noise: NoiseRules = field(default_factory=NoiseRules)
    answers: AnswerRules = field(default_factory=AnswerRules)
    audit: AuditRules = field(default_factory=AuditRules)
    residuals: ResidualRules = field(default_factory=ResidualRules)
    change: ChangeRules = field(default_factory=ChangeRules)
    neighbours: NeighbourRules = field(default_factory=NeighbourRules)
    impact: ImpactRules = field(default_factory=ImpactRules)
    reasons: ReasonRules = field(default_factory=ReasonRules)
    search: SearchRules = field(default_factory=SearchRules)


RULES = Rules()
