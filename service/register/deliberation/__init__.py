"""知情议政与二次交办: deputies who were not satisfied meet the units, and the case may be given out again.

Law: none asks for the meeting; it is the congress's own rule that 基本满意 leads to it too.
Diagrams: deliberation_meeting, deliberation_and_reassign, second_assignment.
Tables: meetings, meeting_items, meeting_statements, meeting_questions, meeting_resolutions, confirmations,
second_assignments, director_disposals.
Pages: the tasks of these diagrams; /suggestions/<id>/exchange (沟通与评价).
"""
