"""收悉与归档: replies are collected and checked, a late one is marked, a case is withdrawn or closed.

Law: 代表法第五十一条: how suggestions were handled is reported to the standing committee.
Diagrams: none; suggestion_main, handling and second_assignment name its operations.
Tables: none.
Pages: the tasks 收悉审核 and 归档销号.
"""
