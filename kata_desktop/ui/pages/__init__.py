"""What the main window shows, one folder per page."""
