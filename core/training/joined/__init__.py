"""A source joined by key: its rows checked, looked up, and kept from saying the label."""
