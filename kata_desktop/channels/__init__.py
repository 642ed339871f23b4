"""Messages in and out: adapter contract, runner, routing and sender policy."""
