"""Look at sources: when, and what is new there.

- `timetable.make_look`: put what is due in line.
- `poll.poll`, `poll.poll_all`: look at a source, or at all sources of a model.
- `poll_files.poll_files`, `poll_table.poll_table`: what is new in a folder, or in a SQL table.
"""
