"""What diagrams from Flowable, Activiti, bpmn.io and by hand do, as those who wrote them expect."""

from tests.diagrams.corpus import (
    Runs,
    Stops,
    do,
    fire,
    may,
    may_not,
    send,
    shows,
    signal,
    silent,
    wrong,
)

FLOWABLE = (
    Runs(
        "flowable/document_approval.bpmn20.xml",
        "发文已拟稿 科长审核 退回修改 科长审核 局长签发 已签发",
        (
            do("科长审核", approved="no"),
            do("退回修改", by="chen"),
            do("科长审核", approved="yes"),
            do("局长签发", approved="yes"),
        ),
    ),
    Runs(
        "flowable/reimbursement.bpmn20.xml",
        "报销已提交 经理审批 已报销",
        (do("经理审批", by="user:fujingli"),),
        {"amount": 300},
    ),
    Runs(
        "flowable/reimbursement.bpmn20.xml",
        "报销已提交 老板审批 已报销",
        (do("老板审批", by="laoban"),),
        {"amount": 500},
    ),
    Runs(
        "flowable/operators.bpmn20.xml",
        "条件已给出 甲路 已走完",
        (do("甲路"),),
        {"note": "", "days": 5, "kind": "sick"},
    ),
    Runs(
        "flowable/operators.bpmn20.xml",
        "条件已给出 乙路 已走完",
        (do("乙路"),),
        {"note": "附病历", "days": 5, "kind": "sick"},
    ),
    Runs(
        "flowable/operators.bpmn20.xml",
        "条件已给出 丙路 已走完",
        (do("丙路"),),
        {"note": "附病历", "days": 2, "kind": "sick"},
    ),
    Runs(
        "flowable/operators.bpmn20.xml",
        "条件已给出 丁路 已走完",
        (do("丁路"),),
        {"note": "附病历", "days": 2, "kind": None},
    ),
    Runs(
        "flowable/conditional_task_flows.bpmn20.xml",
        "申请已到 审批 已拒绝",
        (do("审批", outcome="reject"),),
    ),
    Runs(
        "flowable/inclusive.bpmn20.xml",
        "出差已申请 订酒店 订机票 出差已安排",
        (do("订酒店"), do("订机票")),
        {"fly": True, "nights": 2, "loan": 0},
        warned=("default-missing",),
    ),
    # 会签
    Runs(
        "flowable/countersign.bpmn20.xml",
        "会签已发起 部门负责人会签 部门负责人会签 会签已完成",
        (do("部门负责人会签", by="li"), do("部门负责人会签", by="wang")),
        {"leaders": ["wang", "li", "zhao"]},
    ),
    Runs(
        "flowable/countersign_then_decide.bpmn20.xml",
        "会签已发起 领导会签 领导会签 盖章 已盖章",
        (
            do("领导会签", by="wang", approved="yes"),
            do("领导会签", by="li", approved="yes"),
            do("盖章"),
        ),
        {"leaders": ["wang", "li"]},
    ),
    Runs(
        "flowable/countersign_then_decide.bpmn20.xml",
        "会签已发起 领导会签 已驳回",
        (do("领导会签", by="li", approved="no"),),
        {"leaders": ["wang", "li"]},
    ),
    Runs(
        "flowable/countersign_and_veto.bpmn20.xml",
        "会签已发起 会签 会签 已通过",
        (do("会签", by="wang", veto=False), do("会签", by="li", veto=False)),
        {"people": ["wang", "li"]},
    ),
    Runs(
        "flowable/countersign_and_veto.bpmn20.xml",
        "会签已发起 会签 会签 已否决",
        (do("会签", by="wang", veto=False), do("会签", by="li", veto=True)),
        {"people": ["wang", "li", "zhao"]},
    ),
    Runs(
        "flowable/loop_counter.bpmn20.xml",
        "审批已发起 逐级审批 逐级审批 已退回",
        (do("逐级审批", by="wang", approved=True), do("逐级审批", by="li", approved=False)),
        {"leaders": ["wang", "li", "zhao"]},
    ),
    Runs(
        "flowable/size_method.bpmn20.xml",
        "审批已发起 逐级审批 逐级审批 已通过",
        (do("逐级审批", by="wang"), do("逐级审批", by="li")),
        {"leaders": ["wang", "li"]},
    ),
    Runs("flowable/method_call.bpmn20.xml", "开始 判断 甲 结束", (do("甲"),), {"days": 5}),
    Runs("flowable/method_call.bpmn20.xml", "开始 判断 乙 结束", (do("乙"),), {"days": 3}),
    Runs(
        "flowable/sequential_collection.bpmn20.xml",
        "流转已开始 依次审阅 依次审阅 审阅已完成",
        (do("依次审阅", by="wang"), do("依次审阅", by="li")),
        {"readers": ["wang", "li"]},
    ),
    # subprocesses and calls
    Runs(
        "flowable/subprocess_parallel.bpmn20.xml",
        "立项已批准 招标已开始 筹措资金 发布公告 评标 中标已确定 招标 项目已开工",
        (do("筹措资金"), do("发布公告"), do("评标")),
    ),
    Runs(
        "flowable/call_with_parameters.bpmn20.xml",
        "主流程已开始 子流程已开始 子任务 子流程已结束 子流程办理 成功",
        (do("子任务", by="wang", result="ok"),),
        {"applicant": "wang"},
    ),
    Runs(
        "flowable/call_inheriting.bpmn20.xml",
        "主流程已开始 子流程已开始 子任务 子流程已结束 继承办理 主流程已结束",
        (do("子任务", by="wang", result="ok"),),
        {"person": "wang"},
    ),
    Runs(
        "flowable/event_subprocess_timer.bpmn20.xml",
        "工单已派 超过一天 主管接手 主管已处理 超时处理",
        (fire("超过一天", due="2026-03-03T09:00"), do("主管接手")),
    ),
    # events
    Runs(
        "flowable/timeout_escalation.bpmn20.xml",
        "工单已派 十分钟已过 主管处理 工单已结",
        (fire("十分钟已过", due="2026-03-02T09:10"), do("主管处理")),
    ),
    Runs(
        "flowable/reminder_cycle.bpmn20.xml",
        "任务已派 循环提醒 提醒 已提醒 完成任务 任务已完成",
        (fire("循环提醒", due="2026-03-02T09:10"), do("完成任务")),
    ),
    Runs(
        "flowable/reminder_until.bpmn20.xml",
        "任务已派 循环提醒 已提醒 循环提醒 已提醒 循环提醒 已提醒 完成任务 任务已完成",
        (
            fire("循环提醒", due="2026-03-03T09:00"),
            fire("循环提醒", due="2026-03-04T09:00"),
            fire("循环提醒", due="2026-03-05T09:00"),
            do("完成任务"),
        ),
        warned=("ignored",),
        told=("endDate",),
    ),
    Runs(
        "flowable/receive_and_signal.bpmn20.xml",
        "已布防 警报已响 出警 已出警",
        (signal("警报"), do("出警")),
    ),
    Runs(
        "flowable/start_without_blank.bpmn20.xml",
        "投诉已收到 处理投诉 投诉已处理",
        (do("处理投诉"),),
    ),
    Runs(
        "flowable/start_without_blank.bpmn20.xml",
        "投诉已收到 处理投诉 投诉已处理",
        (do("处理投诉"),),
        begins=send("投诉", key=None),
    ),
    Runs(
        "flowable/conditional_event.bpmn20.xml",
        "会签已发出 哪样先到? 收意见 意见已够 意见已收 汇总 已汇总",
        (do("收意见", count=3), silent("会签期满"), do("汇总")),
        {"count": 0},
    ),
    Runs(
        "flowable/conditional_event.bpmn20.xml",
        "会签已发出 哪样先到? 收意见 意见已收 会签期满 催收 已催收",
        (do("收意见", count=2), fire("会签期满"), do("催收")),
    ),
    Runs(
        "flowable/transaction_cancelled.bpmn20.xml",
        "活动已报名 筹备已开始 场地已联系 看场地 场地已定 定场地 统计人数 人数够吗? 活动取消 已取消 有人报名吗? 通知报名的人 已通知",
        (do("看场地"), do("统计人数", people=3), do("通知报名的人")),
    ),
    Runs(
        "flowable/transaction_cancelled.bpmn20.xml",
        "活动已报名 筹备已开始 场地已联系 看场地 场地已定 定场地 统计人数 人数够吗? 筹备已就绪 筹备 活动已举办",
        (do("看场地"), do("统计人数", people=30)),
    ),
    Runs(
        "flowable/error_in_subprocess.bpmn20.xml",
        "审查已安排 审查已开始 审查材料 材料有误 发现错误 退回补正 已退回",
        (do("审查材料"), do("退回补正")),
    ),
    # forms, variables, encodings
    Runs(
        "flowable/form_properties.bpmn20.xml",
        "采购已申请 审批 未批准",
        (do("审批", agree=False, grade="b"),),
        {"goods": "桌子", "count": 2},
    ),
    Runs(
        "flowable/form_property_variable.bpmn20.xml",
        "申请已提交 审批 已同意",
        (do("审批", decision=True),),
    ),
    Runs(
        "flowable/form_required.bpmn20.xml",
        "采购已申请 审批 已审批",
        (
            wrong("审批", count=2, on="2026-03-05"),
            wrong("审批", goods="桌子", count=2.5, on="2026-03-05"),
            wrong("审批", goods="桌子", count=2, on="三月五日"),
            do("审批", goods="桌子", count=2, on="2026-03-05"),
        ),
    ),
    Runs("flowable/data_object_value.bpmn20.xml", "核定已开始 已自动核定"),
    Runs(
        "flowable/vendor_attributes.bpmn20.xml",
        "申请已提交 审批 已审批",
        (shows("审批", due_at="2026-03-05T09:00", form_key="approve"), do("审批", by="chen")),
        warned=("ignored", "form-elsewhere"),
    ),
    Runs(
        "flowable/lost.bpmn20.xml",
        "会签已发起 会签 会签 登记 会签已登记",
        (do("会签", by="wang"), do("会签", by="li")),
        {"people": ["wang", "li"]},
        warned=("ignored",),
        told=(
            *("formHandlerClass", "eventListener", "businessCalendarName"),
            *("elementIndexVariable", "triggerable", "mapException", "colour"),
        ),
    ),
    Runs(  # Flowable skips only where a variable of the process switches it on
        "flowable/skip_expression.bpmn20.xml",
        "已开始 审批 已结束",
        (do("审批"),),
        warned=("ignored",),
    ),
    Runs("flowable/gb18030.bpmn20.xml", "公文已收 拟办 已拟办", (do("拟办"),)),
    Runs("flowable/utf16.bpmn20.xml", "公文已收 批办 已批办", (do("批办"),)),
)

ACTIVITI = (
    Runs(
        "activiti/vacation.bpmn20.xml",
        "开始申请 部门领导审批 部门同意? 调整申请 重新申请? 部门领导审批 部门同意? 人事审批 休假已结束",
        (
            do("部门领导审批", deptLeaderPass="false"),
            do("调整申请", by="chen", reApply=True),
            do("部门领导审批", deptLeaderPass="true"),
            do("人事审批"),
        ),
        warned=("default-missing",),
    ),
    Runs("activiti/no_executable_attribute.bpmn20.xml", "开始 办理 结束", (do("办理"),)),
    Runs(
        "activiti/parallel.bpmn20.xml",  # a gateway that joins is gone through by each token
        "开始 分支 行政审批 人事审批 合并 合并 结束",
        (do("行政审批"), do("人事审批")),
    ),
    Runs(
        "activiti/countersign.bpmn20.xml",
        "会签已开始 会签 会签 会签已结束",
        (do("会签", by="li"), do("会签", by="wang")),
        {"assigneeList": ["wang", "li"]},
    ),
    Runs(
        "activiti/sequential.bpmn20.xml",
        "会签已开始 逐个会签 逐个会签 会签已结束",
        (do("逐个会签", by="wang", stop=False), do("逐个会签", by="li", stop=True)),
        {"assigneeList": ["wang", "li", "zhao"]},
    ),
    Runs(
        "activiti/boundary_timer.bpmn20.xml",
        "开始 超时 催办 超时结束",
        (fire("超时", due="2026-03-04T09:00"), do("催办")),
    ),
    Runs("activiti/boundary_timer.bpmn20.xml", "开始 限时办理 正常结束", (do("限时办理"),)),
    Runs("activiti/terminate.bpmn20.xml", "开始 分支 初审 终止", (do("初审"),)),
    Runs(
        "activiti/terminate.bpmn20.xml",
        "开始 分支 复审 结束 初审 终止",
        (do("复审"), do("初审")),
    ),
    Runs(
        "activiti/form.bpmn20.xml",
        "申请已开始 审批 通过? 未通过",
        (wrong("审批"), wrong("审批", **{"pass": "maybe"}), do("审批", **{"pass": "no"})),
        {"days": 3},
    ),
    Runs(
        "activiti/listeners.bpmn20.xml",
        "任务已开始 办理 任务已结束",
        (do("办理"),),
        {"dueDate": "2026-03-20T18:00:00+08:00"},
        warned=("ignored",),
    ),
    Runs(
        "activiti/who_may.bpmn20.xml",
        "请假已申请 本人确认 领导审批 请假已批准",
        (
            may("who_may", "unit_handler"),
            may("who_may", "chen"),
            may_not("who_may", "unit_head"),
            may_not("who_may", "li"),
            do("本人确认", by="chen"),
            do("领导审批", by="user:fujingli"),
        ),
    ),
    Runs(
        "activiti/call_activity.bpmn20.xml",
        "开始 子流程开始 子任务 子流程结束 子流程 成功? 失败",
        (do("子任务", by="wang", result="bad"),),
        {"who": "wang"},
    ),
    Runs(
        "activiti/subprocess_limit.bpmn20.xml",
        "开始 过程开始 过程超时 超时",
        (fire("过程超时", due="2026-03-04T09:00"),),
    ),
    Runs(
        "activiti/subprocess_limit.bpmn20.xml",
        "开始 过程开始 具体办理 过程结束 办理过程 办完",
        (do("具体办理"),),
    ),
    Runs(
        "activiti/signals.bpmn20.xml",
        "开始 通知各方 等待通知 结束",
        (signal("回应"),),
    ),
)

BPMN_IO = (
    Runs(
        "bpmnio/simple.bpmn", "信件已到 登记信件 要答复吗? 已存档", (do("登记信件", reply=False),)
    ),
    Runs(
        "bpmnio/simple.bpmn",
        "信件已到 登记信件 要答复吗? 答复信件 已答复",
        (do("登记信件", reply=True), do("答复信件")),
    ),
    Runs(
        "bpmnio/loop_back.bpmn",
        "稿件已拟 修改 审定 是否定稿? 修改 审定 是否定稿? 已定稿",
        (do("修改"), do("审定", final=False), do("修改"), do("审定", final=True)),
    ),
    Runs(
        "bpmnio/subprocess_without_start.bpmn",
        "事项已开始 第一步 第二步 两步办理 事项已办结",
        (do("第一步"), do("第二步")),
        warned=("start-missing", "end-missing"),
    ),
    Runs("bpmnio/two_diagrams_two_processes.bpmn", "一已开始 办一 一已结束", (do("办一"),)),
    Runs(
        "bpmnio/two_diagrams_two_processes.bpmn",
        "二已开始 办二 二已结束",
        (do("办二"),),
        process="second_of_two",
    ),
    Runs(
        "bpmnio/collapsed_subprocess.bpmn",
        "申请已到 内部已开始 内部审核 内部已结束 内部办理 申请已办结",
        (do("内部审核"),),
    ),
    Runs("bpmnio/annotated.bpmn", "会议已召开 整理纪要 纪要已印发", (do("整理纪要"),)),
    Runs(
        "bpmnio/task_as_drawn.bpmn",
        "来电已接 记下内容 转告科室 已转告",
        warned=("task-passes",),
    ),
)

PLAIN = (
    Runs("plain/chinese_ids.bpmn", "开始收件 收件 收件完成", (do("收件"),)),
    Runs("plain/gbk.bpmn", "公文已收 传阅 已传阅", (do("传阅"),)),
    Runs("plain/bom.bpmn", "来文 登记 已登记", (do("登记"),)),
    Runs("plain/no_declaration.bpmn", "来文 登记 已登记", (do("登记"),)),
    Runs("plain/no_flow_ids.bpmn", "已开始 办理 通过? 未通过", (do("办理", passed=False),)),
    Runs("plain/no_start_no_end.bpmn", "受理 办理", (do("受理"), do("办理"))),
    Runs("plain/no_end.bpmn", "来文 登记 要答复吗? 归档", (do("登记", reply=False), do("归档"))),
    Runs("plain/two_implicit_starts.bpmn", "甲准备 乙准备 已就绪", (do("甲准备"), do("乙准备"))),
    Runs(
        "plain/standard_multi_instance.bpmn",
        "会签发起 会签 会签 会签完成",
        (do("会签", by="wang"), do("会签", by="li")),
        {"signers": ["wang", "li"]},
    ),
    Runs(
        "plain/multi_instance_output.bpmn",
        "打分发起 打分 打分 按顺序汇集了吗? 已过线",
        (do("打分", by="li", score=90), do("打分", by="wang", score=80)),
        {"judges": ["wang", "li"]},
    ),
    Runs(
        "plain/message_before_waiting.bpmn",
        "来件 送材料 材料已送出 登记 等材料 材料已收到",
        (do("登记", by="li"),),
    ),
    Runs(
        "plain/message_twice.bpmn",
        "来件 送第一件 送第二件 材料已送出 登记 等第一件 是第几件? 整理 等第二件 材料已收齐",
        (do("登记", by="li"), do("整理", by="li")),
    ),
    Runs(
        "plain/multi_instance_cut.bpmn",
        "会签已发起 会签 会签 会签期限届满 有人签过吗? 整理意见 意见已整理",
        (
            do("会签", by="li", view="同意"),
            do("会签", by="wang", view="原则同意"),
            fire("会签期限届满"),
            do("整理意见", by="zhao"),
        ),
        {"people": ["wang", "li", "sun"]},
    ),
    Runs(
        "plain/multi_instance_cut.bpmn",
        "会签已发起 会签期限届满 有人签过吗? 无人会签",
        (fire("会签期限届满"),),
        {"people": ["wang", "li", "sun"]},
    ),
)

RUNS = (*FLOWABLE, *ACTIVITI, *BPMN_IO, *PLAIN)

STOPS = (
    Stops(
        "flowable/conditional_task_flows.bpmn20.xml",
        "审批",
        "没有一个条件成立",
        (do("审批", outcome="later"),),
    ),
    Stops(
        "flowable/variable_aggregation.bpmn20.xml",
        "意见齐了吗?",
        "变量“opinions”还没有值",
        (do("填写意见", by="wang", opinion="同意"), do("填写意见", by="li", opinion="同意")),
        {"people": ["wang", "li"]},
        warned=("ignored",),
    ),
)
