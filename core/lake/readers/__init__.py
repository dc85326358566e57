"""Files as they arrive - CSV, Parquet, JSON lines - as tables of a few kinds of values."""
