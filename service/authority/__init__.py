"""Who may see, do, start and stand in for what: decided here, and nowhere else.

Everything is refused unless a ground written in this room allows it. Rights follow from the posts a person holds, from
the case and from the task, never from what a caller names: `reading` decides on cases, `doing` on tasks, `starting` on
processes; `register.people.posts` names the offices; `rights` repeats all of it as the table of the reference.
"""
