"""Diagnosis: look into a net, watch a run, say what is wrong and why.

    monitor = Monitor(X[:256], y[:256])
    history = fit(net, X, y, ..., validation=..., callbacks=[monitor])
    diagnose(history)

profile shows one net on one batch, layer by layer.
"""
from nnlab.diagnosis.finding import Diagnosis, Finding
from nnlab.diagnosis.layerwise import (activation_statistics,
                                       gradient_statistics, profile)
from nnlab.diagnosis.monitor import Monitor
from nnlab.diagnosis.rules import diagnose
from nnlab.diagnosis.table import Profile

__all__ = ["Diagnosis", "Finding", "Monitor", "Profile",
           "activation_statistics", "diagnose", "gradient_statistics",
           "profile"]
