"""How good the grader is: right answers accepted, wrong ones rejected, mutants killed."""
