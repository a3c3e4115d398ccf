"""What Camunda 7 and Flowable accept of a diagram that says too little or too much, and where it leads in them."""

from tests.diagrams.corpus import Runs, Stops, do, fire, may, may_not, send, signal, silent, wrong

# --- gateways ------------------------------------------------------------------------------------

BRANCHES = (
    Runs(
        "camunda/branch_without_condition.bpmn",
        "已开始 同意吗? 办理 已结束",
        (do("办理"),),
        {"approved": True},
        warned=("condition-missing",),
        told=("别的条件都不成立时走这一条",),
    ),
    Runs(
        "camunda/branch_without_condition.bpmn",
        "已开始 同意吗? 退回 已结束",
        (do("退回"),),
        {"approved": False},
    ),
    Runs(
        "camunda/branch_otherwise_last.bpmn",
        "已报名 人数够吗？ 并入下期 已安排",
        (do("并入下期"),),
        {"people": 12},
        warned=("condition-missing",),
    ),
    Runs(
        "camunda/branch_otherwise_last.bpmn",
        "已报名 人数够吗？ 正式开班 已安排",
        (do("正式开班"),),
        {"people": 30},
    ),
    Runs(
        "camunda/branch_otherwise_first.bpmn",
        "已来访 怎么接待？ 窗口登记 已接待",
        (do("窗口登记"),),
        {"urgent": True},
        told=("“紧急”之前，后面的永远走不到",),
    ),
    Runs(
        "flowable/branch_otherwise_between.bpmn20.xml",
        "已报修 谁来修？ 先行登记 已修复",
        (do("先行登记"),),
        {"kind": "large"},
        told=("“大修”之前，后面的永远走不到",),
    ),
    Runs(
        "flowable/branch_otherwise_between.bpmn20.xml",
        "已报修 谁来修？ 物业维修 已修复",
        (do("物业维修"),),
        {"kind": "small"},
    ),
    Runs(
        "camunda/inclusive_always.bpmn",
        "材料已收 还要谁看？ 法制审核 归档登记 已办结",
        (do("法制审核"), do("归档登记")),
        {"legal": True},
        told=("总会走这一条",),
    ),
    Runs(
        "camunda/inclusive_always.bpmn",
        "材料已收 还要谁看？ 归档登记 已办结",
        (do("归档登记"),),
        {"legal": False},
    ),
)

# --- time ----------------------------------------------------------------------------------------

TIME = (
    Runs(
        "camunda/timer_cycle_intermediate.bpmn",
        "已开始 每天 已结束",
        (fire("每天", due="2026-03-03T09:00"),),
        warned=("timer-cycle",),
        told=("只响一次",),
    ),
    Runs(
        "flowable/catch_cycle_endless.bpmn20.xml",
        "公示已开始 公示期满 汇总意见 已公示",
        (fire("公示期满", due="2026-03-09T09:00"), silent("公示期满"), do("汇总意见")),
        warned=("timer-cycle",),
    ),
    Runs(
        "camunda/boundary_cycle_interrupting.bpmn",
        "来件已到 逾期未办 提级承办 已办结",
        (fire("逾期未办", due="2026-03-03T09:00", late=5), silent("逾期未办"), do("提级承办")),
        warned=("timer-cycle",),
    ),
    Runs(
        "camunda/boundary_cycle_interrupting.bpmn",
        "来件已到 承办 已办结",
        (do("承办"), silent("逾期未办")),
    ),
    Runs(
        "camunda/boundary_cycle_interrupting_dated.bpmn",
        "来件已到 到期 收回 已办结",
        (fire("到期", due="2026-03-10T09:00"), do("收回")),
        warned=("timer-cycle",),
    ),
    Runs(
        "camunda/event_subprocess_cycle_interrupting.bpmn",
        "已开始 每天到点 收尾 已收尾 每日收尾",
        (fire("每天到点", due="2026-03-03T09:00"), silent("每天到点"), do("收尾")),
        warned=("timer-cycle",),
    ),
    Runs(
        "camunda/timer_at_once.bpmn",
        "已开始 不等 等半天 等一个半小时 已到点",
        (
            fire("不等", due="2026-03-02T09:00"),
            fire("等半天", due="2026-03-02T21:00"),
            fire("等一个半小时", due="2026-03-02T22:30"),
        ),
    ),
)

# --- forms and several instances -----------------------------------------------------------------

FORMS = (
    Runs(
        "flowable/choice_without_options.bpmn20.xml",
        "已受理 审核 合格吗？ 发证 已办",
        (wrong("审核"), do("审核", result="合格"), do("发证")),
        warned=("field-options",),
        told=("填写时成了文字",),
    ),
    Runs(
        "flowable/choice_without_options.bpmn20.xml",
        "已受理 审核 合格吗？ 补正 已办",
        (do("审核", result="还差一张照片"), do("补正")),
    ),
    Runs(
        "activiti/choice_without_options.bpmn20.xml",
        "已受理 办理 已办",
        (do("办理"),),
        {"kind": "来访"},
        warned=("field-options",),
    ),
    Runs(
        "camunda/form_choice_empty.bpmn",
        "已开始 填写 已结束",
        (do("填写", level="一般"),),
        warned=("field-options",),
    ),
    Runs(
        "camunda/several_first_two.bpmn",
        "方案已送审 定人数 会签 会签 汇总 已会签",
        (
            do("定人数", people=["li", "wang", "zhao"]),
            do("会签", by="li"),
            do("会签", by="wang"),
            do("汇总"),
        ),
    ),
    Runs(
        "flowable/several_first_by_variable.bpmn20.xml",
        "方案已送审 定人数 会签 会签 汇总 已会签",
        (
            do("定人数", people=["zhao", "li", "wang"], count="2"),
            do("会签", by="zhao"),
            do("会签", by="li"),
            do("汇总"),
        ),
    ),
    Runs(
        "camunda/several_more_than_there_are.bpmn",
        "方案已送审 定人数 会签 会签 汇总 已会签",
        (
            do("定人数", people=["li", "wang"], count=2),
            do("会签", by="li"),
            do("会签", by="wang"),
            do("汇总"),
        ),
    ),
)

# --- names ---------------------------------------------------------------------------------------

NAMES = (
    Runs(
        "camunda/message_by_prefix.bpmn",
        "函已发出 等回函 已收回函",
        (send("回函已到"),),
    ),
    Runs(
        "camunda/receive_by_prefix.bpmn",
        "函已发出 等签收 已签收",
        (send("签收单已到"),),
    ),
    Runs(
        "plain/signal_by_prefix.bpmn",
        "已备勤 等响应 已响应",
        (signal("防汛响应"),),
    ),
    Runs(
        "camunda/boundary_by_prefix.bpmn",
        "已受理 逾期 催办 已办",
        (fire("逾期"), do("催办")),
    ),
    Runs(
        "plain/executable_by_one.bpmn",
        "已受理 提醒 承办 已办 催办 已催",
        (fire("提醒"), do("承办"), do("催办")),
    ),
)

# --- people --------------------------------------------------------------------------------------

PEOPLE = (
    Runs(
        "camunda/group_in_chinese.bpmn",
        "来件已收 初审 已办结",
        (do("初审", by="综合科"),),
        warned=("unknown-role",),
        told=("不是本系统的角色",),
    ),
    Runs(
        "flowable/group_by_title.bpmn20.xml",
        "来件已收 初审 已办结",
        (do("初审", by="unit_handler"),),
        warned=("role-by-title",),
        told=("请改写成 unit_handler",),
    ),
    Runs(
        "activiti/groups_mixed.bpmn20.xml",
        "来件已收 初审 已办结",
        (do("初审", by="unit_head"),),
        warned=("unknown-role", "role-by-title"),
    ),
    Runs(
        "camunda/group_by_title_of_unit.bpmn",
        "来件已收 初审 已办结",
        (do("初审", by="unit_liaison:SL"),),
        {"unit": "SL"},
        warned=("role-by-title",),
    ),
    Runs(
        "camunda/started_by_title.bpmn",
        "来件已收 登记 已登记",
        (
            may("started_by_title", "petition_bureau"),
            may_not("started_by_title", "unit_handler"),
            do("登记"),
        ),
        warned=("role-by-title",),
    ),
    Runs(
        "flowable/initiator_placeholder.bpmn20.xml",
        "已申请 审批 修改申请 已办结",
        (do("审批"), do("修改申请", by="chen")),
        warned=("initiator-understood",),
    ),
    Runs(
        "activiti/initiator_placeholder.bpmn20.xml",
        "已申请 审批 修改申请 已办结",
        (do("审批"), do("修改申请", by="chen")),
        warned=("initiator-understood",),
    ),
    Runs(
        "camunda/initiator_placeholder_undeclared.bpmn",
        "已申请 审批 修改申请 已办结",
        (do("审批"), do("修改申请", by="chen")),
        warned=("initiator-understood",),
    ),
    Runs(
        "flowable/initiator_among_candidates.bpmn20.xml",
        "已申请 审批 修改申请 已办结",
        (do("审批"), do("修改申请", by="user:chen")),
        warned=("initiator-understood",),
    ),
    Runs(
        "camunda/initiator_by_variable.bpmn",
        "已申请 审批 修改申请 已办结",
        (do("审批"), do("修改申请", by="chen")),
    ),
)

# --- computing -----------------------------------------------------------------------------------

COMPUTING = (
    Runs("camunda/script_groovy.bpmn", "已开始 算工作日 已结束"),
    Runs(
        "camunda/script_javascript_plain.bpmn",
        "已询价 算合计 贵吗？ 再议 已定",
        (do("再议"),),
        {"price": 60},
    ),
    Runs(
        "camunda/script_javascript_plain.bpmn",
        "已询价 算合计 贵吗？ 照办 已定",
        (do("照办"),),
        {"price": 50},
    ),
    Runs(
        "activiti/script_javascript_declared.bpmn20.xml",
        "已询价 算运费 贵吗？ 再议 已定",
        (do("再议"),),
        {"weight": 30},
    ),
    Runs(
        "camunda/script_groovy_result.bpmn",
        "已询价 算折扣 贵吗？ 照办 已定",
        (do("照办"),),
        {"price": 120},
    ),
    Runs("flowable/service_expression.bpmn20.xml", "开始 算折扣 结束", (), {"price": 100}),
    Runs(
        "flowable/service_sets_variable.bpmn20.xml",
        "已询价 记下结果 贵吗？ 再议 已定",
        (do("再议"),),
    ),
    Runs("camunda/service_true.bpmn", "已询价 占位 办理 已定", (do("办理"),)),
    Runs(
        "activiti/service_result.bpmn20.xml",
        "已询价 算合计 贵吗？ 再议 已定",
        (do("再议"),),
        {"price": 60},
    ),
    Runs("camunda/send_sets_variable.bpmn", "已询价 标记已发 贵吗？ 再议 已定", (do("再议"),)),
)

# --- messages ------------------------------------------------------------------------------------

MESSAGES = (
    Runs(
        "camunda/message_not_chosen.bpmn",
        "已开始 等回执 已结束",
        (send("等回执"),),
        warned=("receive-open",),
    ),
    Runs(
        "flowable/receive_told.bpmn20.xml",
        "申请已提交 等人社系统核验 发放补贴 已发放",
        (send("等人社系统核验", result="ok"), do("发放补贴")),
        told=("名为“等人社系统核验”的消息",),
    ),
    Runs(
        "activiti/receive_two.bpmn20.xml",
        "项目已立项 等环评批复 等规划批复 开工 已开工",
        (send("等环评批复"), send("等规划批复"), do("开工")),
        warned=("receive-open",),
    ),
    Runs(
        "camunda/receive_until.bpmn",
        "函已发出 十日未回 电话催 已收到",
        (fire("十日未回"), do("电话催")),
    ),
    Runs(
        "camunda/receive_without_name.bpmn",
        "函已发出 归档 已归档",
        (send("Wait_reply"), do("归档")),
    ),
)

# --- values from outside -------------------------------------------------------------------------

VALUES = (
    Runs(
        "camunda/values_from_elsewhere.bpmn",
        "方案已报 经办 会签 会签 公示 定稿 贵吗？ 复核 已定",
        (
            do("经办", by="zhou"),
            do("会签", by="li"),
            do("会签", by="wang"),
            fire("公示", due="2026-03-05T09:00"),
            fire("定稿", due="2026-03-05T21:00"),
            do("复核", by="unit_handler:JT"),
        ),
        {
            "handler": "zhou",
            "dueOn": "2026-03-09",
            "reviewers": ["li", "wang"],
            "days": 3,
            "limit": "PT12H",
            "amount": 101,
            "unit": "JT",
        },
    ),
)

RUNS = (*BRANCHES, *TIME, *FORMS, *NAMES, *PEOPLE, *COMPUTING, *MESSAGES, *VALUES)

STOPS = (
    Stops(
        "camunda/several_more_than_there_are.bpmn",
        "会签",
        "要 5 份，集合里只有 3 项",
        (do("定人数", people=["li", "wang", "zhao"], count=5),),
    ),
    Stops(
        "flowable/several_number_nobody_set.bpmn20.xml",
        "会签",
        "变量“howMany”还没有值",
        (do("定人数", people=["li", "wang", "zhao"]),),
    ),
)
