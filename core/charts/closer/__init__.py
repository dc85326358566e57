"""What a person looks at more closely on Health: one segment over time, one column before and now."""
