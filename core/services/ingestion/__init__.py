"""Deliveries: received from a page, a command, HTTP or a source; accepted, known or refused.

A delivery is *received* once its bytes are safe, and *accepted* once its rows are in the lake; it is *known*
when the same rows came before, and *refused* when they do not fit. (In tables and JSON an accepted one is
"taken".)

- `ingest.ingest`, `ingest.ingest_frame`, `ingest.ingest_tables`: accept rows, or refuse them.
- `receive_delivery.receive`, `receive_delivery.accept`: what a program sends, before and after its job.
- `delivery_status.find_status`: how one stands; `delivery_log.list_deliveries`: all that came.
- `uploads.keep`: a file of a page until its job has taken it in.
- `sources.add`, `sources.list_sources`, `sources.pause`, `sources.resume`, `sources.remove`: what is watched;
  `polling` looks at it.
- `api_tokens.create`, `api_tokens.verify`, `api_tokens.revoke`: which program may send to which model.
"""
