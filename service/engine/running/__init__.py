"""SpiffWorkflow extended: what each element does, what tokens carry, how a state is saved."""
