"""Questions on optimisers that adapt the rate."""
