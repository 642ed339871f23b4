"""Kata Desktop keeps promises about prompts and time, with a tray icon on top."""
