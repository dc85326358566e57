"""Every number that decides how experts are asked and what of theirs counts, with its source.

>>> from dataclasses import replace
>>> replace(RULES, blind_share=0.5).blind_share, RULES.blind_share
(0.5, 0.1)
"""

from dataclasses import dataclass, field
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class ConsensusRules:
    """How the votes of several people become one opinion (`core.annotation.dawid_skene`).

    Attributes:
        strengths: how many votes what is known of others may weigh against those of one person; the votes
            choose (empirical Bayes). A grid half a decade apart, not a threshold.
        dust: smaller counts do not choose: the posterior's rests on classes that nobody means. Convention.
        class_votes: that classes are confused alike weighs so many votes on each class. Convention.
        first_votes: right and wrong votes that everybody has before the first: labels are mostly right,
            without which EM may take each class for the other. Convention.
        start: odds that each vote of a row lends its class at first: people right in 4 of 5 cases of two
            classes. Convention.
        share_rows: rows that each class has before the first. With 1, three people who are right in .70 of 60
            rows settled 1.0 points (standard error .6) worse than their majority; with 10 as it.
        trust_spread: standard deviation of the normal prior of the models' exponent around 1, and its
            longest step. Convention: a few dozen rows outweigh it.
        least: smallest probability of a model that is believed: a vote may always overrule it.
        moved: EM ends when no posterior moves by more: on a page .999 and .998 look the same.
        least_worth: rows of known truth that somebody's quality must be worth to be told. With fewer, people
            decide about each other alone: of two who are right in .95 and .70 half of the intervals held it.
        suggested: share of the probability of an error that is the suggested class's, where there are more
            than two: of the others only the sum is kept. Convention.
        most_cells: people times classes times classes at most: with more nobody is weighed, as a second would
            not do; 50 people of 300 classes.
        most_rows: newest rows with votes that are weighed, those with several first: a second's work.
        rounds: of EM at most, against an endless loop.
    """

    strengths: tuple[float, ...] = (1.0, 3.0, 10.0, 30.0, 100.0, 300.0, 1000.0)
    dust: float = 1e-3
    class_votes: float = 50.0
    first_votes: tuple[float, float] = (4.0, 1.0)
    start: float = 4.0
    share_rows: float = 10.0
    trust_spread: float = 0.5
    least: float = 1e-4
    moved: float = 1e-3
    least_worth: float = 20.0
    suggested: float = 0.9
    most_cells: int = 5_000_000
    most_rows: int = 20_000
    rounds: int = 200


@dataclass(frozen=True, slots=True)
class AgreementRules:
    """The intervals of agreement (`core.annotation.agreement`).

    Attributes:
        draws: rows drawn anew so often; Efron and Tibshirani (1993, chapter 14) ask for 1,000 and more.
        fewest_draws: of very many kinds of rows so many still.
        most_counts: kinds of rows times draws, which is what takes the time: a second of 20,000 rows of a
            thousand classes.
        few_rows: below so many shared rows the interval also holds what Wilson's allows: of 10 and 20 rows
            with a rare class, rows drawn anew alone held the truth in 64 to 76 %.
        most_people: of more, those who labelled most are compared in pairs. Convention.
        seed: of the draws.
    """

    draws: int = 2_000
    fewest_draws: int = 500
    most_counts: int = 4_000_000
    few_rows: int = 50
    most_people: int = 10
    seed: int = 0


@dataclass(frozen=True, slots=True)
class FirstRules:
    """Which rows without a label come first (`core.annotation.first_labels`).

    Attributes:
        alike: rows that say nearly the same as one that is asked about; `left`: of their worth, then: near
            two that are asked about a row counts a quarter. `tests/benchmarks/first_labels_gain.py`.
        newest: so many of the newest rows are weighed at most: seconds of work.
    """

    alike: int = 5
    left: float = 0.5
    newest: int = 10_000


@dataclass(frozen=True, slots=True)
class PairRules:
    """Two classes that people confuse (`core.annotation.class_pairs`), and the rule that tells them apart.

    Attributes:
        alpha: of all intervals of the pairs together. Where classes were alike a pair was named in at most
            1 of 100 samples: `tests/benchmarks/confused_pair_rates.py`.
        least_rows: a pair with fewer is not named: too few to see what they have in common. Convention.
        least_side: rows before, and after, from which on it is told how far people differ: of fewer the
            interval of a share is wider than .4.
        examples: of each side that stand beside each other; as many as are looked at. Convention.
        newest: settled rows of a class among which examples are looked for: two questions to the database.
        longest_rule: characters of a rule: a sentence. Convention.
    """

    alpha: float = 0.05
    least_rows: int = 5
    least_side: int = 20
    examples: int = 6
    newest: int = 500
    longest_rule: int = 300


@dataclass(frozen=True, slots=True)
class AnnotationRules:
    """All of them.

    Attributes:
        blind_share: of the items that show neither given label nor suggestion until annotated, so that the
            pull of a suggestion can be measured (Berzak et al. 2016). One in ten: of 300 annotations 30 are
            blind, the fewest for which agreement has a useful interval.
        lease: how long an item is one person's; the tab renews it while it is open, so this is how long a
            dead tab keeps others waiting. Convention; 0 of 3,000 items were annotated twice by ten processes.
        pause: a longer gap between two annotations is a break, not thinking. Convention:
            people look at an item for seconds.
        together: annotations that follow each other faster were given at once, as those of a grid are, whose
            moments are a millisecond apart; two keys for two items take longer. Convention.
        fresh: a pace older than this says nothing about now. Convention.
        longest_note: characters of a note that are kept. Convention.
        longest_look: milliseconds from seeing an item to the key at most: more is a tab left open.
        tail: share of the reference rows beyond which a number, or a rarer word, is unusual, on either side.
            With 20 columns every fifth record of plain rows has one marked cell (1 - .99^20 = 18 %).
        many_words: a column with more different words is free text: nothing in it is unusual.
    """

    blind_share: float = 0.1
    lease: timedelta = timedelta(minutes=5)
    pause: timedelta = timedelta(minutes=1)
    together: timedelta = timedelta(milliseconds=50)
    fresh: timedelta = timedelta(minutes=15)
    longest_note: int = 2_000
    longest_look: int = 24 * 3600 * 1000
    tail: float = 0.005
    many_words: int = 1_000
    consensus: ConsensusRules = field(default_factory=ConsensusRules)
    agreement: AgreementRules = field(default_factory=AgreementRules)
    first: FirstRules = field(default_factory=FirstRules)
    pairs: PairRules = field(default_factory=PairRules)


RULES = AnnotationRules()
