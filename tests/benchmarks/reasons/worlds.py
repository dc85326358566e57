"""The worlds: a happening each, and what may be said of it."""

from dataclasses import dataclass

from tests.benchmarks.reasons import changes
from tests.benchmarks.reasons.happenings import Happening


@dataclass(frozen=True)
class Expected:
    """A cause that is true: one of these kinds, about one of these parts of the base (any: no part)."""

    kinds: tuple[str, ...]
    parts: tuple[str, ...] = ()


@dataclass(frozen=True)
class World:
    """What happens, and what is true.

    Attributes:
        causes: none, one, or two at once.
        alert: rule of an alert, and the column that it is about, which must be raised whatever it costs.
        harmless: kinds that may be named where no cause is expected.
        follows: rules of alerts that may be raised, and must be closed, for what is over.
        parts: of two at once, each alone.
    """

    happening: Happening
    causes: tuple[Expected, ...] = ()
    alert: tuple[str, str] | None = None
    harmless: tuple[str, ...] = ()
    tasks: tuple[str, ...] = ("binary", "multiclass", "regression")
    parts: tuple[Happening, ...] = ()
    follows: tuple[str, ...] = ()


UNTOLD = ("data_fault", "inside")
"""Nobody can tell a fault that leaves possible values from a change of the world."""
INSIDE = Expected(("inside",))


def _fault(*parts: str) -> Expected:
    return Expected(("data_fault",), parts)


def _both(
    one: Happening, other: Happening, causes: tuple[Expected, ...], alert: tuple[str, str] | None = None
) -> World:
    return World(one + other, causes, alert, parts=(one, other))


MIX = Happening(weights=changes.hard_channel)
TURNED = Happening(labels=changes.turn("main", 0.35))
SECOND_TURNED = Happening(labels=changes.turn("second", 0.6))
VERSION, OTHER_VERSION = changes.take_over("main"), changes.take_over("second")
GAPS = changes.change_input("main", changes.empty, 0.4)
MIX_MOVED = Expected(("mix",), ("channel",))
CLASSES = ("binary", "multiclass")
BROKEN = ("data_fault", "main")
WORLDS: dict[str, World] = {
    "nothing": World(Happening()),
    "mix of a column": World(MIX, (MIX_MOVED,)),
    "mix of a pair, each column as ever": World(
        Happening(weights=changes.hard_pair), (Expected(("mix",), ("channel", "region")),)
    ),
    "mix of two columns": World(
        Happening(weights=changes.hard_columns), (Expected(("mix",), ("channel", "region")),)
    ),
    "other shares of the labels": World(
        Happening(weights=changes.hard_class), (Expected(("mix", "inside")),)
    ),
    "a tenth of the labels wrong": World(Happening(labels=changes.flip_labels), (INSIDE,)),
    "a fifth of one class missed": World(Happening(labels=changes.miss_labels), (INSIDE,)),
    "relation turned": World(TURNED, (INSIDE,)),
    "relation turned gradually": World(Happening(labels=changes.turn("main", 0.5, gradual=True)), (INSIDE,)),
    "main x 100": World(changes.change_input("main", changes.times(100)), (_fault("main"),), BROKEN),
    "main / 1000": World(changes.change_input("main", changes.times(0.001)), (_fault("main"),), BROKEN),
    "main x 1.609": World(changes.change_input("main", changes.times(1.609)), (_fault("main"),), BROKEN),
    "main x 100 in 4 rows of 10": World(
        changes.change_input("main", changes.times(100), 0.4), (_fault("main"),), BROKEN
    ),
    "main stuck": World(changes.change_input("main", changes.stuck), (_fault("main"),), BROKEN),
    "main empty": World(changes.change_input("main", changes.empty), (_fault("main"),), BROKEN),
    "main empty in 4 rows of 10": World(GAPS, (_fault("main"),), BROKEN),
    "sign of main turned": World(changes.change_input("main", changes.times(-1)), (_fault("main"),), BROKEN),
    "main and second swapped": World(
        Happening(inputs=changes.swap), (_fault("main", "second"),), ("data_fault", "main|second")
    ),
    "channel never seen, 5 %": World(
        changes.change_input("channel", lambda *_: "kiosk", 0.05),
        alert=("data_fault", "channel"),
        harmless=("data_fault",),
    ),
    "channel in capitals": World(
        Happening(inputs=changes.recode), (_fault("channel"),), ("data_fault", "channel")
    ),
    "missing becomes -999": World(
        Happening(inputs=changes.code_missing), (_fault("gappy"),), ("data_fault", "gappy")
    ),
    "spare empty": World(changes.change_input("spare", changes.empty), alert=("data_fault", "spare")),
    "spare x 1000": World(changes.change_input("spare", changes.times(1000)), alert=("data_fault", "spare")),
    "answers constant": World(
        Happening(answers=changes.one_answer), (Expected(("output_fault",)),), ("output_fault", "")
    ),
    "half of the answers random": World(
        Happening(answers=changes.shuffle_answers), (Expected(("output_fault",)),), ("output_fault", "")
    ),
    "answers halved": World(
        Happening(answers=changes.halve_answers), (Expected(("output_fault",)),), ("output_fault", "")
    ),
    "worse version": World(VERSION, (Expected(("version",)),)),
    "a week of one class": World(
        Happening(labels=changes.label_one_class),
        alert=("labels", ""),
        harmless=("label_fault",),
        tasks=CLASSES,
    ),
    "one class is known early": World(
        Happening(labels=changes.label_one_class_early),
        alert=("labels", ""),
        harmless=("label_fault",),
        tasks=CLASSES,
    ),
    "every row twice": World(Happening(log=changes.copy_rows), alert=("rows", "")),
    "nine tenths of the rows gone": World(Happening(log=changes.lose_rows), alert=("rows", "")),
    "main empty in 4 of 10 + mix": _both(GAPS, MIX, (_fault("main"), MIX_MOVED), BROKEN),
    "main empty in 4 of 10 + relation": _both(GAPS, SECOND_TURNED, (_fault("main"), INSIDE), BROKEN),
    "mix + relation": _both(MIX, SECOND_TURNED, (MIX_MOVED, INSIDE)),
    "version + main empty in 4 of 10": _both(
        OTHER_VERSION, GAPS, (Expected(("version",)), _fault("main")), BROKEN
    ),
    "largest of main empty": World(Happening(inputs=changes.lose_largest), (_fault("main"),), BROKEN),
    "main capped": World(changes.change_input("main", changes.cap), (_fault("main"),), BROKEN),
    "main rounded": World(changes.change_input("main", changes.round_off), (Expected(UNTOLD, ("main",)),)),
    "main of another row": World(changes.change_input("main", changes.mix_up), (INSIDE,)),
    "main x 100, rolled out": World(changes.roll_out("main", 100), (_fault("main"),), BROKEN),
    "two channels under each other's name": World(
        changes.change_input("channel", changes.swap_names), (Expected(UNTOLD, ("channel",)),)
    ),
    "two channels under one name": World(
        changes.change_input("channel", changes.merge_names), (Expected(UNTOLD, ("channel",)),)
    ),
    "rows of a region three times": World(
        Happening(log=changes.multiply_rows), alert=("rows", ""), harmless=("mix",)
    ),
    "clock a day late": World(Happening(log=changes.shift_clock)),
    "labels of one class late": World(
        Happening(labels=changes.delay_one_class),
        alert=("labels", ""),
        harmless=("label_fault",),
        tasks=CLASSES,
    ),
    "a worse version, and back": World(
        Happening(answers=changes.take_over_and_back), follows=("performance", "estimate", "output_fault")
    ),
}
