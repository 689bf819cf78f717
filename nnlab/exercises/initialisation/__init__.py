"""Questions on the weights before training."""
