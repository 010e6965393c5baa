"""What a vendor's profile makes of an agent's answers."""
