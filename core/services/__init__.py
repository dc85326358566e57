"""The use cases, one verb a file: plain functions that take what they need."""
