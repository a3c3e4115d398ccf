"""日历: the year, its arrangement, and the days on which offices are shut."""

from flask import Blueprint

from service.handlers.admin import sections
from service.handlers.admin.calendar import (
    applying,
    closures,
    editing,
    hours,
    lifting,
    years,
)

blueprint = Blueprint("calendar", __name__)
for _part in (years, editing, applying, closures, lifting, hours):
    blueprint.register_blueprint(_part.blueprint)

sections.section(
    "日历",
    "calendar.years.index",
    "看全年哪天放假、哪天调休上班，录入新一年的放假安排，登记停止办公，改办公时间。",
    20,
)
