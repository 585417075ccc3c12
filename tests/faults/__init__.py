"""The tests of `helpers/faults/`."""
