"""Which reports can be written? One file each, with `write(asked, sources) -> Document`; the folder is the list."""
