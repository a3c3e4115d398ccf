"""What conditions and times of Camunda 7 and Flowable decide here, value beside value, as they decide there."""

from tests.diagrams.corpus import Runs, Stops, do, fire, shows

# --- times without a zone ------------------------------------------------------------------------

LOCAL = (
    Runs(
        "camunda/timer_local_date.bpmn",
        "已开始 日期已到 已结束",
        (fire("日期已到", due="2026-05-01T09:00"),),
    ),
    Runs(
        "camunda/due_date_local.bpmn",
        "事项已登记 承办 事项已办结",
        (shows("承办", due_at="2026-03-20T18:00"), do("承办")),
    ),
)

RUNS = LOCAL
STOPS: tuple[Stops, ...] = ()
