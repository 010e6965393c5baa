"""What did netmon decide, tell and measure, as it stands on disk? One SQLite file, one writer."""
