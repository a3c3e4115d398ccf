"""Limits as data: named policies administrators tune, counted in working days of a real calendar, and explained.

`policies` says what a limit is, `workdays` what a working day is, `explain` how a date came about; `changes` previews and
applies what an administrator changes, `recount` what moves then, in every place `places` names.
"""
