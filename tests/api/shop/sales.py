"""Rows of a small shop, and what programs write them in."""

import io
import json

import numpy as np
import pandas as pd

from core.services.onboarding.connect_model import list_models

PREDICTIONS, LABELS = "/api/v1/models/shop/predictions", "/api/v1/models/shop/labels"


def sales(first, month=2, count=30, **more):
    rng = np.random.default_rng(first)
    return pd.DataFrame(
        {
            "id": range(first, first + count),
            "day": [f"2020-{month:02d}-{1 + i % 28:02d}" for i in range(count)],
            "x": rng.normal(size=count).round(3),
            "p": rng.uniform(size=count).round(3),
            "y": rng.choice(["no", "yes"], count),
        }
    ).assign(**more)


def parquet(frame):
    out = io.BytesIO()
    frame.to_parquet(out, index=False)
    return out.getvalue()


BODIES = {
    "csv": ("text/csv", lambda f: f.to_csv(index=False).encode()),
    "csv with a charset": ("Text/CSV; charset=UTF-8", lambda f: f.to_csv(index=False).encode()),
    "json list": ("application/json", lambda f: f.to_json(orient="records").encode()),
    "json rows": (
        "application/json",
        lambda f: json.dumps({"rows": f.to_dict("records")}, indent=1).encode(),
    ),
    "ndjson": ("application/x-ndjson", lambda f: f.to_json(orient="records", lines=True).encode()),
    "parquet": ("application/vnd.apache.parquet", parquet),
}


def csv(frame):
    return frame.to_csv(index=False).encode()


def spec(ws):
    return list_models(ws)[0]
