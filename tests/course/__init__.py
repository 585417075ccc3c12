"""The checks that the course proves what it says; `CONTRIBUTING.md` says what each looks at."""
