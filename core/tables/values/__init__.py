"""Values as they are kept: one column, timestamps, classes, probabilities, hashes."""
