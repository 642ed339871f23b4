"""Windows, tray icon and dialogs: the thin interface on top of the engine."""
