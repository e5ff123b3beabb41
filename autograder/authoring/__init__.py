"""Making a course: its notebooks from their sources, and what students download."""
