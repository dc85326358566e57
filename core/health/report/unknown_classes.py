"""Classes that the model does not know, in words: they must not be silently left out."""

from dataclasses import replace

from core.health.report.verdict import Verdict
from core.messages import Code, Message
from core.model import ModelSpec


def with_new_classes(spec: ModelSpec, outcome: Verdict, strange: tuple[tuple[str, int, int], ...]) -> Verdict:
    """The verdict with a sentence about new classes; a model that cannot give an answer is not healthy."""
    if not strange:
        return outcome
    labels, predictions = sum(new[1] for new in strange), sum(new[2] for new in strange)
    classes, names = len(strange), ", ".join(repr(new[0]) for new in strange)
    messages = [Message(Code.NEW_CLASSES, {"classes": classes, "names": names})]
    if labels:
        messages.append(Message(Code.NEW_CLASS_LABELS, {"labels": labels, "classes": classes}))
    if predictions:
        parameters = {"predictions": predictions, "classes": classes}
        messages.append(Message(Code.NEW_CLASS_PREDICTIONS, parameters))
    step = (
        Message(Code.ADD_CLASS, {"name": strange[0][0]})
        if spec.task == "multiclass"
        else Message(Code.CORRECT_CLASSES, {})
    )
    status = "amber" if outcome.status == "green" else outcome.status
    steps = (step,) if outcome.status == "green" else (*outcome.steps, step)
    return replace(outcome, status=status, steps=steps).plus(*messages)
