"""What each kind of element does when a token comes to it, as SpiffWorkflow's specifications extended.

Tasks are in `activities` and `services`; what contains others in `subprocesses` and `repetitions`; what happens in
`events`, `boundaries`, `messages`, `errors` and `timers`; where tokens part and meet in `gateways`.
"""
