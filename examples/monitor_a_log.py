# %% [markdown]
# # Monitor a log
#
# The hotel demo: bookings of two hotels, whether each was cancelled, and what a model said beforehand.
# We train a model on the bookings until November 2015, let it score what came later, and ask how its
# health goes. Nothing is stored, nothing is configured; `pip install .` brings `import caretaker`.

# %%
import pandas as pd
from sklearn.compose import make_column_selector, make_column_transformer
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.model_selection import cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OrdinalEncoder

import caretaker

bookings = caretaker.demo_bookings()
bookings.head()

# %% [markdown]
# ## A model, as it might be in production
#
# `arrival_date` orders the log, and the label is known on `label_available_at`: on the day of the
# cancellation, or of the departure.

# %%
TRAIN_UNTIL = "2015-12-01"
NOT_READ = ["id", "timestamp", "arrival_date", "label_available_at", "label"]
features = [name for name in bookings.columns if name not in NOT_READ]
training = bookings[bookings["arrival_date"] < TRAIN_UNTIL]
log = bookings[bookings["arrival_date"] >= TRAIN_UNTIL].copy()

categories = OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1, max_categories=50)
model = make_pipeline(
    make_column_transformer(
        (categories, make_column_selector(dtype_exclude="number")), remainder="passthrough"
    ),
    HistGradientBoostingClassifier(max_iter=60, random_state=0),
)
# out of fold: what a model says of rows that it has not seen is what the later rows are compared with
past = cross_val_predict(model, training[features], training["label"], method="predict_proba", cv=3)
model.fit(training[features], training["label"])
positive = list(model.classes_).index("canceled")
training = training.assign(score=past[:, positive])
log["score"] = model.predict_proba(log[features])[:, positive]

# %% [markdown]
# ## How is it?

# %%
health = caretaker.monitor(
    log,
    label="label",
    scores="score",
    positive="canceled",
    time="arrival_date",
    label_time="label_available_at",
    features=features,
    segments=["hotel", "customer_type"],
    reference=training,
    chunk="month",
    as_of="2017-08-15",
    name="hotel",
)
print(health)

# %% [markdown]
# The timeline: measured with its 95 % band, and the estimate that needs no labels.

# %%
health.plot()

# %%
print(health.frame()[["period", "chunk", "n", "labelled", "realised", "status"]].round(3).to_string())

# %% [markdown]
# Why, and where? A cause is named only when chance cannot explain it.

# %%
for cause in health.frame("causes").itertuples():
    print(f"{cause.share:.0%} {cause.sentence}")
print(health.frame("segments").head(5)[["column", "value", "change", "low", "high"]].round(3).to_string())
health.plot("segments")

# %% [markdown]
# ## Would a newer model be better?
#
# Trained a year later, on the same rows of the last months; both are compared in pairs.

# %%
recent = log[log["arrival_date"] < "2017-04-01"].dropna(subset=["label"])
known = log["label_available_at"] <= pd.Timestamp("2017-08-15")
holdout = log[(log["arrival_date"] >= "2017-04-01") & (log["arrival_date"] < "2017-08-01") & known]
newer = model.fit(recent[features], recent["label"])
comparison = caretaker.compare(
    holdout["label"],
    1 - holdout["score"],
    newer.predict_proba(holdout[features]),
    "roc_auc",
    classes=["canceled", "kept"],
)
print(comparison)
comparison.plot()
