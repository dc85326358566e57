"""Whether the home is what was written: its files by size and SHA-256, its databases row by row.

- `files.file_checks`: every file that a row names, and files that none names; `files.fault`: of one file.
- `at_rest.take_note`, `at_rest.compare`: whole database files, written down while nobody writes to them; the
  `timetable` of the worker does it.
- `databases.database_checks`, `databases.record_checks`: the databases' own check, and the chained rows.
"""
