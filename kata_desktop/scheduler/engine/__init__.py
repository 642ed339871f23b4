"""Wake, record, decide, claim, dispatch, finish: the transitions of the scheduler and the loop that makes them."""
