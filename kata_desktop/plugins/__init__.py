"""What a plugin is: contract, manifest, manager and the names that plugins import."""
