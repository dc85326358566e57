"""Rows of what came in: deliveries, the batches that exist, sources, hashes of tokens."""
