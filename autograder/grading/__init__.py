"""From submissions to marks: one submission, many of them, and what is recorded."""
