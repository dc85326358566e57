"""What a home says of itself, without moments: equal states are equal, and what must hold at any moment."""

import hashlib
from collections import Counter

import pandas as pd
from sqlmodel import select

from core.registry import models as registry
from core.registry import store
from core.services.deployment import champion, promote
from core.services.deployment.serve import follower
from core.services.monitoring import monitor
from core.services.operations import doctor
from core.services.shadow import status
from core.store import models, tables
from core.store.chain.verify import verify
from core.store.engine import reading
from core.store.workspace import open_workspace

LEFT = ("*.partial", "jobs/*/*")
"""Files that nobody needs; of the lake they go with a start of the worker once they are an hour old."""
FACTS = {
    "trials": (tables.Trial, ("recipe", "status", "version", "parent_version", "fingerprint")),
    "comparisons": (tables.Comparison, ("champion", "challenger", "look", "verdict")),
    "looks": (tables.HoldoutLook, ("holdout_id", "look", "challenger")),
    "holdouts": (tables.Holdout, ("number", "keys_hash", "rows")),
    "deliveries": (tables.Batch, ("kind", "content_hash", "rows")),
}


def faults_now(settings, name):
    """What is wrong although only a part of a change may have been made: nothing, at any moment."""
    ws = open_workspace(settings)
    with reading(ws.engine) as session:
        spec = models.spec(session, name)
    faults = [fault.sentence for fault in verify(ws.engine).faults]
    alias, newest = registry.champion(settings, spec.registry_name), promote.newest(ws, name)
    present = promote.champion(ws, name).version
    under_way = (newest.state, newest.version, newest.previous) == ("intended", alias, present)
    if alias != present and not under_way:
        faults.append(f"the alias says {alias}, the record {present}")
    if follower(ws, name).served.version != alias:
        faults.append("serve does not follow the alias")
    return faults


def state(settings, name):
    """All that can be compared, as lists and texts."""
    ws = open_workspace(settings)
    with reading(ws.engine) as session:
        spec = models.spec(session, name)
        rows = {
            kind: sorted([str(getattr(row, name)) for name in fields] for row in session.exec(select(table)))
            for kind, (table, fields) in FACTS.items()
        }
        told = [
            (row.target, row.body["version"], row.state) for row in session.exec(select(tables.Announcement))
        ]
        acts = Counter(row.action for row in session.exec(select(tables.Audit)))
        acts = {act: count for act, count in acts.items() if not act.endswith(" refused")}  # was undone
    health = monitor.health(ws, name) or {"alerts": [], "chunks": []}
    document, kept = champion.document(ws, name), ("role", "version", "champion", "state", "verdict", "rows")
    return rows | {
        "registry": _registry(settings, spec),
        "champion": [document["version"], follower(ws, name).served.version],
        "live": document["live"],
        "deployments": [(row.kind, row.state, row.version) for row in promote.deployments(ws, name)],
        "targets": sorted(told),
        "shadows": [[view.get(field) for field in kept] for view in status.shadows(ws, name)],
        "record": dict(sorted(acts.items())),
        "health": [[alert["sentence"] for alert in health["alerts"]], [c["n"] for c in health["chunks"]]],
        "predictions": _files(settings.lake),
        "left": sorted(str(path.name) for pattern in LEFT for path in settings.home.rglob(pattern)),
        "chain": [fault.sentence for fault in verify(ws.engine).faults],
        "doctor": [
            (check.name, check.detail) for check in doctor.examine(settings)
            if check.state != "ok" and check.area != "machine"
        ],
    }  # fmt: skip


def _registry(settings, spec):
    """Runs that were finished by what was tried, versions, and what is not ended; killed ones are history."""
    opened = store.client(settings)
    experiments = [one.experiment_id for one in opened.search_experiments()]
    runs = [run for run in opened.search_runs(experiments) if store.FINGERPRINT in run.data.tags]
    states = Counter(run.info.status for run in runs)
    versions = opened.search_model_versions(f"name = '{spec.registry_name}'")
    pending = [model for model in opened.search_logged_models(experiments) if str(model.status) == "PENDING"]
    return {
        "runs": sorted(run.data.tags[store.FINGERPRINT] for run in runs if run.info.status == "FINISHED"),
        "versions": sorted((one.version, one.tags[store.FINGERPRINT]) for one in versions),
        "running": states["RUNNING"],
        "pending": len(pending),
        "alias": registry.champion(settings, spec.registry_name),
    }


def _files(lake):
    """Name and content of every file of predictions."""
    return {
        str(path.relative_to(lake)): hashlib.sha256(
            pd.util.hash_pandas_object(pd.read_parquet(path)).to_numpy().tobytes()
        ).hexdigest()[:12]
        for path in sorted(lake.rglob("answers/**/*.parquet"))
    }


def differences(before, after):
    """What of a state is not as it should be, in words."""
    return [f"{key}: {before[key]} -> {after[key]}" for key in before if before[key] != after[key]]
