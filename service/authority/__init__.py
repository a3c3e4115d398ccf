"""Who may see, do, start and stand in for what: decided here, and nowhere else.

Everything is refused unless a ground written in this room allows it. Rights follow from the posts a person holds, from
the case and from the task, never from what a caller names: `reading` decides on cases, `doing` on tasks, `starting` on
processes and messages from outside, `speaking` on what instances say to each other, `consenting` on new versions of
what handles ratings; `register.people.posts` names the offices. The reference, `docs/reference/authority.md`, asks
these rules for every post.
"""
