"""The profile pass: rows are read once by DuckDB, and what is kept of them are counts."""
