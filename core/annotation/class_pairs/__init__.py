"""Two classes that people confuse: which two, and how far people agree on them before and after a rule."""
