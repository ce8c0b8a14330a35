"""Grading of months in the office: its cases, the draft of a month, and a month replayed by other rules."""
