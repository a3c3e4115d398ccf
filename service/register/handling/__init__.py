"""办理: units talk to the deputy, plan, promise, work, and help the unit that leads.

Law: 代表法第五十一条: whoever handles a suggestion keeps in touch with the deputy and hears the opinion in full.
Diagrams: handling, unit_handling, contact_confirmation, handling_plan, co_handling, assist_handling, separate_handling.
Tables: contact_records, handling_plans, plan_measures, plan_milestones, progress_notes, commitments, assist_opinions,
assist_defaults.
Pages: the tasks of these diagrams.
"""
