"""A model as a file, with everything that a person would write, and how it is planned and applied."""

from core.services.onboarding.declared.apply import apply_model, require_plan
from core.services.onboarding.declared.form.read_files import read_text
from core.services.onboarding.declared.plan import plan

MODEL = """
caretaker: 1
models:
  churn:
    connect: {rows: [log.csv]}
    data:
      task: multiclass
      classes: ["maybe", "no", "yes"]
      label: churned
      id: customer
      time: day
      prediction: said
      features: [calls]
      segments: [plan]
      chunk: month
    checks: {metric: accuracy, tolerance: 0.05}
"""
SETTINGS = """
    checks:
      metric: cost
      costs: {classes: ["yes", "no", maybe], rows: [[0, 5, 1], [2, 0, 1], [1, 1, 0]], currency: EUR}
      class_order: ["no", maybe, "yes"]
      reference: ["2024-02", "2024-03"]
      group: plan
    labels:
      guideline: |
        Look twice.

        Then decide.
      class_notes: {"yes": They left.}
    promotion:
      second_person: true
      guard_rolls_back: true
      fairness_blocks: true
      least_saving: 100
      budgets: {p99_ms: 20}
    training: {every_days: 30, new_labels: 10}
    sources:
      - {address: incoming, every_seconds: 60}
      - {address: "late-*.csv", kind: labels, paused: true}
"""


def planned(ws, text, folder, by="eve"):
    return plan(ws, read_text(text.encode(), folder / "caretaker.yaml"), by)


def apply(ws, text, folder, by="eve"):
    made = planned(ws, text, folder, by)
    require_plan(made)
    return [job for model in made.models for job in apply_model(ws, model, by)]


def actions(made):
    return [model["action"] for model in made.document["models"]]
