"""Tests of the exercises: what checkers say to an answer, and each stub and solution."""
