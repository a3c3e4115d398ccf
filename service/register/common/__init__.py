"""通用: what every theme uses — business keys, numbers, labels, attachments, messages to people.

Law: none.
Diagrams: none.
Tables: attachments, case_series, letter_series, notice_readings, notifications.
Pages: /files/<id> (one attachment), /notices (通知).
"""
