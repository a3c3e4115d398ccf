"""`tibanping`: start the service, publish diagrams, look after accounts. What a person reads in a terminal is Chinese.

`commands` says which commands there are, and knows nothing but click: a command's body is imported when the command
is invoked, so that `tibanping --help` does not wait for the service. The other modules hold the bodies.
"""

from service.cli.commands import main

__all__ = ["main"]
