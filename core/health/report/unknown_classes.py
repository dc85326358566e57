"""Classes that the model does not know, in words: they must not be silently left out."""

from dataclasses import replace

from core.health.report.verdict import Verdict
from core.model import ModelSpec


def with_new_classes(spec: ModelSpec, told: Verdict, strange: tuple[tuple[str, int, int], ...]) -> Verdict:
    """The verdict with a sentence about new classes; a model that cannot give an answer is not healthy."""
    if not strange:
        return told
    labels, said = sum(each[1] for each in strange), sum(each[2] for each in strange)
    names = ", ".join(repr(each[0]) for each in strange)
    one = len(strange) == 1
    sentence = f" New class{'' if one else 'es'}: {names}."
    if labels:
        what = "1 label names" if labels == 1 else f"{labels:,} labels name"
        sentence += f" {what} {'it' if one else 'them'}: errors that the numbers here leave out."
    if said:
        what = "1 prediction names" if said == 1 else f"{said:,} predictions name"
        sentence += f" {what} {'it' if one else 'them'}, which no number here counts."
    step = (
        f" If {strange[0][0]!r} is right, add it (`classes add`), then retrain."
        if spec.task == "multiclass"
        else " Correct the labels, or connect the model anew with --task multiclass."
    )
    status = "amber" if told.status == "green" else told.status
    suggestion = step.strip() if told.status == "green" else told.suggestion + step
    return replace(told, status=status, sentence=told.sentence + sentence, suggestion=suggestion)
