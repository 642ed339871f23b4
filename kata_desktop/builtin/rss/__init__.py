"""RSS/Atom: reads feeds and tells what is new in them."""
