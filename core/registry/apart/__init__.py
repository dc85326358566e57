"""A version in a process of its own: `load.load_apart` starts it, `child` is what it runs."""
