"""The journey as a tree: where it started, families of models, what was changed; what each gained."""

from typing import Any

import pandas as pd

from core.stats.metric import Metric

COLUMNS = ["level", "name", "trials", "value", "low", "high", "gain", "version", "path"]
PLAIN = "as it is"


def branches(outlined: pd.DataFrame, metric: Metric) -> pd.DataFrame:
    """The nodes in the order in which a tree shows them; the newest start first.

    A node is shown by its best trial. Its gain is against the node above it as it was there first: a
    change against its family as it is, a family and a start against the first trial of the start; where the
    best is that first one itself, there is none. Values are compared within a start only: others are on
    other rows. A family in which nothing was changed is one node.

    Args:
        outlined: trials as `outline` gives them.
        metric: of record.

    Returns:
        `COLUMNS`; `level` 0 (start), 1 (family), 2 (change); `path` names a node among all.
    """
    scored = outlined[outlined["value"].notna()].copy()
    scored["merit"] = scored["value"].map(metric.merit)
    starts = scored.assign(parent=scored["parent"].fillna("-")).groupby(["data", "parent"], sort=False)
    nodes: list[dict[str, Any]] = []
    for (data, parent), of_start in reversed(list(starts)):
        first = of_start.iloc[0]
        name = f"{data}, from version {parent}" if parent != "-" else str(data)
        nodes.append(_node(0, name, of_start, first, metric, name))
        for family, of_family in _by_merit(of_start, "family"):
            nodes.append(_node(1, family, of_family, first, metric, f"{name}/{family}"))
            plain = of_family[of_family["change"] == PLAIN]
            if len(plain) == len(of_family):
                continue
            before = plain.iloc[0] if len(plain) else None
            for change, of_change in _by_merit(of_family, "change"):
                path = f"{name}/{family}/{change}"
                nodes.append(_node(2, change, of_change, before, metric, path))
    return pd.DataFrame(nodes, columns=COLUMNS)


def _by_merit(trials: pd.DataFrame, column: str) -> list[tuple[str, pd.DataFrame]]:
    """Groups of a column, the one with the best trial first."""
    groups = [(str(name), group) for name, group in trials.groupby(column, sort=False)]
    return sorted(groups, key=lambda pair: -float(pair[1]["merit"].max()))


def _node(
    level: int, name: str, trials: pd.DataFrame, before: "pd.Series[Any] | None", metric: Metric, path: str
) -> dict[str, Any]:
    best = trials.iloc[int(trials["merit"].to_numpy().argmax())]
    gain = None
    if before is not None and before["trial"] != best["trial"]:
        gain = metric.gain(float(before["value"]), float(best["value"]))
    return {
        "level": level,
        "name": name,
        "trials": len(trials),
        "value": float(best["value"]),
        "low": best["low"],
        "high": best["high"],
        "gain": gain,
        "version": best["version"],
        "path": path,
    }
