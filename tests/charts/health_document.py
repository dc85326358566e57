"""A document of Health as the charts take it."""

from dataclasses import dataclass


@dataclass
class Promotion:
    """A change of the champion."""

    version: str
    kind: str
    data_until: str | None
    override: str | None = None


def number(value):
    return {"value": value, "low": value - 0.02, "high": value + 0.02}


def chunk(month, value, status, labelled=90):
    realised = {"roc_auc": number(value)} if labelled else {}
    return {
        "key": f"2016-{month:02d}",
        "label": f"M{month} 2016",
        "start": f"2016-{month:02d}-01",
        "end": f"2016-{month:02d}-28",
        "n": 100,
        "labelled": labelled,
        "status": status,
        "realised": realised,
        "estimated": {"roc_auc": {**number(0.88), "reliable": True}},
        "drift": {},
        "alerts": [],
        "segments": {"town": {"Ulm": {**number(value - 0.1), "n": 50}}},
        "versions": {"1": {**number(value), "rows": 100, "n": labelled}},
    }


def health_document():
    """A fall from March on, a segment that lost most."""
    reference = {"label": "M1 2016", "start": "2016-01-01", "end": "2016-01-31", "n": 100, "labelled": 100}
    return {
        "model": "shop <1>",
        "version": "1",
        "status": "red",
        "sentence": "The model is getting worse.",
        "suggestion": "Retrain.",
        "metric": "roc_auc",
        "metric_label": "Ranking (AUC)",
        "direction": "higher",
        "tolerance": 0.02,
        "computed_at": "2016-09-01T00:00:00+00:00",
        "steps": [],
        "data": {"from": "2016-01-01", "until": "2016-05-28", "gaps": [], "stale": False},
        "note": "",
        "labels": {"rows": 400, "labelled": 270, "mature": 270},
        "reference": {
            **number(0.9),
            "n": 100,
            "trained": True,
            "start": "2016-01-01",
            "end": "2016-01-31",
            "chunks": [{**reference, "key": "2016-01", "realised": {"roc_auc": number(0.9)}}],
        },
        "current": {**number(0.7), "n": 180, "label": "M4 2016", "start": "2016-04-01", "end": "2016-04-28"},
        "onset": {"date": "2016-03-01", "earliest": "2016-02-01", "latest": "2016-04-01", "label": "M3 2016"},
        "causes": [{"kind": "mix", "share": 1.0, "sentence": "The mix of town moved.", "features": ["town"]}],
        "losses": [],
        "findings": [{"code": "CT-H03", "parameters": {}, "sentence": "The model is getting worse."}],
        "alerts": [],
        "money": None,
        "summary": {"features": 4, "drifted": ["town"], "missing": 0.01, "missing_before": 0.01},
        "segments": [
            {
                "column": "town",
                "value": "Ulm",
                "change": -0.2,
                "low": -0.25,
                "high": -0.15,
                "n": 50,
                "now": 0.6,
                "before": 0.8,
                "share": 0.9,
                "rows": 0.5,
                "apart": True,
            }
        ],
        "versions": [
            {
                "version": "1",
                "first": "2016-02-01",
                "last": "2016-05-28",
                "rows": 400,
                "n": 270,
                **number(0.8),
            }
        ],
        "chunks": [
            chunk(2, 0.9, "green"),
            chunk(3, 0.75, "amber"),
            chunk(4, 0.7, "red"),
            chunk(5, 0.7, "grey", labelled=0),
        ],
    }
