"""Every number that decides how experts are asked and what of theirs counts, with its source.

>>> from dataclasses import replace
>>> replace(RULES, blind_share=0.5).blind_share, RULES.blind_share
(0.5, 0.1)
"""

from dataclasses import dataclass
from datetime import timedelta


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


RULES = AnnotationRules()
