"""What is checked, one module per assignment, named after it with underscores."""
