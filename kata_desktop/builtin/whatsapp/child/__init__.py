"""The linked device: a program of its own, which alone imports the library for WhatsApp."""
