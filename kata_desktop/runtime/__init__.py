"""Clock, events, spawned tasks and timers; knows nothing of the domain."""
