"""The strict run, and notebooks performed with one thing broken at a time."""
