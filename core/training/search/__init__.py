"""A search for a better model: what may be tried, how it is judged on time, and what is tried next."""
