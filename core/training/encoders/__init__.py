"""Encoders of packages that are not required: items to vectors in which what means the same is near."""
