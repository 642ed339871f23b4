"""Numbered steps of the schema: appended, never edited, importing nothing that lives."""
