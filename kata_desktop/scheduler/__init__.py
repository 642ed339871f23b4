"""When tasks come due, what happens to late and overlapping ones, and the verbs on tasks."""
