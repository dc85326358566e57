"""Relabel: experts answer here, one key an item; below, what several of them say of the same rows."""

from core.services.label_errors import suspect_list
from pages._relabel import class_rules, experts, labeller
from pages._shared import page_context
from pages._suspects import parts

frame = page_context.enter("expert")
summary = suspect_list.latest(frame.ws, frame.spec.name)
parts.question(summary)
labeller.draw(frame.ws, frame.spec, frame.person)
experts.settle(frame)
document = summary.experts if summary else None
class_rules.draw(frame, document)
experts.agreement(document)
