"""The one English sentence of each code."""

from core.messages.codes import Code

SENTENCES: dict[Code, str] = {
    Code.NO_PREDICTIONS: "There are no predictions to watch yet.",
    Code.NO_REFERENCE: (
        "The reference period has too few {labels} ({known:,} of {rows:,} rows have one), "
        "so there is nothing to compare with."
    ),
    Code.WORSE: "The model is getting worse. {since:since or now} {effect}.",
    Code.HEALTHY: "The model is healthy: {metric} is {now}; a {loss} of more than {limit} is excluded.",
    Code.NO_LOSS_YET: "No {loss} so far: {metric} is {now}; a {loss} of more than {limit} is excluded.",
    Code.UNCERTAIN: (
        "Watch: it cannot be told yet, from {labels:,} labels, whether the model got worse. "
        "{effect:capital}{labels_needed:labels would settle}{periods_needed:periods would settle}."
    ),
    Code.A_LITTLE_WORSE: (
        "The model has probably become a little worse. "
        "{effect:capital}{labels_needed:labels would settle}{periods_needed:periods would settle}."
    ),
    Code.OTHER_MEASURES: (
        "Watch: {metric} shows no {loss} beyond chance and what periods differ by, but other measures are "
        "worse. {effect:capital}{labels_needed:labels would settle}{periods_needed:periods would settle}."
    ),
    Code.CHUNKS_TOO_SMALL: (
        "One period holds too few labels of a class to be measured. "
        "All {labels:,} labels of the log together: {effect}; {certain}."
    ),
    Code.NO_LABELS: "The model gave {rows:,} predictions. {labels:are known}, so nobody knows {unknown}.",
    Code.ESTIMATE: (
        "From its {source} alone, {metric} is estimated at {now}; "
        "this cannot see a change in what the inputs mean."
    ),
    Code.BEYOND: (
        "{metric:capital} cannot be estimated: {share:percent} ({low:whole}-{high:percent}) of the rows lie "
        "beyond what was seen in {feature}."
    ),
    Code.BEYOND_SINCE: (
        "Labels reach until {when}; what came after cannot be estimated: {share:percent} "
        "({low:whole}-{high:percent}) of the newest rows lie beyond what was seen in {feature}."
    ),
    Code.GRADUAL: "It came over several periods, not at once.",
    Code.WORST_SEGMENT: (
        "Mostly in: {column} = {value} ({share:percent} of the fall in {rows:percent} of the rows)."
    ),
    Code.NO_CAUSE: (
        "Why is not known yet: no fault in the data and no moved mix of the inputs was found to explain it."
    ),
    Code.PART_OF_FALL: "A part of it: {cause:inside} The rest is not explained yet.",
    Code.MOST_LIKELY: "Most likely: {cause:inside}",
    Code.MADE_UP_FOR: "In return, {cause:inside}",
    Code.ROLL_BACK: (
        "Roll back? {evidence} "
        "Of new versions that are as good as the one before, at most {level:percent} are ever called worse."
    ),
    Code.LOSSES_BESIDE: "Beside it, {losses}.",
    Code.TOO_FEW_SINCE: "{rows:the rows} after {when} {rows:are} too few to measure.",
    Code.UNLABELLED_SINCE: "Labels reach until {when}; what came after is only estimated.",
    Code.NEVER_GOOD: (
        "Already in the reference period the model {way}: {metric} is {before} from {labels:,} labels."
    ),
    Code.MORE_FAULTS: "{faults} more faults are listed under the alerts.",
    Code.TWO_VERSIONS: (
        "Versions {first} ({share:percent} of the predictions) and {second} predicted at the same time until "
        "{when}; this verdict is about all predictions together."
    ),
    Code.VERSIONS_UNKNOWN: "They cannot be told apart yet: one of them has too few labels.",
    Code.VERSIONS_ALIKE: "No difference between the two is more than chance.",
    Code.VERSION_WORSE: "Version {worse} is worse than {better} by {difference}.",
    Code.NEW_CLASSES: "New class{classes:es}: {names}.",
    Code.NEW_CLASS_LABELS: ("{labels:label names} {classes:them}: errors that the numbers here leave out."),
    Code.NEW_CLASS_PREDICTIONS: (
        "{predictions:prediction names} {classes:them}, which no number here counts."
    ),
    Code.VERSION_UNUSED: (
        "These are predictions of version {answered}; version {version} has not made any yet."
    ),
    Code.INPUTS_REPEAT: (
        "{kind:kinds} differ in {features} as they did before: every {kind:chunk} is compared with the same "
        "{kind} of the reference period."
    ),
    Code.WEEKDAYS_UNKNOWN: (
        "The reference period has no {weekdays}: whether inputs moved is not said of such days "
        "({days} so far)."
    ),
    Code.METRIC_REPEATS: (
        "{metric:capital} differs from {kind} to {kind} as it did before: every {kind} is judged by the same "
        "{kind} of the reference period."
    ),
    Code.COLUMN_EMPTY: "{feature} arrives empty in {now:rows} ({before:percent} before){since:since}",
    Code.VALUES_UNSEEN: (
        "{feature} holds values never seen before in {now:rows}{value:in brackets}{since:since}"
    ),
    Code.COLUMN_STUCK: "{feature} holds one value{value:in brackets} in {now:rows}{since:since}",
    Code.OUT_OF_RANGE: "{feature} lies outside of all that was seen before in {now:rows}{since:since}",
    Code.OTHER_SCALE: (
        "{feature} is {factor:times}{now:in part} (another unit or scale{unit:named}){since:since}"
    ),
    Code.SIGN_TURNED: "{feature} has its sign turned{now:in part}{since:since}",
    Code.COLUMNS_SWAPPED: "{feature} and {value} arrive swapped{since:since}",
    Code.TYPE_CHANGED: "{feature} holds {value} in {now:rows}{since:since}",
    Code.MISSING_CODED: "{feature} holds {value!r} in {now:rows}, which may stand for missing{since:since}",
    Code.NO_SCORE: "the model gave no score for {now:rows} ({before:percent} before){since:since}",
    Code.ONE_SCORE: "the model's predictions are constant (one score for every row){since:since}",
    Code.ONE_PREDICTION: "the model predicts {value!r} for every row ({before:percent} before){since:since}",
    Code.ONE_LABEL: (
        "all {rows:,} labels are {value!r} ({before:percent} before), "
        "so nothing is measured by them{since:since}"
    ),
    Code.FAULT_OF_EVERY_ROW: (
        "{fault:capital}; it began with the fall, spares no row, and can explain all of it."
    ),
    Code.FAULT_OF_SOME_ROWS: "{fault:capital}; that alone {price}.",
    Code.VERSION_TOOK_OVER: (
        "{version:version} took over then and does worse since its first predictions; "
        "the one before it was as ever."
    ),
    Code.MIX_MOVED: "The mix of {feature} moved: that alone {price}.",
    Code.VALUE_MOVED: (
        "The mix of {feature} moved ({value} {before:whole} → {now:percent} of the rows): that alone {price}."
    ),
    Code.INSIDE_WORSE: "The same kinds of rows are predicted worse than before; why is not known yet.",
    Code.INSIDE_BETTER: "The same kinds of rows are predicted better than before.",
    Code.INSIDE_CHANCE: "What is left is within chance.",
    Code.INSIDE_LEADS: (
        "Rows of the same kind are predicted worse than before; that alone {price}. No fault in the data and "
        "no moved mix of the inputs that were looked at explains it; whether the world changed or the labels "
        "did is not known yet."
    ),
    Code.OLD_MIX_BACK: (
        "At the error rates of now, putting the old mix of {features} back by weights {price}; {rows:,} "
        "effective rows of now say so."
    ),
    Code.MIX_TOGETHER: "The mix of {features} moved together: that alone {price}.",
    Code.FALL: "{metric} {way} beyond chance and tolerance in {when}.",
    Code.LOSS_BESIDE: "{metric} is worse than in the reference period since {when}.",
    Code.WORSE_THAN_REFERENCE: "{metric} is worse than in the reference period.",
    Code.MONEY: (
        "Its decisions cost {change} per {per} than in the reference period (95 % interval {span})."
    ),
    Code.SEND_PREDICTIONS: "Take in a file of predictions.",
    Code.FILL_REFERENCE: "Add labels of the reference period, or choose another one.",
    Code.NOTHING_TO_DO: "Nothing to do.",
    Code.LABEL_NEWEST: "Label some of the newest rows.",
    Code.WAIT: "Wait for the next period.",
    Code.DECIDE_TOLERANCE: (
        "The fall lies near the tolerance of {limit}, and no more periods would tell on which side: say in "
        "Setup which fall matters, or retrain."
    ),
    Code.RETRAIN: "Retrain with newer data and compare.",
    Code.RETRAIN_AND_CHECK: ("Retrain with newer data and compare; have some of the newest labels checked."),
    Code.LONGER_PERIODS: "Choose longer periods in Setup.",
    Code.REPAIR_COLUMN: "Repair that column where it comes from.",
    Code.REPAIR_SERVICE: "Repair the service that makes the predictions.",
    Code.COMPARE_VERSIONS: "Compare the two versions, and roll back if the one before is better.",
    Code.CHECK_SCORES: "Check that score and label belong together before anything else.",
    Code.REPAIR_DATA: "Repair the data where they come from.",
    Code.SEND_LABELS: (
        "Wait for the missing labels or send them; if Setup knows when a label becomes known, a period "
        "counts once it is complete."
    ),
    Code.ADD_CLASS: "If {name!r} is right, add it (`classes add`), then retrain.",
    Code.CORRECT_CLASSES: "Correct the labels, or connect the model anew with --task multiclass.",
    Code.FEW_ROWS: "only {rows:,} rows came in a period, where about {value} are usual{since:since}",
    Code.COPIES: (
        "{now:percent} of the rows are exact copies of another one ({before:percent} before){since:since}"
    ),
    Code.GAPS: "No rows came in {periods}.",
    Code.LOG_ENDED: "The log has ended: no rows came after {until}.",
    Code.GAP: "No rows came in {period}.",
    Code.WATCHED_WITHOUT_LABELS: (
        "Until then only inputs and predictions are watched: {moved:inputs that moved}; "
        "{answers:predictions lie}."
    ),
    Code.SCORES_CUT: "no score lies {value} any more, where {before:percent} lay before{since:since}",
    Code.SCORES_TURNED: (
        "the scores{value:in brackets} rank the labels the wrong way round (ROC AUC {now:.2f}, {before:.2f} "
        "before): either is turned round{since:since}"
    ),
    Code.DECISIONS_MOVED: (
        "{now:percent} of the predictions do not follow the scores as before ({before:percent} then)"
        "{value:in brackets}{since:since}"
    ),
    Code.LABELS_WRONG: (
        "Labels are wrong: of {looked} of {period} that experts looked at blindly {wrong} are "
        "({low:whole}-{high:percent} of the labels), of {looked_before} of the reference period "
        "{wrong_before}; that alone {price}."
    ),
    Code.ASK_BLIND: (
        "Ask experts about a blind sample of {labels} labels of now and as many of the reference period "
        "(about {minutes} minutes): that tells wrong labels from a changed world."
    ),
    Code.LABELS_ASKED: "A blind sample of labels is with the experts: {looked} of {asked} were looked at.",
    Code.LABELS_NO_CAUSE: (
        "{looked} labels of {period} were looked at blindly: {wrong} wrong ({low:whole}-{high:percent}), "
        "{wrong_before} of {looked_before} in the reference period. Labels are not the main cause."
    ),
    Code.LABELS_OPEN: (
        "{looked} labels of {period} were looked at blindly: {wrong} wrong ({low:whole}-{high:percent}), "
        "{wrong_before} of {looked_before} in the reference period. Whether labels are the cause cannot be "
        "told yet; about {more:about} more would."
    ),
    Code.LABELS_ONE_SIDED: (
        "labels are known of {now:rows} only ({before:percent} before), and of other rows than the rest: "
        "{value}; nothing is measured by them{since:since}"
    ),
    Code.LABELS_FILLED: (
        "{now:percent} of the labels are {value!r} ({before:percent} before), also where the scores say "
        "otherwise; nothing is measured by them{since:since}"
    ),
    Code.LABELS_COPIED: (
        "none of {rows:,} labels differs from what the model predicted{value:in brackets}, so "
        "they may be its own predictions and nothing is measured by them{since:since}"
    ),
    Code.MUCH_BETTER: (
        "{metric:capital} is far better than in the reference period, where it was {before}: where nobody "
        "improved the model, look whether labels are its own predictions, or an input holds the label."
    ),
    Code.CLASS_TOO_RARE: (
        "Of the {known:,} labels of the reference period {count:,} are {value!r}, so there is nothing to "
        "compare with."
    ),
    Code.NEVER_WRONG: (
        "In the reference period none of {labels:,} labels differs from what the model predicted"
        "{promised:promised}: either they are its own predictions, or it was trained on these rows. Nothing "
        "can be held against that."
    ),
    Code.CORRECT_LABELS: "Look for the wrong labels (Suspects), correct them, then retrain and compare.",
    Code.PROMISE_BROKEN: (
        "In the newest periods with labels the scores promise {promised:percent} of {name!r}, "
        "{actual:percent} came (95 % interval {low:whole}-{high:percent}); in the reference period "
        "{promised_before:percent} and {actual_before:percent}."
    ),
    Code.FEW_LABELS: (
        "only {now:rows} have a label ({before:percent} before), though later ones have theirs{since:since}"
    ),
    Code.LINK_LOST: (
        "The predictions no longer follow the inputs: these explain {now:percent} of how the predictions "
        "vary, {before:percent} in the reference period. Rows of the same kind are predicted worse; that "
        "alone {price}."
    ),
    Code.OTHER_FACTOR: (
        "For the same inputs the predictions are {factor:factor} times what they were. Rows of the same kind "
        "are predicted worse; that alone {price}."
    ),
    Code.CLASS_LOST: "the model predicts {value!r} in no row any more ({before:percent} before){since:since}",
}
