"""What an encoder costs: processor milliseconds an item; and whether a picture has the vector that is kept.

    OMP_NUM_THREADS=1 python -m tests.benchmarks.encoder_cost [--runs 15]

Needs requirements-encoders.txt. Pictures are made, 28 to 96 pixels a side; texts are cut from one sentence.
The vector of one picture was written down when numpy computed the network: vectors that lie in a lake would
mean something else if it changed.
"""

import argparse
from io import BytesIO
from time import process_time

import numpy as np
from PIL import Image

from core.training.encoders import pictures, texts

SIDES, LENGTHS, EACH = (28, 32, 64, 96), (60, 200), 8
SENTENCE = "My card was charged twice for the same purchase and nobody answers when I call the number on it. "
GOLD = np.array([26.3083, 5.8646, 4.2126, 1.00834])
"""Length of the vector of `picture`, and three of its numbers."""


def png(pixels):
    """An encoded picture."""
    out = BytesIO()
    Image.fromarray(pixels).save(out, "PNG")
    return out.getvalue()


def deviation(encode):
    """The largest relative deviation from what is kept."""
    [vector] = encode([png(np.arange(48 * 48 * 3, dtype=np.uint8).reshape(48, 48, 3))])
    now = np.array([np.linalg.norm(vector), *vector[[576, 1095, 967]]])
    return np.abs(now / GOLD - 1).max()


def milliseconds(encode, items, runs):
    """Median and least of the runs, an item."""
    encode(items)
    spent = []
    for _ in range(runs):
        start = process_time()
        encode(items)
        spent.append(1000 * (process_time() - start) / len(items))
    return np.median(spent), min(spent)


def main():
    """Print the table."""
    reader = argparse.ArgumentParser()
    reader.add_argument("--runs", type=int, default=15)
    runs = reader.parse_args().runs
    rng = np.random.default_rng(0)
    see, read = pictures.load(), texts.load()
    kinds = {
        f"picture, {side} pixels": (
            see,
            [png(p) for p in rng.integers(0, 256, (EACH, side, side, 3), np.uint8)],
        )
        for side in SIDES
    }
    kinds |= {
        f"text, {length} characters": (read, [(3 * SENTENCE)[k : k + length] for k in range(EACH)])
        for length in LENGTHS
    }
    print("| item | CPU-ms, median | least |\n|---|---|---|")
    for name, (encode, items) in kinds.items():
        print("| {} | {:.1f} | {:.1f} |".format(name, *milliseconds(encode, items, runs)), flush=True)
    print(f"the vector of a picture deviates by {deviation(see):.1e} from the one that is kept")


if __name__ == "__main__":
    main()
