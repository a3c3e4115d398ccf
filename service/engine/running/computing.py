"""What is computed by a script task, and by a service whose expression only computes."""

from service.engine.drawn.source import Element
from service.engine.language import scripts
from service.engine.language.grammar import ExpressionInvalid
from service.engine.language.scripts import Lines


def lines(element: Element) -> Lines:
    """Return the variables an element computes, in their order, or raise ExpressionInvalid."""
    script = element.script
    if script is None:
        return ()
    if element.kind == "scriptTask":
        return scripts.of_script(script.text, script.result, script.language)
    return scripts.of_service(script.text, script.result)


def computes(element: Element) -> bool:
    """Say whether all that an element does is to compute."""
    try:
        return bool(lines(element))
    except ExpressionInvalid:
        return False
