"""Tests of the helpers, and checks of the course itself."""
