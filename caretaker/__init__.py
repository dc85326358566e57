"""Caretaker for notebooks: monitor a log, find label errors, compare two models, look into a home.

Each verb is loaded when it is first used, so `import caretaker` costs nothing. What comes back says its
finding as a sentence, draws itself with `plot()` and gives its numbers as a pandas table with `frame()`.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from caretaker.comparison import Comparison, compare
    from caretaker.demo import demo_bookings
    from caretaker.health import Health, monitor
    from caretaker.hints import CaretakerError
    from caretaker.home import Home, open_home
    from caretaker.label_errors import LabelErrors, find_label_errors

__all__ = [
    "CaretakerError",
    "Comparison",
    "Health",
    "Home",
    "LabelErrors",
    "compare",
    "demo_bookings",
    "find_label_errors",
    "monitor",
    "open_home",
]

_MODULES = {
    "CaretakerError": "hints",
    "Comparison": "comparison",
    "Health": "health",
    "Home": "home",
    "LabelErrors": "label_errors",
    "compare": "comparison",
    "demo_bookings": "demo",
    "find_label_errors": "label_errors",
    "monitor": "health",
    "open_home": "home",
}


def __getattr__(name: str) -> Any:
    """Load a verb, or what it returns, from its module."""
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)


def __dir__() -> list[str]:
    return __all__
