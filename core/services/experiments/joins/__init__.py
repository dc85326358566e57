"""Sources joined by key: their rows are checked, kept, and offered to the searches of a model.

- `join`: read a source, guard it, keep its rows. - `remove`: offer it no more.
- `ready_steps`: the steps by which a search adds the columns.
"""

from core.services.experiments.joins.join import join, remove
from core.services.experiments.joins.ready_steps import joined_derivations, ready_steps, with_newest

__all__ = ["join", "joined_derivations", "ready_steps", "remove", "with_newest"]
