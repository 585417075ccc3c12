"""The two programs of the lesson, and what reads their output."""
