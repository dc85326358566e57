"""Connect a model: what it is, where its rows are, its first champion, the demo."""
