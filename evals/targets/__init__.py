"""What can be evaluated: the assistant in process, a running Shopcast, a bare model."""
