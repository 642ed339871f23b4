"""Programs that print what the performance goals are measured by: ours beside a floor or a peer, in one run."""
