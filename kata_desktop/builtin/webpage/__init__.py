"""Web page watcher: fetches pages, compares them with what they were, tells what changed."""
