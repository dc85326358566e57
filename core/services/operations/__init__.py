"""Keep an installation well: doctor, backup and restore, exports, the record, numbers for monitoring."""
