"""The programs that notebooks start as processes of their own, and what reads their output."""
