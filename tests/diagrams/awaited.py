"""Diagrams whose expectation is right and whose behaviour the engine does not have yet, each with what it lacks.

A file is every case of it; a title is that case alone. What begins to pass fails, and is taken off.
"""

_LACKS: dict[str, tuple[str, ...]] = {
    "Camunda 8 is not recognised": (
        "camunda8/feel_gateway.bpmn",
        "camunda8/job_worker.bpmn",
        "camunda8/user_task_assigned.bpmn",
    ),
    "a variable cannot have a name that is a word of Python, such as pass": (
        "activiti/form.bpmn20.xml",
    ),
    "months are counted in Greenwich, where it is another day until eight in the morning": (
        "camunda/timer_end_of_month.bpmn → 时效已届满 (1, 2026-11-29T23:00Z)",
    ),
    "a call without mappings shares every variable with its caller": (
        "camunda/call_keeps_apart.bpmn",
        "camunda/call_one_way.bpmn",
    ),
    "a validator of a field is passed over in silence": ("camunda/form_validator.bpmn",),
    "the end date of a repetition is passed over in silence": (
        "flowable/reminder_until.bpmn20.xml",
    ),
    "errorCodeVariable is passed over in silence": (
        "camunda/error_code_variable.bpmn",
        "camunda/error_message_variable.bpmn",
    ),
    "an error that nobody catches is an incident": (
        "camunda/error_end_alone.bpmn",
        "camunda/error_unfit.bpmn",
    ),
    "an error's reference is not taken for its code": ("flowable/error_in_subprocess.bpmn20.xml",),
    "what instances put out is not gathered, nor said to be lost": (
        "plain/multi_instance_output.bpmn",
        "flowable/variable_aggregation.bpmn20.xml",
    ),
    "the default flow is taken beside one without a condition": (
        "camunda/default_beside_unconditional.bpmn → 已通知 (2)",
    ),
    "what a boundary event without a task leads to is called unreachable besides": (
        "camunda/boundary_on_event_lost.bpmn",
    ),
    "a signal reaches only instances of the same case": ("camunda/signal_receiver.bpmn",),
    "an output parameter sees the outer variable, not the input of the same name": (
        "camunda/inputs_local.bpmn",
    ),
    "words that are no time are taken for the name of a variable, and fail when the token comes": (
        "camunda/timer_in_words.bpmn",
        "camunda/follow_up_in_words.bpmn",
    ),
}

AWAITED = {file: lack for lack, files in _LACKS.items() for file in files}
