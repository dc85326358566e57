"""Everything that was tried, as pictures draw it. Only SQL: pages may ask.

- `outline.outline`: all trials with what each changed; `outline.verdicts`: what became of versions.
- `tree.branches`: what each branch gained; `difference.difference`: how two trials differ.
"""
