"""Public evaluation sets, read where they lie and run through the same runner as our own suites."""
