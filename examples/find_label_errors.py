# %% [markdown]
# # Find label errors
#
# Data of scikit-learn with labels exchanged on purpose, so that we know which are wrong: handwritten
# digits with the probabilities of a model of our own, then tumours from their features alone.

# %%
import numpy as np
from sklearn.datasets import load_breast_cancer, load_digits
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

import caretaker

digits = load_digits()
rng = np.random.default_rng(0)
wrong = np.sort(rng.choice(len(digits.target), round(0.03 * len(digits.target)), replace=False))
labels = digits.target.copy()
labels[wrong] = (labels[wrong] + rng.integers(1, 10, len(wrong))) % 10

# %% [markdown]
# ## From probabilities
#
# They must be out of fold: a model that has seen a label repeats it.

# %%
model = make_pipeline(StandardScaler(), LogisticRegression(C=0.01, max_iter=500))
pred_probs = cross_val_predict(model, digits.data, labels, cv=5, method="predict_proba")
suspects = caretaker.find_label_errors(labels, pred_probs)
print(suspects)
suspects.frame().head(10)


# %%
def share_found(result, looked_at):
    """Of the labels that we exchanged, the share among the first that would be looked at."""
    first = result.frame(every=True)["row"].head(looked_at)
    return np.isin(wrong, first).mean()


top = len(wrong)
print(f"The first {top} of {len(labels)} labels hold {share_found(suspects, top):.0%} of the errors.")

# %% [markdown]
# What looking at the list would bring, and which digits are taken for which.

# %%
suspects.plot()

# %%
suspects.plot("labels")

# %% [markdown]
# ## From features alone
#
# Tumours and what was measured of them, again with exchanged labels. Models of several families vote by
# cross-validation, and each suspect comes with a reason.

# %%
tumours = load_breast_cancer(as_frame=True)
given = tumours.target_names[tumours.target].astype(object)
changed = np.sort(rng.choice(len(given), 15, replace=False))
given[changed] = np.where(given[changed] == "benign", "malignant", "benign")

voted = caretaker.find_label_errors(given, features=tumours.data)
print(voted)
for suspect in voted.frame().head(5).itertuples():
    print(f"row {suspect.row}: {suspect.label} is probably {suspect.suggestion}. {suspect.reason}")
found = np.isin(changed, voted.frame()["row"]).sum()
print(f"{found} of {len(changed)} exchanged labels are among the {len(voted.frame())} worth a look.")
