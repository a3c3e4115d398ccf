"""The verdict before deployment: what keeps a diagram out, and what its designer should know.

`lint` says everything there is to say; the other modules are its rules, each over one process. `guarded` says the same
of unknown files, which it gives to a `child` process that has nothing to do harm with.
"""
