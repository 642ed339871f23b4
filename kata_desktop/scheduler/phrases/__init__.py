"""Schedules in plain words, read into triggers: "every other Friday at noon"."""
