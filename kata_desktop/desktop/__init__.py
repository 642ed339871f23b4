"""What the machine offers: paths, autostart, single instance, sleep and zone changes."""
