"""What is in production: promote, roll back, and what programs that serve it ask."""
