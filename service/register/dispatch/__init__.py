"""交办与签收: who handles a suggestion, in which way, and what happens to a unit that says it is not its duty.

Law: 代表法第五十一条: the congress's office dispatches; 地方组织法第四十二条.
Diagrams: dispatch_and_return, assignment_signing, adjudication.
Tables: dispatch_batches, pre_dispatch_opinions, assignments, reassign_requests.
Pages: the tasks of these diagrams; /batch/… (several of them at once).
"""
