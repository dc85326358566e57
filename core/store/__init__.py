"""The records in SQL, the only place that knows it: a file for each aggregate, functions that take a session.

`workspace` opens a home, `engine` gives sessions to read and to write, `migrate` brings tables up to date.
"""
