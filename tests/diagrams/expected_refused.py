"""What does not go live, and what its designer is told: code, element as it is drawn, words of the sentence."""

from tests.diagrams.corpus import refused

# --- the file ------------------------------------------------------------------------------------

FILES = (
    refused("plain/empty.bpmn", ("file-empty", "", "重新从建模工具导出")),
    refused("plain/half_a_file.bpmn", ("not-xml", "", "重新导出")),
    refused("plain/doctype.bpmn", ("doctype", "", "重新导出")),
    refused("plain/not_bpmn.bpmn", ("not-bpmn", "", "另存为这两种格式")),
    refused("plain/xpdl.bpmn", ("not-bpmn", "", "另存为这两种格式")),
    refused("camunda/not_executable.bpmn", ("not-executable", "", "勾选“可执行”")),
    refused("plain/not_executable_by_zero.bpmn", ("not-executable", "", "勾选“可执行”")),
    refused("camunda8/job_worker.bpmn", ("camunda-8", "发通知", "Camunda")),
    refused("camunda8/user_task_assigned.bpmn", ("camunda-8", "审批", "Camunda")),
    refused("camunda8/feel_gateway.bpmn", ("camunda-8", "", "Camunda")),
)

# --- ids and flows -------------------------------------------------------------------------------

DRAWING = (
    refused("plain/no_id.bpmn", ("id-missing", "", "“登记”没有 id")),
    refused("plain/id_with_space.bpmn", ("id-invalid", "登记", "登 记")),
    refused("plain/same_id_twice.bpmn", ("id-duplicate", "再登记", "必须不同")),
    refused(
        "plain/same_process_twice.bpmn",
        ("process-duplicate", "same_process_twice", "不同的 id"),
    ),
    refused("plain/process_without_id.bpmn", ("process-id", "", "请填写英文标识")),
    refused("plain/flow_to_nowhere.bpmn", ("flow-end", "登记_不存在的任务_线", "不存在的任务")),
    refused("plain/flow_crosses.bpmn", ("flow-crosses", "登记_已登记_线", "子流程内外分别连线")),
    refused("camunda/flow_into_start.bpmn", ("flow-direction", "没好", "不能")),
    refused("camunda/flow_drawn_twice.bpmn", ("flow-twice", "Flow_79dd8iu", "删除一条")),
    refused(
        "camunda/unreachable.bpmn",
        ("unreachable", "孤立的任务", "连上线或删除"),
        ("unreachable", "另一个结束", "连上线或删除"),
    ),
    refused(
        "camunda/no_way_out.bpmn",
        ("no-way-out", "循环甲", "出口"),
        ("no-way-out", "循环乙", "出口"),
    ),
    refused("camunda/empty_subprocess.bpmn", ("empty", "还没画", "画出环节")),
    refused("camunda/two_blank_starts.bpmn", ("several-starts", "来电", "请合并")),
    refused(
        "camunda/link_restless.bpmn", ("restless-loop", "Gateway_i26a98l", "用户任务或定时事件")
    ),
    refused(
        "camunda/endless_loop.bpmn", ("restless-loop", "Gateway_4iy7o1h", "用户任务或定时事件")
    ),
)

# --- gateways and conditions ---------------------------------------------------------------------

CHOOSING = (
    refused(
        "camunda/branches_otherwise_two.bpmn",
        ("condition-missing", "复", "设为默认流"),
        ("condition-missing", "终", "设为默认流"),
    ),
    refused("camunda/branch_otherwise_and_default.bpmn", ("condition-missing", "复", "设为默认流")),
    refused(
        "bpmnio/no_conditions_at_all.bpmn",
        ("condition-missing", "SequenceFlow_497vwj1", "设为默认流"),
        ("condition-missing", "SequenceFlow_wcr9q1l", "设为默认流"),
    ),
    refused("camunda/condition_in_javascript.bpmn", ("condition-language", "大", "改写成表达式")),
    refused("camunda/condition_on_parallel.bpmn", ("condition-ignored", "涉甲", "改用排他网关")),
    refused("camunda/complex_gateway.bpmn", ("unsupported", "三取二", "排他网关或并行网关")),
    refused(
        "camunda/event_gateway_to_task.bpmn", ("event-gateway", "Flow_73f8e3y", "定时、消息或信号")
    ),
    refused("camunda/join_never.bpmn", ("join-never", "Gateway_cytoix7", "改成排他网关")),
    refused(
        "camunda/split_conditions_join.bpmn", ("join-never", "Gateway_l82hzg5", "改成排他网关")
    ),
    refused(
        "camunda/join_before_loop.bpmn", ("join-waits-for-itself", "没好", "画一个排他网关接收回路")
    ),
)

# --- events --------------------------------------------------------------------------------------

EVENTS = (
    refused("camunda/timer_without_time.bpmn", ("timer-empty", "等一等", "P15D")),
    refused("camunda/timer_in_words.bpmn", ("timer-invalid", "等三天", "P3D")),
    refused("flowable/timer_cron.bpmn20.xml", ("timer-invalid", "每天九点", "R/P7D")),
    refused("camunda/unknown_deadline.bpmn", ("unknown-deadline", "期限届满", "可用的有")),
    refused("camunda/undeclared_message.bpmn", ("reference", "等消息", "Message_gone")),
    refused("plain/message_by_strange_prefix.bpmn", ("reference", "等回函", "other:Message_back")),
    refused("camunda/message_by_delegate.bpmn", ("reference", "发短信", "选定消息")),
    refused("camunda/undeclared_signal.bpmn", ("reference", "等信号", "Signal_gone")),
    refused("camunda/undeclared_escalation.bpmn", ("reference", "已上报", "Escalation_gone")),
    refused("camunda/undeclared_error.bpmn", ("reference", "出错", "Error_gone")),
    refused("camunda/timer_start_by_variable.bpmn", ("timer-invalid", "会期已到", "还没有变量")),
    refused("camunda/error_start.bpmn", ("unsupported-event", "出了差错", "定时开始事件")),
    refused(
        "camunda/message_starts_two.bpmn", ("start-message-taken", "来电已转来", "只能发起一个流程")
    ),
    refused("camunda/several_triggers.bpmn", ("several-events", "等信或等三天", "拆成几个事件")),
    refused(
        "camunda/catch_of_nothing.bpmn", ("event-empty", "等一等", "选择定时、消息、信号或条件")
    ),
    refused(
        "camunda/boundary_on_event_lost.bpmn",
        ("boundary-host", "期满", "拖放到任务的边框上"),
    ),
    refused("camunda/boundary_on_gateway.bpmn", ("boundary-host", "期满", "拖放到任务的边框上")),
    refused(
        "camunda/error_boundary_not_interrupting.bpmn", ("boundary-error", "出错", "改为中断型")
    ),
    refused("camunda/error_on_user_task.bpmn", ("boundary-error", "审核出错", "会报出它的环节")),
    refused("camunda/conditional_start.bpmn", ("unsupported-event", "库存不足", "不能由条件开始")),
    refused("camunda/conditional_script.bpmn", ("condition-language", "余额不足", "改写成表达式")),
    refused("camunda/cancel_end.bpmn", ("cancel-place", "采购取消", "附一个取消边界事件")),
    refused(
        "camunda/cancel_in_subprocess.bpmn", ("cancel-place", "核查取消", "直接画在事务子流程里")
    ),
    refused("camunda/compensation_throw.bpmn", ("unsupported-event", "全部撤销", "后做的先撤销")),
    refused(
        "camunda/compensation_boundary.bpmn",
        ("unsupported", "取消预订", "用顺序流把它接到要撤销的那条路上"),
        ("unsupported-event", "撤销预订", "把撤销的任务直接画出来"),
    ),
    refused("camunda/link_alone.bpmn", ("link-alone", "转走", "链接名称")),
    refused(
        "camunda/link_across_scopes.bpmn",
        ("link-alone", "跳到外面", "链接名称"),
        ("link-alone", "外面的入口", "链接名称"),
        ("unreachable", "已跳出", "连上线"),
    ),
    refused(
        "camunda/event_subprocess_blank.bpmn", ("event-subprocess", "没说何时", "选好触发的事件")
    ),
    refused(
        "camunda/event_subprocess_connected.bpmn", ("event-subprocess", "顺路而来", "不能连线")
    ),
    refused(
        "camunda/event_subprocess_compensation.bpmn",
        ("event-subprocess", "要撤销", "把撤销的任务直接画出来"),
    ),
)

# --- activities ----------------------------------------------------------------------------------

ACTIVITIES = (
    refused("camunda/ad_hoc.bpmn", ("unsupported", "随意办理", "普通子流程")),
    refused("flowable/script_loops.bpmn20.xml", ("script-language", "累加", "变量 = 表达式")),
    refused("camunda/script_import.bpmn", ("script", "清理", "请")),
    refused("camunda/script_from_file.bpmn", ("script-language", "计算", "操作")),
    refused("flowable/script_javascript.bpmn20.xml", ("script-language", "打印", "操作")),
    refused(
        "camunda/subprocess_with_message_start.bpmn", ("start-typed", "收到来信", "空白开始事件")
    ),
    refused(
        "camunda/inputs_as_list.bpmn",
        ("parameter-kind", "记一笔", "units"),
        ("parameter-kind", "记一笔", "total"),
    ),
    refused(
        "flowable/data_object_wrong_value.bpmn20.xml",
        ("data-object", "data_object_wrong_value", "limit"),
    ),
    refused("camunda/standard_loop_times.bpmn", ("standard-loop", "反复办", "循环次数")),
    refused("camunda/standard_loop_without_end.bpmn", ("standard-loop", "反复办", "循环")),
    refused("camunda/repetition_over_nothing.bpmn", ("collection-missing", "会签", "collection")),
    refused("flowable/countersign_by_bean.bpmn20.xml", ("expression", "会签", "请改用服务任务")),
    refused("flowable/leaders_by_bean.bpmn20.xml", ("expression", "审批", "请改用服务任务")),
    refused("activiti/java_class.bpmn20.xml", ("operation-missing", "发邮件", "操作名")),
    refused("activiti/mail_task.bpmn20.xml", ("service-type", "发邮件", "待发通知")),
    refused("flowable/delegate_expression.bpmn20.xml", ("operation-missing", "同步数据", "操作名")),
    refused("flowable/mail_task.bpmn20.xml", ("service-type", "发通知", "待发通知")),
    refused("flowable/http_task.bpmn20.xml", ("service-type", "查户籍", "External 服务任务")),
    refused("camunda/service_bare_bean.bpmn", ("operation-missing", "交给程序", "操作名")),
    refused("camunda/service_expression.bpmn", ("operation-missing", "计算", "操作名")),
    refused("flowable/shell_task.bpmn20.xml", ("service-type", "备份", "不执行命令")),
    refused("flowable/event_task.bpmn20.xml", ("service-type", "通知各系统", "消息抛出事件")),
    refused("camunda/unknown_topic.bpmn", ("unknown-operation", "调外部系统", "请核对名称")),
    refused("camunda/call_missing.bpmn", ("called-process", "外部流程", "not_there")),
    refused("camunda/call_nothing.bpmn", ("called-process", "某流程", "calledElement")),
    refused("camunda/call_circle.bpmn", ("call-recursion", "调乙", "互相调用成了圈")),
    refused("camunda/follow_up_in_words.bpmn", ("due-invalid", "承办", "P3D")),
    refused("camunda/priority_in_words.bpmn", ("priority-invalid", "承办", "50")),
    refused("camunda/misspelt_role.bpmn", ("unknown-role", "办理", "unit_head")),
    refused("flowable/unknown_field_type.bpmn20.xml", ("unknown-field-type", "填写", "signature")),
    refused("camunda/form_field_twice.bpmn", ("field-id", "填写", "重复")),
)

# --- slips that would show at the desk -----------------------------------------------------------

SLIPS = (
    refused("camunda/timer_slip_quoted.bpmn", ("timer-invalid", "等到期限", "请写成 P30D")),
    refused("camunda/timer_slip_small.bpmn", ("timer-invalid", "等到期限", "请写成 P3M")),
    refused("camunda/timer_bare_word.bpmn", ("timer-invalid", "等到期限", "${tomorrow}")),
    refused("camunda/timer_full_width.bpmn", ("timer-invalid", "等到期限", "用半角写成 P10D")),
    refused("camunda/timer_negative.bpmn", ("timer-invalid", "等到期限", "不能是负的")),
    refused("camunda/due_slip_small.bpmn", ("due-invalid", "承办", "请写成 P10D")),
    refused("camunda/cardinality_in_words.bpmn", ("cardinality", "会签", "请写成 3 这样的数")),
    refused("camunda/default_flow_gone.bpmn", ("default-unknown", "是否受理?", "Flow_old")),
    refused("camunda/extension_blocks_two.bpmn", ("extension-twice", "填写意见", "合并成一段")),
    refused("camunda/form_blocks_two.bpmn", ("block-twice", "填写意见", "合并成一段")),
    refused(
        "camunda/property_slip.bpmn",
        ("property-unknown", "签收", "是不是“deadline”"),
        ("property-unknown", "签收", "是不是“on_complete”"),
    ),
    refused("camunda/showif_slip.bpmn", ("showif-unknown", "登记面谈", "是不是“channel”（方式）")),
    refused("camunda/label_for_code.bpmn", ("value-never", "能", "请写它的代码“Value_0qk1”")),
    refused("camunda/code_slip.bpmn", ("value-never", "能", "是不是“approve”")),
    refused("camunda/code_in_list_unknown.bpmn", ("value-never", "能", "reject（不可以）")),
    refused(
        "camunda/out_mapping_unknown_source.bpmn",
        ("out-unknown", "会签", "是不是“opinion”"),
        ("out-unknown", "会签", "加上这个字段"),
    ),
    refused("camunda/form_limits_crossed.bpmn", ("form-never", "核定金额", "永远交不上去")),
)

# --- programs of the office's other systems, and what an input method leaves ----------------------

OFFICE = (
    refused("activiti/expense_by_bean.bpmn20.xml", ("operation-missing", "财务入账", "操作名")),
    refused("flowable/leave_by_listener_bean.bpmn20.xml", ("expression", "没有", "isLate")),
    refused("camunda/condition_of_full_width.bpmn", ("expression", "大", "amount > 100")),
)

REFUSED = (*FILES, *DRAWING, *CHOOSING, *EVENTS, *ACTIVITIES, *SLIPS, *OFFICE)
