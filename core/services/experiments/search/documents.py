"""What a search tells programs."""

from typing_extensions import TypedDict

from core.services.experiments.views import SearchDocument


class SearchedEntry(TypedDict):
    """How far a search came."""

    tried: int
    """Experiments that it made, those that were stopped or failed among them."""
    stopped: int
    """Of these: given up early, because they were worse than the best beyond chance."""
    failed: int
    """Of these: the recipe could not learn from the rows."""
    known: int
    """Experiments of earlier searches on the same data, which were looked up."""
    ended: str
    """Why it ended: the minutes were over, nothing new was left to try, or a person said so."""
    seconds: float
    """That the experiments took, without fitting and registering the finalists."""
    problems: list[str]
    """Own transformers that could not be tried, each with the reason."""


class RecipeSearchDocument(SearchDocument):
    """What a search for a better model came to; its trials are the finalists."""

    searched: SearchedEntry
    """What was tried."""
