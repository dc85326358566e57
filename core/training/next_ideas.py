"""What to try next, ranked: the answer to "no, keep searching"."""

from dataclasses import dataclass
from typing import Literal

Act = Literal["relabel", "review", "recipe", "data", "holdout", "segment"]


@dataclass(frozen=True, slots=True)
class Situation:
    """What is known after a comparison.

    Attributes:
        untried: (recipe, title) of the recipes not tried on this data.
        waiting: items that wait in Relabel.
        disagreements: holdout rows on which the models differ and no expert has settled the label.
        labels_needed: further labels that would settle it; None when unknown or settled.
        unlabelled: rows of the log without a label.
        spent: whether the holdout's ledger is used up.
        weak: segments in which the challenger is worse, as "column = value".
    """

    untried: tuple[tuple[str, str], ...] = ()
    waiting: int = 0
    disagreements: int = 0
    labels_needed: int | None = None
    unlabelled: int = 0
    spent: bool = False
    weak: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Idea:
    """One thing to do: `act` says which page does it, `detail` with what."""

    act: Act
    sentence: str
    detail: str = ""


def rank(situation: Situation) -> list[Idea]:
    """Ideas, the most promising first: what decides the open question, then better labels, then models.

    >>> [idea.act for idea in rank(Situation(untried=(("extra_trees", "Trees"),), waiting=9))]
    ['relabel', 'recipe']
    """
    ideas: list[Idea] = []
    if situation.spent:
        ideas.append(
            Idea(
                "holdout",
                "This holdout is used up: freshen it with the newest labelled rows before comparing.",
            )
        )
    if situation.labels_needed is not None and situation.disagreements:
        ideas.append(
            Idea("review", f"Review the {situation.disagreements:,} rows on which the two models disagree.")
        )
    if situation.waiting:
        ideas.append(
            Idea("relabel", f"Answer the {situation.waiting:,} items that wait in Relabel, then retrain.")
        )
    ideas += [Idea("recipe", f"Try the recipe {title}.", name) for name, title in situation.untried]
    ideas += [
        Idea("segment", f"Look at {name}: the challenger is worse there.", name) for name in situation.weak
    ]
    if situation.labels_needed is not None and situation.unlabelled:
        rows = min(situation.labels_needed, situation.unlabelled)
        ideas.append(Idea("data", f"Label about {rows:,} of the {situation.unlabelled:,} unlabelled rows."))
    return ideas or [Idea("data", "Every recipe was tried on this data: new rows or new features are next.")]
