"""What the models know of rows before anybody labelled them, believed as far as the votes bear it out."""

from dataclasses import dataclass, replace

import numpy as np
from scipy.special import softmax

from core.annotation.rules import RULES, ConsensusRules
from core.errors import LabelError
from core.stats.arrays import Floats


@dataclass(frozen=True, slots=True)
class ModelPrior:
    """Probabilities proportional to p ** trust * exp(offset).

    Models learn from labels that are partly wrong: they are less sure than they might be (trust above 1), or
    worth less than they think (below), and classes are more or less frequent than in their labels.

    Attributes:
        log_p: (n, K) of the models; 0 without them.
        models: whether there are any.
        trust: the exponent.
        offset: (K,) of the log-odds of the classes.
    """

    log_p: Floats
    models: bool
    trust: float
    offset: Floats

    @classmethod
    def of(
        cls, p: Floats | None, shape: tuple[int, int], rules: ConsensusRules = RULES.consensus
    ) -> "ModelPrior":
        """As the models give it.

        Args:
            p: (n, K) probabilities; rows of NaN where the models say nothing; None without models.
            shape: (n, K) that they must have.
            rules: the least probability.

        Raises:
            LabelError: they have another shape, or are no probabilities.
        """
        if p is None:
            return cls(np.zeros(shape), models=False, trust=1.0, offset=np.zeros(shape[1]))
        if p.shape != shape:
            raise LabelError(
                f"The probabilities have the shape {p.shape}, the rows and classes {shape}.",
                "Send one line for each row that has a vote, and one column for each class.",
            )
        filled = np.where(np.isnan(p), 1 / shape[1], p)
        if not np.allclose(filled.sum(axis=1), 1, atol=1e-3) or filled.min() < 0:
            raise LabelError("Some lines are no probabilities.", "Send numbers from 0 that sum to 1.")
        log_p = np.log(np.clip(filled, rules.least, None))
        return cls(log_p, models=True, trust=1.0, offset=np.zeros(shape[1]))

    def p(self) -> Floats:
        """(n, K) probabilities.

        >>> bool(np.allclose(ModelPrior.of(np.array([[0.9, 0.1]]), (1, 2)).p(), [[0.9, 0.1]]))
        True
        """
        p: Floats = softmax(self.trust * self.log_p + self.offset, axis=1)
        return np.clip(p, np.finfo(float).tiny, None)

    def refit(self, posterior: Floats, rules: ConsensusRules = RULES.consensus) -> "ModelPrior":
        """One step towards the trust and the shares of classes that suit an (n, K) posterior.

        A step of Newton for the trust, one of iterative proportional fitting for the shares: EM only needs
        the likelihood to rise (Dempster, Laird and Rubin 1977).
        """
        p = self.p()
        shares = (posterior.sum(axis=0) + rules.share_rows) / (p.sum(axis=0) + rules.share_rows)
        if not self.models:  # the shares of classes alone: one step is the whole way
            return replace(self, offset=np.log(posterior.sum(axis=0) + rules.share_rows))
        around = self.log_p - (p * self.log_p).sum(axis=1, keepdims=True)
        precision = 1 / rules.trust_spread**2
        slope = ((posterior - p) * around).sum() + (1 - self.trust) * precision
        step = float(slope / ((p * around**2).sum() + precision))
        trust = max(0.0, self.trust + min(max(step, -rules.trust_spread), rules.trust_spread))
        offset = self.offset + np.log(shares)
        return replace(self, trust=trust, offset=offset - offset.mean())
