"""Evidence that may be looked at as often as one likes."""
