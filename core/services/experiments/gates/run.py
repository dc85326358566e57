"""All tests of one comparison: of the models as they are loaded, apart and from own code."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from core.services.dataset import features
from core.services.experiments import comparison_inputs
from core.services.experiments.comparison_inputs import ComparisonInputs
from core.services.experiments.gates import fairness, own_checks, traffic
from core.services.experiments.gates.joined_rows import check_joined
from core.services.experiments.gates.views import GateEntry, NotComputedEntry
from core.store.workspace import Workspace

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.model import Budgets
    from core.training.comparison.gates import Gate, GateRules, Subject

ROWS = 200


@dataclass(frozen=True, slots=True)
class GateResults:
    """The tests that were computed, and those that could not be."""

    computed: list[GateEntry]
    not_computed: list[NotComputedEntry]

    @property
    def failed(self) -> list[str]:
        """Names of those that forbid a promotion."""
        return [gate["name"] for gate in self.computed if not gate["passed"]]


def run_gates(ws: Workspace, inputs: ComparisonInputs, alpha: float) -> GateResults:
    """Load both versions and test the challenger; what a segment says is judged at the level of this look.

    Raises:
        RegistryError: the challenger cannot be loaded.
    """
    from core.registry.load import load_model
    from core.training.comparison import apart, gates

    two = inputs.pair
    spec = two.spec

    def challenger() -> Any:
        return load_model(ws.settings, spec, two.challenger)

    new, champion = challenger(), comparison_inputs.load(ws, spec, two.champion)
    subject = gates.Subject(
        challenger=new,
        champion=champion,
        reload=challenger,
        rows=features(spec, inputs.rows, new, champion).head(ROWS),
        before_saving=inputs.challenger.at(np.arange(min(ROWS, len(inputs.rows)))),
        task=two.task,
    )
    rules = _rules(gates.RULES, spec.budgets)
    made = gates.run(subject, inputs.leak, rules)
    made += apart.gates_apart(_apart(ws, inputs, subject), subject.challenger, subject.rows, rules)
    made += check_joined(ws, spec, new, inputs.rows)
    made.append(apart.rollback(lambda: comparison_inputs.load(ws, spec, two.champion), subject))
    made.append(traffic.replay(ws, inputs, subject.challenger, subject.champion))
    made.append(fairness.by_segment(inputs, alpha))
    labels = inputs.corrected.head(ROWS)
    made += own_checks.run_checks(ws.settings, subject.challenger, subject.rows, labels)
    return split(made)


def split(made: "Sequence[Gate]") -> GateResults:
    """The computed ones as entries, and the others."""
    computed = [_entry(gate) for gate in made if gate.passed is not None]
    return GateResults(
        computed, [NotComputedEntry(name=gate.name, why=gate.detail) for gate in made if gate.passed is None]
    )


def _entry(gate: "Gate") -> GateEntry:
    entry = GateEntry(
        name=gate.name,
        passed=bool(gate.passed),
        detail=gate.detail,
        figure=gate.figure,
        limit=gate.limit,
    )
    return {**entry, "warns": True} if gate.warns else entry


def _rules(rules: "GateRules", budgets: "Budgets | None") -> "GateRules":
    """The limits, with the budgets of the model."""
    if budgets is None:
        return rules
    return replace(
        rules,
        p99=None if budgets.p99_ms is None else budgets.p99_ms / 1000,
        memory=None if budgets.memory_mb is None else round(budgets.memory_mb * 1e6),
        size=None if budgets.size_mb is None else round(budgets.size_mb * 1e6),
    )


def _apart(ws: Workspace, inputs: ComparisonInputs, subject: "Subject") -> Any:
    from core.registry.apart import load

    two = inputs.pair
    return load.load_apart(ws.settings, two.spec.registry_name, two.challenger, subject.rows)
