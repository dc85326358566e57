"""Commands that look for a better model, and for what could make one."""
