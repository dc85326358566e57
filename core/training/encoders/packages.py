"""Packages that are not required, and which of them are missing here."""

from collections.abc import Iterable
from importlib.util import find_spec


def missing(packages: Iterable[str]) -> list[str]:
    """Those that are not installed.

    >>> missing(["numpy", "a_package_that_nobody_has"])
    ['a_package_that_nobody_has']
    """
    return [name for name in packages if find_spec(name) is None]
