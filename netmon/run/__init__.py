"""The asynchronous shell around the decisions: schedule, poll, keep, write, tell."""
