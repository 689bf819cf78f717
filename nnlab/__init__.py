"""nnlab: neural-network training from scratch, one function at a time."""

__version__ = "0.1.0"
