"""Files that people and programs send: CSV, Parquet and JSON lines as tables that know where a row stood."""
