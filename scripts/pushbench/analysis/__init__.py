"""From records to figures, answers and verdicts."""
