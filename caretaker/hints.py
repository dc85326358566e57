"""Errors in the words of a notebook: what the command line calls `--label` is `label=` here."""

import re
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from core.errors import CaretakerError

__all__ = ["CaretakerError", "in_words", "notebook_errors"]

P = ParamSpec("P")
R = TypeVar("R")

OPTION = re.compile(r"--([a-z]+(?:-[a-z]+)*)(?: (?!(?:and|for|if|of|or|when|with)\b)(?=\w))?")
RENAMED = {"label_available_at": "label_time", "score": "scores", "scores_prefix": "scores"}


def in_words(text: str) -> str:
    """A sentence of the command line with arguments in place of options.

    >>> in_words("Say --task regression if these are amounts, or name the label with --label COLUMN.")
    'Say task=regression if these are amounts, or name the label with label=COLUMN.'
    """
    return OPTION.sub(lambda option: f"{_argument(option[1])}=", text)


def notebook_errors(verb: Callable[P, R]) -> Callable[P, R]:
    """Let the errors of a verb name its arguments."""

    @wraps(verb)
    def call(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return verb(*args, **kwargs)
        except CaretakerError as error:
            error.message, error.hint = in_words(error.message), in_words(error.hint)
            error.args = (error.message, error.hint)
            raise

    return call


def _argument(option: str) -> str:
    name = option.replace("-", "_")
    return RENAMED.get(name, name)
