"""What can a report be printed as? One file each, with `render(document) -> bytes`; the folder is the list."""
