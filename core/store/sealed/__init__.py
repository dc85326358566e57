"""Digests beside what is computed and stored, so that what a disk has changed is not read as something else.

- `documents.seal`, `documents.unseal`: JSON documents with their digest as the last key; by the engine.
- `suspects.require_whole`: rows of a search for wrong labels.
- `profiles.digest`: the profiles of chunks, which are bytes.
"""
