"""Sources joined by key: their rows are checked, kept, and offered to the searches of a model.

- `join.join`: read a source, guard it, keep its rows. - `remove.remove`: offer it no more.
- `ready_steps`: the steps by which a search adds the columns. - `views`: what people see.
"""
