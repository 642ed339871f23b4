"""The bundled plugins, one folder each, all of the same anatomy."""
