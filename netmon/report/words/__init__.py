"""What do reports say, in each language? One file for each report that has words of its own."""
