"""One file, one question to a device. The file's name is its key in the inventory and needs no registering."""
