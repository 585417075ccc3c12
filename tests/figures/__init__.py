"""The tests of `helpers/figures/`."""
