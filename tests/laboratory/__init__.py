"""The tests of `helpers/laboratory/`."""
