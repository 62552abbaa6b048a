"""One module per chart, drawn from figures alone."""
