"""What diagrams drawn in Camunda Modeler do, as Camunda 7 and BPMN say."""

from datetime import UTC, datetime

from tests.diagrams.corpus import Runs, Stops, do, fire, send, shows, signal, silent, start, wrong

# --- tasks, gateways and loops -------------------------------------------------------------------

ROUTING = (
    Runs(
        "camunda/leave_approval.bpmn",
        "请假已申请 领导审批 是否同意? 修改申请 领导审批 是否同意? 假已批准",
        (do("领导审批", approved="no"), do("修改申请"), do("领导审批", approved="yes")),
        {"days": 3, "reason": "探亲"},
    ),
    Runs(
        "camunda/untyped_tasks.bpmn",
        "事情已发生 口头通知 现场查看 登记 已登记",
        (do("登记"),),
        warned=("task-passes",),
    ),
    Runs("camunda/lanes.bpmn", "建议已提交 补充说明 审查 已立案", (do("补充说明"), do("审查"))),
    Runs(
        "camunda/merge_at_task.bpmn",
        "线索已到 线索类型? 初核 形成意见 意见已形成",
        (do("初核"), do("形成意见")),
        {"kind": "check"},
    ),
    Runs(
        "camunda/two_answers_one_task.bpmn",
        "评价已收 评价如何? 致谢 已致谢",
        (do("致谢"),),
        {"grade": "fair"},
    ),
    Runs(
        "camunda/two_answers_one_task.bpmn",
        "评价已收 评价如何? 整改 已整改",
        (do("整改"),),
        {"grade": "poor"},
    ),
    Runs(
        "camunda/feel_condition.bpmn",
        "已开始 金额大吗? 领导批 已办",
        (do("领导批"),),
        {"amount": 200, "status": "new"},
    ),
    Runs(
        "camunda/feel_condition.bpmn",
        "已开始 金额大吗? 已办",
        (),
        {"amount": 200, "status": "old"},
    ),
    Runs(
        "camunda/parallel_review.bpmn",
        "文件已送审 财务审查 法制审查 会审已完成",
        (do("财务审查"), do("法制审查")),
    ),
    Runs(
        "camunda/join_and_split.bpmn",
        "准备已开始 布置会场 印制材料 接待 签到 会议已就绪",
        (do("布置会场"), do("印制材料"), do("接待"), do("签到")),
        warned=("split-and-join",),
    ),
    Runs(
        "camunda/parallel_in_loop.bpmn",
        "材料已提交 核对人口 核对用地 现场踏勘 汇总结论 是否返工? "
        "现场踏勘 核对人口 核对用地 汇总结论 是否返工? 结论已形成",
        (
            *(do("核对人口"), do("核对用地"), do("现场踏勘"), do("汇总结论", again=True)),
            *(do("现场踏勘"), do("核对人口"), do("核对用地"), do("汇总结论", again=False)),
        ),
    ),
    Runs(
        "camunda/inclusive_opinions.bpmn",
        "征求已发起 征求谁的意见? 法制意见 财政意见 意见已汇总",
        (do("法制意见"), do("财政意见")),
        {"law": True, "money": True},
    ),
    Runs(
        "camunda/inclusive_opinions.bpmn",
        "征求已发起 征求谁的意见? 财政意见 意见已汇总",
        (do("财政意见"),),
        {"law": False, "money": True},
    ),
    Runs(
        "camunda/inclusive_opinions.bpmn",
        "征求已发起 征求谁的意见? 办公室意见 意见已汇总",
        (do("办公室意见"),),
        {"law": False, "money": False},
    ),
    Runs(
        "camunda/inclusive_in_loop.bpmn",
        "轮次已开始 请谁补充? 甲补充 乙补充 判断 还要一轮? 请谁补充? 乙补充 判断 还要一轮? 补充已完成",
        (
            *(do("甲补充"), do("乙补充"), do("判断", again=True, first=False)),
            *(do("乙补充"), do("判断", again=False)),
        ),
        {"first": True, "second": True},
        warned=("inclusive-gateway", "default-missing"),
    ),
    # several flows out of one activity
    Runs(
        "camunda/split_at_task.bpmn",
        "通知已起草 核发通知 乙科室落实 甲科室落实 已落实",
        (do("核发通知"), do("乙科室落实"), do("甲科室落实")),
    ),
    Runs(
        "camunda/split_at_start.bpmn",
        "应急已启动 组织疏散 疏散已完成 通知领导 领导已知",
        (do("组织疏散"), do("通知领导")),
    ),
    Runs(
        "camunda/split_at_boundary.bpmn",
        "工单已派 限期已过 通知主管 改派他人 工单已改派",
        (fire("限期已过", due="2026-03-03T09:00"), do("通知主管"), do("改派他人")),
    ),
    Runs(
        "camunda/split_and_merge_twice.bpmn",
        "通知已到 分发 打印 传真 办理一份 已办 办理一份 已办",
        (do("分发"), do("办理一份"), do("办理一份")),
        warned=("twice",),
    ),
    Runs(
        "camunda/branches_of_unequal_length.bpmn",
        "任务已到 电话联系 上报 已上报 上门走访 写出纪要 核对纪要 上报 已上报",
        (do("电话联系"), do("上报"), do("上门走访"), do("写出纪要"), do("核对纪要"), do("上报")),
        warned=("twice",),
        told=("“上报”（Task_report）可能被同时走到两次",),
    ),
    Runs(
        "camunda/reminder_rejoins.bpmn",
        "任务已到 三日已过 督促 办结 已办结 承办 办结 已办结",
        (fire("三日已过"), do("督促"), do("办结"), do("承办"), do("办结")),
        warned=("twice",),
    ),
    Runs(
        "camunda/pools_of_one_process.bpmn",
        "来文已到 承办 已办",
        (do("承办"),),
        warned=("pool-twice",),
    ),
    Runs(
        "camunda/optional_field_empty.bpmn",
        "已申请 填金额 金额多少? 科长审批 已批",
        (do("填金额", amount=5), do("科长审批")),
        warned=("empty-not-drawn",),
        told=("没填时“金额多少?”（Gateway_way）没有一条路走得通",),
    ),
    Runs(
        "camunda/split_two_conditions.bpmn",
        "线索已到 分流 谈话 话已谈 查账 账已查",
        (do("分流", money=True, people=True), do("谈话"), do("查账")),
    ),
    Runs(
        "camunda/split_two_conditions.bpmn",
        "线索已到 分流 查账 账已查",
        (do("分流", money=True, people=False), do("查账")),
    ),
    Runs(
        "camunda/conditions_at_task.bpmn",
        "信件已到 分类 转信访 信访已转 转纪检 纪检已转",
        (do("分类", petition=True, discipline=True), do("转信访"), do("转纪检")),
    ),
    Runs(
        "camunda/conditions_at_task.bpmn",
        "信件已到 分类 存档 已存档",
        (do("分类", petition=False, discipline=False), do("存档")),
    ),
    Runs(
        "camunda/split_conditions_inclusive.bpmn",
        "线索已到 分流 谈话 查账 汇总 已汇总",
        (do("分流", money=True, people=True), do("谈话"), do("查账"), do("汇总")),
    ),
    Runs(
        "camunda/split_conditions_inclusive.bpmn",
        "线索已到 分流 谈话 汇总 已汇总",
        (do("分流", money=False, people=True), do("谈话"), do("汇总")),
    ),
    Runs(  # the default is for when no other flow is taken; the one without a condition always is
        "camunda/default_beside_unconditional.bpmn",
        "申请已到 登记 通知 已通知",
        (do("登记", urgent=False), do("通知")),
    ),
    Runs(
        "camunda/default_beside_unconditional.bpmn",
        "申请已到 登记 加急办理 已加急 通知 已通知",
        (do("登记", urgent=True), do("加急办理"), do("通知")),
    ),
    Runs(
        "camunda/condition_at_start.bpmn",
        "来件已登记 转信访 信访已转",
        (do("转信访"),),
        {"kind": "petition"},
    ),
    Runs(
        "camunda/condition_at_start.bpmn",
        "来件已登记 存档 已存档",
        (do("存档"),),
        {"kind": "praise"},
    ),
    # links
    Runs(
        "camunda/link_loop.bpmn",
        "稿件已收 修改 改好了吗? 转去返工 返工入口 修改 改好了吗? 已付印",
        (do("修改", good=False), do("修改", good=True)),
    ),
    Runs(
        "camunda/link_pair.bpmn",
        "事项已开始 要补正吗? 转到补正 补正入口 补正 已补正",
        (do("补正"),),
        {"incomplete": True},
    ),
    Runs(
        "camunda/link_pair.bpmn",
        "事项已开始 要补正吗? 办理 已办结",
        (do("办理"),),
        {"incomplete": False},
    ),
    Runs(
        "camunda/link_from_two_places.bpmn",
        "稿件已收 稿件类型? 核稿 转去排版 开始排版 排版 已付印",
        (do("核稿"), do("排版")),
        {"kind": "draft"},
    ),
    Runs(
        "camunda/link_from_two_places.bpmn",
        "稿件已收 稿件类型? 直接排版 开始排版 排版 已付印",
        (do("排版"),),
        {"kind": "final"},
    ),
    Runs(
        "camunda/link_inside_subprocess.bpmn",
        "评审已安排 评审已开始 初评 转终评 终评入口 终评 评审已结束 评审 结果已公布",
        (do("初评"), do("终评")),
    ),
    # standard loops
    Runs(
        "camunda/standard_loop.bpmn",
        "初稿已形成 修改稿件 修改稿件 稿件已定",
        (do("修改稿件", quality="poor"), do("修改稿件", quality="good")),
    ),
    Runs(
        "camunda/standard_loop.bpmn",
        "初稿已形成 修改稿件 修改稿件 修改稿件 修改稿件 修改稿件 稿件已定",
        (do("修改稿件", quality="poor"),) * 5,
    ),
    Runs(
        "camunda/standard_loop_before.bpmn",
        "清点已开始 补发一份 补发一份 份数已齐",
        (do("补发一份", missing=1), do("补发一份", missing=0)),
        {"missing": 2},
    ),
    Runs("camunda/standard_loop_before.bpmn", "清点已开始 份数已齐", (), {"missing": 0}),
    Runs(
        "camunda/standard_loop_subprocess.bpmn",
        "试行已批准 一轮已开始 试行 一轮已结束 试行一轮 一轮已开始 试行 一轮已结束 试行一轮 试行已结束",
        (do("试行"), do("试行")),
    ),
    Runs(
        "camunda/standard_loop_call.bpmn",
        "争议已受理 协调已开始 主持协调 协调已结束 协调一次 协调已开始 主持协调 协调已结束 协调一次 争议已化解",
        (do("主持协调", agreed=False), do("主持协调", agreed=True)),
    ),
    Runs(
        "camunda/standard_loop_with_limit.bpmn",
        "整改已开始 整改一轮 整改一轮 整改期满 整改已移送",
        (
            do("整改一轮", passed=False),
            do("整改一轮", passed=False),
            fire("整改期满", due="2026-04-01T09:00"),
        ),
    ),
    # where a process begins and ends
    Runs("camunda/several_starts.bpmn", "来人已登记 受理 已受理", (do("受理"),)),
    Runs(
        "camunda/several_starts.bpmn",
        "来电已接入 受理 已受理",
        (do("受理"),),
        begins=send("来电"),
    ),
    Runs(  # a month counted by the calendar, and again the month after
        "camunda/several_starts.bpmn",
        "每月已到期 受理 已受理",
        (do("受理"), fire("每月已到期", due="2026-05-02T09:00")),
        begins=fire("每月已到期", due="2026-04-02T09:00"),
    ),
    Runs(
        "camunda/message_start_thrown.bpmn",
        "来访已转来 接谈 来访已接谈",
        (do("分流"), do("接谈")),
        process="message_start_begun",
        begins=start("message_start_thrown", "case:1"),
    ),
    Runs(
        "camunda/signal_start.bpmn",
        "停水已公告 安排送水 送水已安排",
        (do("安排送水"),),
        begins=signal("停水"),
    ),
    Runs(
        "camunda/signal_start.bpmn",
        "停水已公告 安排送水 送水已安排",
        (do("核准停水"), do("安排送水")),
        also=("signal_sender.bpmn",),
        begins=start("signal_sender", "case:9"),
    ),
    Runs(  # weeks missed while the service was down come as one
        "camunda/timer_start.bpmn",
        "周一已到 汇总周报 周报已报送",
        (
            do("汇总周报"),
            fire("周一已到", due="2026-03-16T09:00", late=8),
            do("汇总周报"),
            fire("周一已到", due="2026-03-30T09:00"),
        ),
        begins=fire("周一已到", due="2026-03-09T09:00"),
    ),
    Runs(
        "camunda/timer_start_once.bpmn",
        "大会已闭幕 整理建议 建议已整理",
        (silent("大会已闭幕"), do("整理建议")),
        begins=fire("大会已闭幕", due="2026-03-12T15:00"),
    ),
    Runs(  # the moment is past when it is deployed: a person may still begin it
        "camunda/timer_start_past.bpmn",
        "大会已召开 整理建议 建议已整理",
        (silent("大会已召开"), do("整理建议")),
        warned=("start-past",),
    ),
    Runs(
        "camunda/starts_itself.bpmn",
        "巡查已开始 巡查一圈 下一圈已发起",
        (do("巡查一圈"), do("巡查一圈")),
        warned=("start-itself",),
        begins=send("再巡一圈"),
    ),
    Runs(
        "camunda/terminate_all.bpmn",
        "评议已开始 专家甲评议 甲否决? 已否决",
        (do("专家甲评议", veto=True),),
    ),
    Runs(
        "camunda/terminate_all.bpmn",
        "评议已开始 专家甲评议 甲否决? 专家乙评议 评议已通过",
        (do("专家甲评议", veto=False), do("专家乙评议")),
    ),
    Runs(
        "camunda/terminate_inside.bpmn",
        "事项已开始 讨论已开始 主持讨论 讨论已中止 限时讨论 整理结果 结果已整理",
        (do("主持讨论"), do("整理结果")),
    ),
    Runs(
        "camunda/terminate_in_call.bpmn",
        "事项已开始 检查已开始 现场检查 检查已叫停 联合检查 汇报结果 结果已汇报",
        (do("现场检查"), do("汇报结果")),
    ),
    Runs("camunda/pool_with_black_box.bpmn", "来信已登记 回复来信 已回复", (do("回复来信"),)),
)

# --- conditions ----------------------------------------------------------------------------------

CONDITIONS = (
    Runs(
        "camunda/conditional_event.bpmn",
        "已开始 余额不足 已结束",
        (),
        {"balance": -5},
        warned=("condition-alone",),
    ),
    Runs(
        "camunda/conditional_branch.bpmn",
        "线索已登记 核查金额 金额较大 记入台账 上报分管领导 要立案吗? 已备案",
        (do("核查金额", amount=2000), do("记入台账"), do("上报分管领导")),
        {"amount": 0},
    ),
    Runs(  # what the other branch writes later stays where they meet
        "camunda/conditional_branch.bpmn",
        "线索已登记 核查金额 金额较大 记入台账 上报分管领导 要立案吗? 已立案",
        (do("核查金额", amount=2000), do("记入台账", amount=6000), do("上报分管领导")),
        {"amount": 0},
    ),
    Runs(
        "camunda/conditional_boundary.bpmn",
        "事项已交办 沟通 代表已撤回 归档 已归档 再沟通 已沟通",
        (do("沟通", withdrawn="yes"), do("归档"), do("再沟通")),
        {"level": 1, "withdrawn": "no"},
    ),
    Runs(  # the answer of the task itself, as in Camunda
        "camunda/conditional_boundary.bpmn",
        "事项已交办 办理 代表已撤回 归档 已归档 沟通 再沟通 已沟通",
        (do("办理", withdrawn="yes"), do("归档"), do("沟通"), do("再沟通")),
        {"level": 1},
    ),
    Runs(
        "camunda/conditional_boundary.bpmn",
        "事项已交办 情况紧急 沟通 情况紧急 再沟通 已沟通 报告值班领导 已报告 报告值班领导 已报告 办理 已办结",
        (do("沟通", level=4), do("再沟通"), do("报告值班领导"), do("报告值班领导"), do("办理")),
        {"level": 3, "withdrawn": "no"},
    ),
    Runs(
        "camunda/conditional_event_subprocess.bpmn",
        "活动已安排 筹备 预警已发布 取消活动 活动已取消 遇险停止",
        (do("筹备", alarm="red"), do("取消活动")),
        {"alarm": "none", "people": 0},
    ),
    Runs(
        "camunda/conditional_event_subprocess.bpmn",
        "活动已安排 筹备 人数变了 举办 活动已举办 增派人手 已增派 看人数",
        (do("筹备", people=120), do("举办"), do("增派人手")),
        {"alarm": "none", "people": 0},
    ),
)

# --- subprocesses, calls and repetitions ---------------------------------------------------------

CONTAINING = (
    # what is to be drawn instead of a compensation: its tasks on the way that undoes, the last first
    Runs(
        "camunda/compensation_redrawn.bpmn",
        "出行已申请 预订已开始 订车 要住宿吗? 订酒店 还去吗? 出行取消 出行已取消 订了酒店吗? 退酒店 退车 出行已撤销",
        (do("订车", nights=1), do("订酒店", going="no"), do("退酒店"), do("退车")),
    ),
    Runs(
        "camunda/compensation_redrawn.bpmn",
        "出行已申请 预订已开始 订车 要住宿吗? 还去吗? 出行取消 出行已取消 订了酒店吗? 退车 出行已撤销",
        (do("订车", nights=0, going="no"), do("退车")),
    ),
    Runs(
        "camunda/compensation_redrawn.bpmn",
        "出行已申请 预订已开始 订车 要住宿吗? 订酒店 还去吗? 预订已完成 预订 出行已安排",
        (do("订车", nights=1), do("订酒店", going="yes")),
    ),
    Runs(
        "camunda/nested_subprocesses.bpmn",
        "项目已开始 外已开始 内已开始 最里面 内已结束 内层 外已结束 外层 项目已完成",
        (do("最里面"),),
    ),
    Runs(
        "camunda/nested_subprocesses.bpmn",
        "项目已开始 外已开始 内已开始 外层期满 项目已超期",
        (fire("外层期满", due="2026-03-05T09:00"),),
    ),
    Runs(
        "camunda/transaction.bpmn",
        "采购已申请 采购已开始 比价 签合同 合同已签 采购 采购已完成",
        (do("比价"), do("签合同")),
    ),
    Runs(  # nothing of it goes on, the task beside the one that cancels and its reminder included
        "camunda/transaction_cancelled.bpmn",
        "采购已申请 采购已开始 比价 超出预算? 采购取消 采购已取消 退回经费 经费已退",
        (do("比价", over="yes"), silent("准备期满"), do("退回经费")),
    ),
    Runs(
        "camunda/transaction_cancelled.bpmn",
        "采购已申请 采购已开始 准备期满 比价 超出预算? 准备合同 合同已备 催办 已催办 采购 采购已完成",
        (fire("准备期满"), do("比价", over="no"), do("准备合同"), do("催办")),
    ),
    Runs(
        "camunda/subprocess_reminder.bpmn",
        "项目已批准 建设已开始 建设过半 报告进度 进度已报告 施工 验收 建设已完成 建设 项目已投用",
        (fire("建设过半", due="2026-04-01T09:00"), do("施工"), do("验收")),
    ),
    Runs(
        "camunda/call_mapping.bpmn",
        "任务已下达 办理已开始 办理 办理已结束 单位办理 办成了吗? 已办成",
        (do("办理", by="unit_handler:JT", conclusion="done"),),
        {"unit": "JT", "secret": "先看看"},
        also=("mapped_handling.bpmn",),
    ),
    Runs(  # without mappings a call is told nothing, and tells nothing
        "camunda/call_keeps_apart.bpmn",
        "事项已登记 核查已开始 核查 核查已结束 内部核查 阶段变了吗? 阶段未变",
        (do("核查", stage="inner"),),
        {"stage": "outer"},
        warned=("call-apart",),
    ),
    Runs(  # what is passed in is seen; what is not passed out stays there
        "camunda/call_one_way.bpmn",
        "事项已登记 核查已开始 看得到阶段吗? 核查 核查已结束 内部核查 阶段变了吗? 阶段未变",
        (do("核查", stage="inner"),),
        {"stage": "outer"},
    ),
    Runs(
        "camunda/call_everything.bpmn",
        "事项已登记 下派已接收 乡镇办理 乡镇已办 下派办理 回访 已回访",
        (do("乡镇办理", by="chengguan", result="好"), do("回访")),
        {"town": "chengguan"},
    ),
    Runs(
        "camunda/called_version.bpmn",
        "事项已登记 办理已开始 办理 办理已结束 固定版本办理 事项已办结",
        (do("办理"),),
        warned=("ignored",),
    ),
    Runs(
        "camunda/call_three_deep.bpmn",
        "一已开始 二已开始 三已开始 最里面的任务 三已结束 第三层 二已结束 第二层 一已结束",
        (do("最里面的任务"),),
    ),
    Runs(
        "camunda/call_three_deep.bpmn",
        "一已开始 二已开始 三已开始 二期满 二已逾期 第二层 一已结束",
        (fire("二期满"),),
    ),
    # multi-instance
    Runs(
        "camunda/countersign_majority.bpmn",
        "会签已发起 部门会签 部门会签 会签已完成",
        (do("部门会签", by="unit_head:WJ"), do("部门会签", by="unit_head:JT")),
        {"units": ["JT", "WJ", "SW"]},
    ),
    Runs(
        "camunda/countersign_one_vote.bpmn",
        "会签已发起 部门会签 部门会签 有人否决? 会签未通过",
        (do("部门会签", by="li", agree="yes"), do("部门会签", by="wang", agree="no")),
        {"units": ["wang", "li", "zhao"]},
    ),
    Runs(
        "camunda/countersign_one_vote.bpmn",
        "会签已发起 部门会签 部门会签 有人否决? 会签已通过",
        (do("部门会签", by="li", agree="yes"), do("部门会签", by="wang", agree="yes")),
        {"units": ["wang", "li"]},
    ),
    Runs(
        "camunda/sequential_sign.bpmn",
        "签批已发起 逐级签批 逐级签批 签批已完成",
        (do("逐级签批", by="kezhang"), do("逐级签批", by="juzhang")),
        {"leaders": ["kezhang", "juzhang"]},
    ),
    Runs("camunda/repeated_over_nobody.bpmn", "会签已发起 会签已完成", (), {"units": []}),
    Runs(
        "camunda/repeated_by_number.bpmn",
        "抽查已开始 抽查 抽查 抽查 抽查已完成",
        (do("抽查"), do("抽查"), do("抽查")),
    ),
    Runs(
        "camunda/repeated_by_variable.bpmn",
        "校对已安排 校对一份 校对一份 校对已完成",
        (do("校对一份"), do("校对一份")),
        {"copies": 2},
    ),
    Runs("camunda/repeated_by_variable.bpmn", "校对已安排 校对已完成", (), {"copies": 0}),
    Runs(
        "camunda/repeated_with_limit.bpmn",
        "会签已发起 部门会签 会签期满 汇总已有意见 意见已汇总",
        (do("部门会签", by="li"), fire("会签期满", due="2026-03-09T09:00"), do("汇总已有意见")),
        {"units": ["wang", "li"]},
    ),
    Runs(
        "camunda/repeated_shadowing.bpmn",
        "会签已发起 列出单位 部门会签 部门会签 还是牵头单位? 已转牵头单位",
        (do("部门会签", by="wang"), do("部门会签", by="li")),
        {"unit": "lead"},
    ),
    Runs(
        "camunda/repeated_subprocess.bpmn",
        "走访已安排 已到村 已到村 入户走访 入户走访 填写台账 走访已登记 走访一个村 "
        "填写台账 走访已登记 走访一个村 走访已完成",
        (
            *(do("入户走访", by="dongcun"), do("入户走访", by="xicun")),
            *(do("填写台账", by="xicun"), do("填写台账", by="dongcun")),
        ),
        {"villages": ["dongcun", "xicun"]},
    ),
    Runs(
        "camunda/repeated_subprocess_sequential.bpmn",
        "走访已安排 已到村 入户走访 已离村 走访一个村 已到村 入户走访 已离村 走访一个村 走访已完成",
        (do("入户走访", by="dongcun"), do("入户走访", by="xicun")),
        {"villages": ["dongcun", "xicun"]},
    ),
    Runs(
        "camunda/repeated_error.bpmn",
        "检查已安排 已到现场 已到现场 检查 危险吗? 发现险情 险情已报 全部撤离 已撤离",
        (do("检查", by="xicun", danger=True), do("全部撤离")),
        {"places": ["dongcun", "xicun"]},
    ),
    Runs(
        "camunda/repeated_terminate.bpmn",
        "检查已安排 已到现场 已到现场 查看 不让检查 检查一处 拍照 照片已存 查看 不让检查 检查一处 检查已结束",
        (do("查看", by="dongcun"), do("拍照", by="xicun"), do("查看", by="xicun")),
        {"places": ["dongcun", "xicun"]},
    ),
    Runs(
        "camunda/repeated_call.bpmn",
        "分办已开始 单位已接收 单位已接收 单位办理 单位已办结 单位分别办理 "
        "单位办理 单位已办结 单位分别办理 分办已完成",
        (do("单位办理", by="li", grade="good"), do("单位办理", by="wang", grade="fair")),
        {"units": ["wang", "li"]},
    ),
    Runs(
        "camunda/repeated_call_sequential.bpmn",
        "征求已开始 函已收到 出具意见 意见已出具 征求一家 函已收到 出具意见 意见已出具 征求一家 征求已结束",
        (do("出具意见", by="wang", opinion="for"), do("出具意见", by="li", opinion="against")),
        {"units": ["wang", "li", "zhao"]},
    ),
)

# --- timers, messages, signals -------------------------------------------------------------------

WAITING = (
    Runs(
        "camunda/timer_date.bpmn",
        "材料已备齐 公布日已到 已公布",
        (fire("公布日已到", due="2026-05-01T09:00"),),
    ),
    Runs(
        "camunda/timer_expression.bpmn",
        "会议已确定 会议开始 会后期满 会议已结束",
        (fire("会议开始", due="2026-04-01T09:00"), fire("会后期满", due="2026-04-03T09:00")),
        {"meeting_at": "2026-04-01T09:00:00+08:00", "notice": "P2D"},
    ),
    Runs(
        "camunda/timer_quoted.bpmn",
        "已发函 一小时已过 三天已过 已到期",
        (fire("一小时已过", due="2026-03-02T10:00"), fire("三天已过", due="2026-03-05T10:00")),
        {"days": 3},
    ),
    Runs(
        "camunda/timer_month_end.bpmn",
        "期限已起算 三个月已满 一年又一天已满 期限已届满",
        (
            fire("三个月已满", due="2026-06-02T09:00"),
            fire("一年又一天已满", due="2027-06-03T09:00"),
        ),
    ),
    Runs(  # Civil Code, article 202: a month without that day ends on its last
        "camunda/timer_end_of_month.bpmn",
        "诉讼时效已起算 三个月已满 时效已届满",
        (fire("三个月已满", due="2027-02-28T09:00"),),
        at=datetime(2026, 11, 30, 1, 0, tzinfo=UTC),
    ),
    Runs(  # at seven in the morning of 30 November in Shanghai it is still the 29th in Greenwich
        "camunda/timer_end_of_month.bpmn",
        "诉讼时效已起算 三个月已满 时效已届满",
        (fire("三个月已满", due="2027-02-28T07:00"),),
        at=datetime(2026, 11, 29, 23, 0, tzinfo=UTC),
    ),
    Runs(
        "camunda/timer_named_limit.bpmn",
        "交办已下达 签收期限届满 签收已逾期",
        (fire("签收期限届满"),),
    ),
    Runs(
        "camunda/boundary_timer_interrupting.bpmn",
        "交办已下达 签收期满 领导指派 已指派",
        (fire("签收期满", due="2026-03-02T13:00"), do("领导指派")),
    ),
    Runs(
        "camunda/boundary_timer_interrupting.bpmn",
        "交办已下达 签收 已签收",
        (do("签收"),),
    ),
    Runs(
        "camunda/reminder_outlives_task.bpmn",
        "任务已派 三天已过 办理 任务已完成 领导过问 已过问",
        (fire("三天已过", due="2026-03-05T09:00"), do("办理"), do("领导过问")),
    ),
    Runs(
        "camunda/boundary_cycle.bpmn",
        "办理已开始 每日催办 发催办通知 已催办 每日催办 发催办通知 已催办 办理 办理已完成",
        (
            fire("每日催办", due="2026-03-03T09:00"),
            fire("每日催办", due="2026-03-04T09:00"),
            do("办理"),
        ),
    ),
    Runs(  # after a week of downtime one reminder goes out, not three
        "camunda/boundary_cycle.bpmn",
        "办理已开始 每日催办 发催办通知 已催办 办理 办理已完成",
        (fire("每日催办", late=7), do("办理")),
    ),
    Runs(
        "camunda/boundary_cycle_endless.bpmn",
        "办理已开始 每周催办 发催办通知 已催办 每周催办 发催办通知 已催办 每周催办 发催办通知 已催办 "
        "办理 办理已完成",
        (
            fire("每周催办", due="2026-03-09T09:00"),
            fire("每周催办", due="2026-03-16T09:00", late=15),
            fire("每周催办", due="2026-04-06T09:00"),
            do("办理"),
        ),
    ),
    Runs(
        "camunda/boundary_cycle_from_date.bpmn",
        "筹备已开始 每日提醒 已提醒 每日提醒 已提醒 筹备会议 会议已备好",
        (
            fire("每日提醒", due="2026-04-01T09:00"),
            fire("每日提醒", due="2026-04-02T09:00"),
            do("筹备会议"),
        ),
    ),
    Runs(
        "camunda/boundary_cycle_from_date.bpmn",
        "筹备已开始 每日提醒 已提醒 筹备会议 会议已备好",
        (
            fire("每日提醒", due="2026-04-02T09:00"),
            silent("每日提醒"),
            do("筹备会议"),
        ),
        at=datetime(2026, 4, 1, 4, 0, tzinfo=UTC),
    ),
    Runs(
        "camunda/boundary_cycle_from_date.bpmn",
        "筹备已开始 筹备会议 会议已备好",
        (silent("每日提醒"), do("筹备会议")),
        at=datetime(2026, 4, 3, 4, 0, tzinfo=UTC),
    ),
    # messages
    Runs("camunda/receive_task.bpmn", "通知已发 等待确认 已确认", (send("确认"),)),
    Runs("camunda/receive_task_timeout.bpmn", "通知已发 等待回执 回执已到", (send("回执"),)),
    Runs(
        "camunda/receive_task_timeout.bpmn",
        "通知已发 回执期满 电话询问 已询问",
        (fire("回执期满", due="2026-03-05T09:00"), do("电话询问")),
    ),
    Runs("camunda/event_gateway_receive_task.bpmn", "函已发出 等复函 复函已到", (send("复函"),)),
    Runs(
        "camunda/event_gateway_receive_task.bpmn",
        "函已发出 三日已过 已逾期",
        (fire("三日已过", due="2026-03-05T09:00"),),
    ),
    Runs("camunda/boundary_message.bpmn", "申请已提交 申请被撤回 已撤回", (send("撤回"),)),
    Runs("camunda/boundary_message.bpmn", "申请已提交 审批 已审批", (do("审批"),)),
    Runs(
        "camunda/boundary_message_repeated.bpmn",
        "申请已提交 材料已补充 阅读补充材料 补充已阅 材料已补充 审批 已审批 阅读补充材料 补充已阅",
        (
            *(send("补充材料"), do("阅读补充材料"), send("补充材料")),
            *(do("审批"), do("阅读补充材料")),
        ),
    ),
    Runs(
        "camunda/event_gateway.bpmn",
        "函已发出 回函已到 阅处回函 回函已处理",
        (send("回函"), do("阅处回函")),
    ),
    Runs(  # the answer belongs to the other case, and this one goes on waiting
        "camunda/event_gateway.bpmn",
        "函已发出 回函期满 电话催办 已催办",
        (
            start("event_gateway", "case:2"),
            send("回函", key="case:2"),
            fire("回函期满", due="2026-03-17T09:00"),
            do("电话催办"),
        ),
    ),
    Runs(
        "camunda/event_gateway_timers_in_loop.bpmn",
        "督办已开始 一周已满 提醒一次 一周已满 提醒一次 最后日期已到 已移送",
        (
            fire("一周已满", due="2026-03-09T09:00"),
            fire("一周已满", due="2026-03-16T09:00"),
            fire("最后日期已到", due="2026-06-30T18:00"),
        ),
    ),
    Runs(
        "camunda/event_gateway_timers_in_loop.bpmn",
        "督办已开始 一周已满 提醒一次 整改已报告 督办已销号",
        (fire("一周已满"), send("整改报告")),
    ),
    Runs(
        "camunda/two_pools.bpmn",
        "待办已开启 建议已收到 起草答复 答复已送出",
        (
            start("pool_unit", "case:2"),
            start("pool_deputy", "case:1"),
            do("起草答复"),
            do("评价答复"),
        ),
        process="pool_unit",
    ),
    Runs("camunda/send_task.bpmn", "事项已办结 发送结果 已告知"),
    Runs(
        "camunda/send_task.bpmn",
        "等待已开始 结果已到 结果已收到",
        (start("send_task_tells", "case:1"),),
        process="send_task_hears",
    ),
    Runs("camunda/send_task_by_topic.bpmn", "结果已形成 告知来信人 来信人已知"),
    Runs(
        "camunda/message_with_values.bpmn",
        "等待已开始 结果已到 办成了吗? 得知办成",
        (start("message_with_values", "case:1", result="办成"),),
        process="message_with_values_heard",
    ),
    # signals
    Runs(
        "camunda/signal_inside.bpmn",
        "活动已开始 现场主持 宣布取消 活动已取消 主持已结束 处理善后 善后已完成",
        (do("现场主持"), do("处理善后")),
    ),
    Runs(
        "camunda/signal_out_of_subprocess.bpmn",
        "演练已开始 演练已展开 观察 发出停止信号 听到停止 演练已叫停",
        (do("观察"),),
    ),
    Runs(
        "camunda/signal_receiver.bpmn",
        "值守已开始 停水了 送水 水已送到",
        (start("signal_sender", "case:9"), do("核准停水"), do("送水")),
        also=("signal_sender.bpmn",),
    ),
    Runs(
        "camunda/signal_sender.bpmn",
        "停水已决定 核准停水 停水已公告 已公告",
        (do("核准停水"),),
    ),
    Runs(
        "camunda/boundary_signal_repeated.bpmn",
        "汛期值守已开始 雨情已更新 记录雨情 雨情已记录 雨情已更新 记录雨情 雨情已记录 值守 值守已结束",
        (signal("雨情"), signal("雨情"), do("值守")),
    ),
)

# --- errors, escalations, event subprocesses -----------------------------------------------------

GOING_WRONG = (
    Runs(
        "camunda/error_boundary.bpmn",
        "申请已提交 审核已开始 核对 材料齐全? 材料不齐 材料不全 补正材料 已补正",
        (do("核对", complete=False), do("补正材料")),
    ),
    Runs(
        "camunda/error_boundary.bpmn",
        "申请已提交 审核已开始 核对 材料齐全? 材料齐全 审核材料 已受理",
        (do("核对", complete=True),),
    ),
    Runs(
        "camunda/error_from_call.bpmn",
        "事项已开始 核查已开始 核查 核查不能进行 核查出错 人工复核 已复核",
        (do("核查"), do("人工复核")),
    ),
    Runs(
        "camunda/error_code_variable.bpmn",
        "申报已开始 填报已开始 填报 数据有误 任何错误 什么错误? 已退回改正",
        (do("填报"),),
    ),
    Runs(
        "camunda/error_message_variable.bpmn",
        "扣款已申请 扣款出错 说了什么? 已告知余额不足",
    ),
    Runs(  # an error that nobody catches ends its token and nothing else
        "camunda/error_end_alone.bpmn",
        "事项已开始 核查 查无此事 同时办理 已办",
        (do("核查"), do("同时办理")),
        warned=("error-uncaught",),
    ),
    Runs(
        "camunda/error_unfit.bpmn",
        "申报已开始 填报已开始 填报 数据有误 申报材料 申报已完成",
        (do("填报"),),
        warned=("error-uncaught",),
    ),
    Runs("camunda/error_on_task.bpmn", "已开始 通知 已结束"),
    Runs(
        "camunda/error_by_operation.bpmn",
        "扣款已申请 余额不足 通知补款 已通知补款",
        (do("通知补款"),),
    ),
    Runs(
        "camunda/error_by_operation_inside.bpmn",
        "扣款已申请 扣款已开始 任何错误 人工处理 已人工处理",
        (do("人工处理"),),
    ),
    Runs(
        "camunda/escalation_boundary.bpmn",
        "办理已开始 分步已开始 先期处置 情况已上报 收到上报 后续处置 处置已完成 分步办理 办理已完成 "
        "领导批示 已批示",
        (do("先期处置"), do("后续处置"), do("领导批示")),
    ),
    Runs(
        "camunda/escalation_interrupting.bpmn",
        "办理已开始 本级已开始 本级处置 本级办不了 已提级 上级处置 上级已办结",
        (do("本级处置"), do("上级处置")),
    ),
    Runs(
        "camunda/escalation_code_variable.bpmn",
        "办理已开始 本级已开始 处置 已提级 任何升级 什么升级? 已报上级",
        (do("处置"),),
    ),
    # event subprocesses: start event, what is inside, then their own name
    Runs(
        "camunda/event_subprocess_timer.bpmn",
        "办理已开始 十天已满 领导过问 已过问 提醒领导 办理 已办结",
        (fire("十天已满", due="2026-03-12T09:00"), do("领导过问"), do("办理")),
    ),
    Runs("camunda/event_subprocess_timer.bpmn", "办理已开始 办理 已办结", (do("办理"),)),
    Runs(
        "camunda/event_subprocess_deadline.bpmn",
        "清理已开始 最后一天已到 汇总剩余 剩余已汇总 收尾",
        (fire("最后一天已到", due="2026-03-31T18:00"), do("汇总剩余")),
    ),
    Runs(
        "camunda/event_subprocess_cycle.bpmn",
        "办理已开始 第一步 一天已过 发提醒 已提醒 每日提醒 一天已过 发提醒 已提醒 每日提醒 第二步 已办结",
        (
            do("第一步"),
            fire("一天已过", due="2026-03-03T09:00"),
            fire("一天已过", due="2026-03-04T09:00"),
            do("第二步"),
        ),
    ),
    Runs(
        "camunda/event_subprocess_message.bpmn",
        "申请已提交 收到撤回 登记撤回 撤回已登记 处理撤回",
        (send("撤回"), do("登记撤回")),
    ),
    Runs("camunda/event_subprocess_message.bpmn", "申请已提交 审批 已审批", (do("审批"),)),
    Runs(
        "camunda/event_subprocess_signal.bpmn",
        "巡查已开始 收到暂停令 撤回人员 人员已撤回 暂停巡查",
        (signal("暂停"), do("撤回人员")),
    ),
    Runs(
        "camunda/event_subprocess_inside.bpmn",
        "施工已批准 施工已开始 收到投诉 挖掘 收到投诉 答复投诉 投诉已答复 处理投诉 回填 施工已结束 "
        "答复投诉 投诉已答复 处理投诉 施工 工程已验收",
        (
            *(send("投诉"), do("挖掘"), send("投诉"), do("答复投诉")),
            *(do("回填"), do("答复投诉")),
        ),
    ),
    Runs(
        "camunda/event_subprocess_error.bpmn",
        "申报已开始 填报已开始 填报 数据有误? 数据有误 发现错误 改正 已改正 改正数据 申报材料 申报已完成",
        (do("填报", bad=True), do("改正")),
    ),
    Runs(
        "camunda/event_subprocess_error.bpmn",
        "申报已开始 填报已开始 填报 数据有误? 填报已完成 申报材料 申报已完成",
        (do("填报", bad=False),),
    ),
    Runs(  # what goes wrong while an error is handled is not handled there again
        "camunda/event_subprocess_error_again.bpmn",
        "申报已开始 填报已开始 填报 数据有误 发现错误 改正 改不了 仍然有误 申报已退回",
        (do("填报"), do("改正")),
    ),
    Runs(
        "camunda/event_subprocess_of_call.bpmn",
        "事项已登记 专班已成立 收到叫停 移交材料 材料已移交 提前收尾 专班办理 事项已办结",
        (send("叫停"), do("移交材料")),
    ),
    Runs(
        "camunda/event_subprocess_under_boundary.bpmn",
        "施工已批准 施工已开始 收到投诉 工期届满 工程已叫停",
        (send("投诉"), fire("工期届满", due="2026-05-01T09:00")),
    ),
    Runs(
        "camunda/event_subprocess_escalation.bpmn",
        "处置已开始 处置 已上报 收到上报 收尾 已处置 批示 已批示 领导过问",
        (do("处置"), do("收尾"), do("批示")),
    ),
)

# --- variables, forms, operations, scripts -------------------------------------------------------

KNOWING = (
    Runs("camunda/data_objects.bpmn", "材料已收 登记材料 材料已登记", (do("登记材料"),)),
    Runs(
        "camunda/data_object_lost.bpmn",
        "材料已收 登记已开始 登记材料 登记已完成 登记一批 材料已登记",
        (do("登记材料"),),
    ),
    Runs(
        "camunda/service_with_inputs.bpmn",
        "事项已提交 计数一次 够两次了吗? 再来一次 计数一次 够两次了吗? 已够",
        (do("再来一次"),),
        {"place": "城关"},
    ),
    Runs(
        "camunda/inputs_local.bpmn",
        "事项已提交 计数一次 地点变了吗? 地点未变",
        (),
        {"place": "城关"},
    ),
    Runs(
        "camunda/inputs_of_user_task.bpmn",
        "来信已登记 拟写回信 核对署名 回信已寄出",
        (do("拟写回信", by="wang"), do("核对署名", by="wang")),
        {"clerk": "wang"},
    ),
    Runs(
        "camunda/script_values.bpmn",
        "申请已提交 计算金额 判断大小 两个赋值 金额大吗? 领导批准 已批准",
        (do("领导批准"),),
        {"days": 3, "rate": 400},
    ),
    Runs(
        "camunda/script_values.bpmn",
        "申请已提交 计算金额 判断大小 两个赋值 金额大吗? 已自动核定",
        (),
        {"days": 3, "rate": 100},
    ),
    Runs(
        "camunda/form_kinds.bpmn",
        "填报已开始 填报 是否加急? 加急已办",
        (do("填报", title="路灯", amount=2, on="2026-03-05", urgent=True, level="city"),),
    ),
    Runs(
        "camunda/form_constraints.bpmn",
        "填报已开始 填报 哪一级? 市级已填",
        (
            wrong("填报", title="路灯", amount=2, on="2026-03-05", level="city"),
            wrong("填报", title="修复路灯", amount=501, on="2026-03-05", level="city"),
            wrong("填报", title="修复路灯", amount=2, level="city"),
            wrong("填报", title="修复路灯", amount=2, on="2026-03-05", level="county"),
            wrong("填报", title="修复路灯", amount="很多", on="2026-03-05", level="city"),
            do("填报", title="修复路灯", amount=2, on="2026-03-05", urgent=False, level="city"),
        ),
    ),
    Runs(
        "camunda/form_validator.bpmn",
        "填报已开始 填报 已填报",
        (wrong("填报"), do("填报", code="A-1")),
        warned=("ignored",),
        told=("validator",),
    ),
    Runs(
        "camunda/process_listener.bpmn",
        "事项已登记 办理 事项已办结",
        (do("办理"),),
        warned=("ignored",),
    ),
    Runs(
        "camunda/vendor_attributes.bpmn",
        "事项已登记 办理 事项已办结",
        (
            shows("办理", due_at="2026-03-20T18:00", follow_up_at="2026-04-01T09:00", priority=60),
            do("办理", by="chen"),
        ),
        warned=("ignored", "form-elsewhere"),
    ),
    Runs(
        "camunda/due_date.bpmn",
        "事项已登记 承办 复核 归档 事项已归档",
        (
            shows("承办", due_at="2026-03-05T09:00", follow_up_at="2026-03-03T09:00", priority=80),
            do("承办"),
            shows("复核", due_at="2026-03-20T18:00", follow_up_at=None, priority=50),
            shows("复核", form_key="embedded:app:forms/review.html"),
            do("复核"),
            shows("归档", due_at="2026-04-02T09:00", form_key=None),
            do("归档"),
        ),
        {"urgent": True},
        warned=("form-elsewhere",),
    ),
    Runs(  # the named limit, three working days, goes before the thirty days
        "camunda/due_twice.bpmn",
        "事项已登记 签收 事项已签收",
        (shows("签收", due_at="2026-03-05T18:00"), do("签收")),
        warned=("due-twice",),
    ),
    Runs(
        "camunda/lost.bpmn",
        "事项已登记 登记 办理已开始 办理 办理已结束 按标签办理 事项已办结",
        (do("办理"),),
        warned=("ignored",),
        told=(
            *("calledElementBinding", "calledElementVersionTag", "variableMappingClass"),
            *("connector", "errorEventDefinition"),
        ),
    ),
    Runs("camunda/harmless.bpmn", "事项已登记 办理 事项已办结", (do("办理"),)),
)

RUNS = (*ROUTING, *CONDITIONS, *CONTAINING, *WAITING, *GOING_WRONG, *KNOWING)

STOPS = (
    Stops(
        "camunda/optional_field_empty.bpmn",
        "金额多少?",
        "条件",
        (do("填金额"),),
        warned=("empty-not-drawn",),
    ),
    Stops(
        "camunda/gateway_without_match.bpmn",
        "同意吗?",
        "没有一个条件成立",
        (do("审批", answer="maybe"),),
    ),
    Stops(
        "camunda/inclusive_without_match.bpmn",
        "征求谁?",
        "没有一个条件成立",
        (do("审批", first=False, second=False),),
    ),
    Stops(
        "camunda/condition_on_missing_variable.bpmn",
        "金额大吗?",
        "请核对流程图中的变量名",
        (do("审批", amount=200),),
    ),
    Stops(
        "camunda/split_two_conditions.bpmn",
        "分流",
        "没有一个条件成立",
        (do("分流", money=False, people=False),),
    ),
    Stops(
        "camunda/repeated_not_a_list.bpmn",
        "部门会签",
        "集合不是列表",
        (do("选择单位", units="JT"),),
    ),
)
