"""Whether the home is what was written: its files by size and SHA-256, its databases row by row."""
