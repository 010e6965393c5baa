"""Where the numbers go: one file, one destination."""
