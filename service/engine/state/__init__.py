"""An instance as bytes: `stored` saves and loads it, `compaction` forgets what is finished, `adaptation` fits it to another version."""
