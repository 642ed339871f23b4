"""The vault for secrets, over the keyring of the desktop."""
