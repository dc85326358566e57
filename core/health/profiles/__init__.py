"""Profiles: what is kept of a chunk, how its cells are laid out, the counts behind the metrics."""
