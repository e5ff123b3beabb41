"""The corpus of model cards, the figures in them and the phrases that they are written with."""
