"""Roles of columns, chunks, validation and hashes: pure."""
