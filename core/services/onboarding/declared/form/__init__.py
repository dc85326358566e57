"""The form of a file of models as code: read safely, held against its types, written in the same bytes.

- `read_files.read_files`: what files say of which model; `write_yaml.to_yaml`: a document as a file.
- `secrets.require_no_secret`: refuse what looks like a secret.
"""
