"""Matrix as a channel: rooms, threads and direct messages of any homeserver."""
