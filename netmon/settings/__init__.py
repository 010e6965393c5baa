"""From files to checked values, or to an error with a line number."""
