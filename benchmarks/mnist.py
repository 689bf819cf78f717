"""MNIST's test accuracy with the defaults of ``nnlab train mnist``.

    NNLAB_DATA=FOLDER python benchmarks/mnist.py [number of seeds]

Exit status 1 if a seed ends below 97.2 %.
"""
import sys

from nnlab.cli import train

TARGET = 0.972


def main(seeds=3):
    """Train once for each seed; print the accuracies and the lowest."""
    shares = [train("mnist", seed=seed) for seed in range(seeds)]
    print("test accuracies:", *(f"{100 * share:.2f} %" for share in shares))
    print(f"lowest {100 * min(shares):.2f} %, target {100 * TARGET:.1f} %")
    return int(min(shares) < TARGET)


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
