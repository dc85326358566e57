"""Rows elsewhere: files in buckets (`objects`), tables of SQL databases (`connections`), growing tables.

`sources.open_tables` reads whatever an address means; `stream.read_block` goes on behind a watermark.
"""
