"""Questions on BatchNorm and LayerNorm."""
