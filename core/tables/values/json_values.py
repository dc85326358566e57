"""Values that JSON knows: no NaN, no moments, no tuples."""

from typing import Any


def plain(content: Any) -> Any:
    """The content with everything that JSON does not know turned into what it does.

    >>> plain({"low": float("nan"), 3: (1, 2)})
    {'low': None, '3': [1, 2]}
    """
    if isinstance(content, dict):
        return {str(key): plain(value) for key, value in content.items()}
    if isinstance(content, list | tuple):
        return [plain(value) for value in content]
    if hasattr(content, "isoformat"):
        return content.isoformat()
    if hasattr(content, "item"):
        return plain(content.item())
    return None if isinstance(content, float) and not abs(content) < float("inf") else content
