"""Values and a time in, values out: no I/O, no await, nothing hidden."""
