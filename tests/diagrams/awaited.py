"""Diagrams whose expectation is right and whose behaviour the engine does not have yet, each with what it lacks.

A file is every case of it; a title is that case alone. What begins to pass fails, and is taken off.
"""

_LACKS: dict[str, tuple[str, ...]] = {
    "several flows out of one activity are refused": (
        "camunda/conditions_at_task.bpmn",
        "camunda/split_and_merge_twice.bpmn",
        "camunda/split_at_boundary.bpmn",
        "camunda/split_at_start.bpmn",
        "camunda/split_at_task.bpmn",
        "camunda/split_two_conditions.bpmn",
        "flowable/conditional_task_flows.bpmn20.xml",
        "camunda/flow_drawn_twice.bpmn",
    ),
    "link events are refused, whatever they are": (
        "camunda/link_pair.bpmn",
        "camunda/link_from_two_places.bpmn",
        "camunda/link_inside_subprocess.bpmn",
        "camunda/link_alone.bpmn",
        "camunda/link_across_scopes.bpmn",
    ),
    "standard loops are refused, whatever they say": (
        "camunda/standard_loop.bpmn",
        "camunda/standard_loop_before.bpmn",
        "camunda/standard_loop_call.bpmn",
        "camunda/standard_loop_subprocess.bpmn",
        "camunda/standard_loop_times.bpmn",
    ),
    "what an instance of a multi-instance activity wrote is lost": (
        "camunda/countersign_one_vote.bpmn",
        "flowable/countersign_and_veto.bpmn20.xml",
        "flowable/countersign_then_decide.bpmn20.xml",
    ),
    "event subprocesses are refused, whatever starts them": (
        "camunda/event_subprocess_blank.bpmn",
        "camunda/event_subprocess_compensation.bpmn",
        "camunda/event_subprocess_connected.bpmn",
        "camunda/event_subprocess_cycle.bpmn",
        "camunda/event_subprocess_cycle_interrupting.bpmn",
        "camunda/event_subprocess_deadline.bpmn",
        "camunda/event_subprocess_error.bpmn",
        "camunda/event_subprocess_escalation.bpmn",
        "camunda/event_subprocess_inside.bpmn",
        "camunda/event_subprocess_message.bpmn",
        "camunda/event_subprocess_signal.bpmn",
        "camunda/event_subprocess_timer.bpmn",
        "flowable/event_subprocess_timer.bpmn20.xml",
    ),
    "a second start event is refused": ("camunda/several_starts.bpmn",),
    "a message start inside a subprocess goes live with a warning": (
        "camunda/subprocess_with_message_start.bpmn",
    ),
    "error events on a service task are refused, operations raise none": (
        "camunda/error_on_task.bpmn",
        "camunda/error_by_operation.bpmn",
        "camunda/error_by_operation_inside.bpmn",
    ),
    "scripts are refused, whatever they say": (
        "camunda/script_values.bpmn",
        "camunda/script_groovy.bpmn",
        "camunda/script_import.bpmn",
        "camunda/script_from_file.bpmn",
        "flowable/script_javascript.bpmn20.xml",
    ),
    "inputs of a user task, lists as inputs: passed over": (
        "camunda/inputs_of_user_task.bpmn",
        "camunda/inputs_as_list.bpmn",
    ),
    "the value of a data object is not read": (
        "flowable/data_object_value.bpmn20.xml",
        "flowable/data_object_wrong_value.bpmn20.xml",
    ),
    "the sentence does not say what to draw instead": ("camunda/timer_cycle_intermediate.bpmn",),
    "Camunda 8 is not recognised": (
        "camunda8/feel_gateway.bpmn",
        "camunda8/job_worker.bpmn",
        "camunda8/user_task_assigned.bpmn",
    ),
    "initiator is not read: who started it has no name in the variables": (
        "flowable/document_approval.bpmn20.xml",
        "activiti/vacation.bpmn20.xml",
        "camunda/vendor_attributes.bpmn",
        "flowable/vendor_attributes.bpmn20.xml",
    ),
    "a variable cannot have a name that is a word of Python, such as pass": (
        "activiti/form.bpmn20.xml",
    ),
    "months are counted in Greenwich, where it is another day until eight in the morning": (
        "camunda/timer_end_of_month.bpmn → 时效已届满 (1, 2026-11-29T23:00Z)",
    ),
    "a signal reaches only instances of the same case": ("camunda/signal_receiver.bpmn",),
    "an output parameter sees the outer variable, not the input of the same name": (
        "camunda/inputs_local.bpmn",
    ),
    "words that are no time are taken for the name of a variable, and fail when the token comes": (
        "camunda/timer_in_words.bpmn",
    ),
    "the sentence speaks of conditions, not of times": ("flowable/timer_cron.bpmn20.xml",),
    "the sentence does not say what to do": (
        "camunda/event_gateway_to_task.bpmn",
        "camunda/flow_into_start.bpmn",
        "flowable/countersign_by_bean.bpmn20.xml",
        "flowable/leaders_by_bean.bpmn20.xml",
        "flowable/method_call.bpmn20.xml",
        "plain/id_with_space.bpmn",
        "plain/same_id_twice.bpmn",
    ),
}

AWAITED = {file: lack for lack, files in _LACKS.items() for file in files}
