"""The corpus of model cards and the evaluation set that they speak of."""
