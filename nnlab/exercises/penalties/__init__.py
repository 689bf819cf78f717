"""Questions on penalties and on dropout."""
