"""The tests of `helpers/exercises/`: wrong answers are told what is off."""
