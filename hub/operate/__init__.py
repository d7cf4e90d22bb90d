"""For operators: health, metrics, logging, supervision and drain."""
