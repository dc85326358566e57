"""Rows elsewhere: files in buckets, tables of SQL databases, tables that grow."""
