"""The dossier: everything an auditor asks about a version as one signed file, and the proof of the log.

- `verify.verify`: compute the hash chain anew from the tables.
"""
