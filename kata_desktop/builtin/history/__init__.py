"""Browser history: what was read on the web, as notes in the workspace's folder."""
