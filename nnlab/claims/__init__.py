"""The claims ledger: rules of thumb, each one an experiment.

``CLAIMS[name].result()`` is what was measured and the verdict that the
claim's rule gives for it.  One file per claim; each file that holds a
``CLAIM`` is in the ledger.
"""
import importlib
import pkgutil


def _ledger():
    for module in pkgutil.iter_modules(__path__):
        if not module.name.startswith("_"):
            yield importlib.import_module(f"{__name__}.{module.name}").CLAIM


CLAIMS = {claim.name: claim for claim in _ledger()}
