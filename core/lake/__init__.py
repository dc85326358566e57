"""The rows: Parquet files below the home, the one view over them, and the pass that makes profiles of them.

Written by `write`, placed by `paths`, seen through `rows_view`, read by `rows`; only what a row in the
database names exists. `readers` take files in, `remotes` what lies elsewhere, `media` pictures.
"""
