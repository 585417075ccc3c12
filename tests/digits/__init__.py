"""The tests of `helpers/digits/`."""
