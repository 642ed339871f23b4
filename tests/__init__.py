"""A package of its own: a library that installs a folder of this name would otherwise hide it."""
