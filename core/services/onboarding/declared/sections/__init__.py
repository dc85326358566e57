"""The sections of a model's file: each reads its part of the home, and makes it.

- `registry.read_model`: all of them; a further one is a `section.Section` in `registry.SECTIONS` and a field
  of `core.services.onboarding.declared.form.document.ModelValue`.
"""
