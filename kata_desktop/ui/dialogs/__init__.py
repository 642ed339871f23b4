"""Windows that are opened for one job."""
