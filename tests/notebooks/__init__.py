"""Checks of what is stored in the notebooks, and a fault planted for each."""
