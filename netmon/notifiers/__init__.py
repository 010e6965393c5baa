"""How a person is told: one file, one channel."""
