"""Forms drawn in a diagram, read on the server and shown without JavaScript.

A field of a user task or start event becomes a `Field`; a `FormSpec` holds the fields of one form.
`FormSpec.read` turns what a browser sent into typed values or into one Chinese sentence per field;
`FormSpec.check` does the same for values that are typed already; `FormSpec.view` gives what
`templates/forms.html` draws. Expressions stay the caller's: it passes a `Language`.
"""

from service.forms.fields import FIELD_TYPES, Field, FieldFaulty, FieldSource, Option
from service.forms.spec import FormSpec
from service.forms.view import Answer, FormView

__all__ = [
    "FIELD_TYPES",
    "Answer",
    "Field",
    "FieldFaulty",
    "FieldSource",
    "FormSpec",
    "FormView",
    "Option",
]
