"""SQLite files: switched to write-ahead logging, and looked at to their end."""
