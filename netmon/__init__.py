"""netmon watches a province's data transmission network and says one true thing once."""

__version__ = "0.1.0"
