"""For checks of machine-learning courses: reference statistics of drift, model cards."""
