"""Rows that belong together: what each contributes, which hang together, and what that costs."""
