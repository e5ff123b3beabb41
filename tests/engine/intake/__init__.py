"""A corpus of what is handed in, and what must become of it; by both ways in."""
