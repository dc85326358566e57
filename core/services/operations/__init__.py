"""Keep an installation well: doctor, backup and restore, exports, the record, numbers for monitoring.

- `doctor.examine`: every check of machine, stores and models.
- `backup.backup`, `restore.restore`: the whole home as one file.
- `export.table`: labels, annotations, a revision or experiments as a table.
- `dossier`: what an auditor asks, as one signed file; `verify` computes the log anew.
- `history.timeline`: what was done, by whom; `openmetrics.read`: gauges.
"""
