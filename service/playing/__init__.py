"""People and time, played: forms are filled in and handed in, and a clock goes where it is told to.

The demo, the simulation and the tests stand on this. What is filled in is checked by the form itself, what is handed in
goes the way of everybody's tasks, and timers fire as they do in service; only who acts, what they write and what time
it is are the player's.
"""
