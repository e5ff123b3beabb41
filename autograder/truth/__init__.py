"""Proves a course's checks: right answers keep every point, wrong ones lose what they say."""
