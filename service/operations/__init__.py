"""What service tasks and forms do: one function per name a diagram may use, typed by what it needs of the diagram.

A theme of the register declares its functions with `@operation` and `@source` in its modules `operations` and
`lists`; nothing else is needed to make them callable from a diagram. The first line of the docstring, in Chinese, is
what a process designer reads; the signature is the contract the check holds every diagram to.
"""

from service.operations.context import Context, Flag, Form, Row, Variable
from service.operations.registry import (
    OPERATIONS,
    SOURCES,
    Operation,
    Source,
    described,
    load,
    operation,
    options,
    run,
    source,
)

__all__ = [
    "OPERATIONS",
    "SOURCES",
    "Context",
    "Flag",
    "Form",
    "Operation",
    "Row",
    "Source",
    "Variable",
    "described",
    "load",
    "operation",
    "options",
    "run",
    "source",
]
