"""Questions on backpropagation and the loss at its start."""
