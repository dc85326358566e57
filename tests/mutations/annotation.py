"""Faults in what experts' annotations amount to, and in how they are asked."""

from tests.mutations.mutation import Mutation

EVENTS = "core/annotation/events.py"
QUEUE = "core/annotation/queue.py"
RULES = "core/annotation/rules.py"
SUBMISSIONS = "core/annotation/submissions.py"
UNUSUAL = "core/annotation/unusual.py"
CONFUSION = "core/annotation/confusion.py"
PRIOR = "core/annotation/model_prior.py"
AGREEMENT = "core/annotation/agreement.py"
QUALITY = "core/annotation/quality.py"

MUTATIONS = {
    "tests/annotation/test_rules.py": (
        Mutation(
            RULES, "blind_share: float = 0.1", "blind_share: float = 0.12", "more items than said are blind"
        ),
        Mutation(
            RULES,
            "pause: timedelta = timedelta(minutes=1)",
            "pause: timedelta = timedelta(minutes=2)",
            "breaks count as thinking",
        ),
        Mutation(
            RULES,
            "fresh: timedelta = timedelta(minutes=15)",
            "fresh: timedelta = timedelta(minutes=18)",
            "an old pace is told as the present one",
        ),
        Mutation(
            RULES, "longest_note: int = 2_000", "longest_note: int = 2_400", "notes are longer than is said"
        ),
        Mutation(
            RULES,
            "longest_look: int = 24 * 3600 * 1000",
            "longest_look: int = 24 * 3600 * 1200",
            "a tab left open counts as a look",
        ),
        Mutation(RULES, "tail: float = 0.005", "tail: float = 0.006", "ordinary values are marked"),
        Mutation(
            RULES, "many_words: int = 1_000", "many_words: int = 1_200", "words of a free text are marked"
        ),
        Mutation(EVENTS, "len(votes_cast) < want", "len(votes_cast) <= want", "one answer more is asked for"),
        Mutation(
            EVENTS,
            "sorted(events, key=lambda event: (event.at, event.uid))",
            "sorted(events, key=lambda event: event.uid)",
            "an older answer of a person wins",
        ),
        Mutation(EVENTS, "max(rulings, key", "min(rulings, key", "the older ruling settles"),
        Mutation(
            EVENTS, "if (event.person, event.uid) not in undone", "if event", "what was taken back counts"
        ),
        Mutation(EVENTS, "and not imported", "", "imported answers do not count"),
        Mutation(
            SUBMISSIONS, "at=min(self.at, received_at)", "at=self.at", "a clock that runs ahead wins for ever"
        ),
        Mutation(
            SUBMISSIONS,
            "min(rules.longest_look, _number",
            "max(rules.longest_look, _number",
            "every look takes a day",
        ),
        Mutation(
            SUBMISSIONS,
            "not 0 <= value <= largest",
            "not 0 < value <= largest",
            "a look of no time is refused",
        ),
        Mutation(
            QUEUE,
            "at - ordered[-1] > rules.fresh",
            "at - ordered[0] > rules.fresh",
            "after a quarter of an hour there is no pace",
        ),
        Mutation(QUEUE, "60 * len(gaps)", "60 * len(ordered)", "one annotation too many in a minute"),
        Mutation(
            UNUSUAL,
            'known["low"] <= float(value) <= known["high"]',
            'known["low"] < float(value) < known["high"]',
            "the ends of what is usual are marked",
        ),
        Mutation(UNUSUAL, "if share >= rules.tail", "if share > rules.tail", "a word at the limit is marked"),
    ),
    "tests/annotation/test_events.py": (
        Mutation(
            EVENTS,
            "votes[0][1] == votes[1][1]",
            "votes[0][1] <= votes[1][1] + 1",
            "a majority of one is a conflict",
        ),
    ),
    "tests/annotation/test_dawid_skene.py": (
        Mutation(CONFUSION, "of_rows.sum() + of_cells.sum()", "of_cells.sum()", "chance tells people apart"),
        Mutation(
            CONFUSION,
            "rate = (right + strength * expected)",
            "rate = (right + 9 * strength * expected)",
            "nobody is known by their own labels",
        ),
        Mutation(
            PRIOR, "trust = max(0.0, self.trust +", "trust = max(1.0, self.trust +", "noise is believed"
        ),
        Mutation(RULES, "share_rows: float = 10.0", "share_rows: float = 0.1", "a class is lost"),
        Mutation(QUALITY, "- _missing(votes, right)", "- 0 * _missing(votes, right)", "votes pass for truth"),
    ),
    "tests/annotation/test_agreement.py": (
        Mutation(AGREEMENT, "np.maximum(size - 1, 1)", "np.maximum(size, 1)", "people agree too much"),
        Mutation(AGREEMENT, "(n * (n - 1))", "(n * n)", "that is Scott's pi, not alpha"),
        Mutation(
            AGREEMENT,
            "if rows < rules.few_rows or observed == 0:",
            "if observed < 0:",
            "five rows without a difference are proof",
        ),
    ),
}
