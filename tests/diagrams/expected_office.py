"""What an office draws and how it runs: what is asked in forms decides, mapped, compared and counted as both vendors do."""

from tests.diagrams.corpus import (
    Runs,
    Stops,
    do,
    fire,
    send,
    shows,
    signal,
    silent,
    start,
    wrong,
)

# --- what forms ask decides ----------------------------------------------------------------------

COMPARED = (
    Runs(
        "flowable/leave_days_quoted.bpmn20.xml",
        "请假已申请 请几天？ 科长审批 假已批准",
        (do("科长审批"),),
        {"days": 3},
    ),
    Runs(
        "flowable/leave_days_quoted.bpmn20.xml",
        "请假已申请 请几天？ 局长审批 假已批准",
        (do("局长审批"),),
        {"days": 10},
    ),
    Runs(
        "activiti/leave_agreed_quoted.bpmn20.xml",
        "请假已申请 部门审批 同意吗？ 修改请假单 部门审批 同意吗？ 假已批准",
        (do("部门审批", agree=False), do("修改请假单"), do("部门审批", agree=True)),
    ),
    Runs(
        "camunda/purchase_amount_as_text.bpmn",
        "采购已申请 要招标吗? 组织招标 采购已完成",
        (do("组织招标"),),
        {"amount": "120000"},
    ),
    Runs(
        "camunda/purchase_amount_as_text.bpmn",
        "采购已申请 要招标吗? 直接采购 采购已完成",
        (do("直接采购"),),
        {"amount": "8000"},
    ),
    Runs(
        "camunda/purchase_budget_left_empty.bpmn",
        "采购已提出 填写预算 预算超过一万吗? 科室自行采购 采购已立项",
        (do("填写预算"), do("科室自行采购")),
    ),
    Runs(
        "camunda/purchase_budget_left_empty.bpmn",
        "采购已提出 填写预算 预算超过一万吗? 财务审核 采购已立项",
        (do("填写预算", budget=10001), do("财务审核")),
    ),
    Runs(
        "flowable/expense_sum_with_empty.bpmn20.xml",
        "报销已提交 填写金额 合计过千吗？ 分管领导审批 已报销",
        (do("填写金额", meals=1200), do("分管领导审批")),
    ),
    Runs(
        "flowable/expense_sum_with_empty.bpmn20.xml",
        "报销已提交 填写金额 合计过千吗？ 科长审批 已报销",
        (do("填写金额"), do("科长审批")),
    ),
    Runs(
        "camunda/expense_per_head.bpmn",
        "接待已结束 人均超标吗? 书面说明 报销 已报销",
        (do("书面说明"), do("报销")),
        {"total": 201, "people": 2},
    ),
    Runs(
        "camunda/expense_per_head.bpmn",
        "接待已结束 人均超标吗? 报销 已报销",
        (do("报销"),),
        {"total": "199", "people": "2"},
    ),
    Runs(
        "flowable/contract_odd_numbers.bpmn20.xml",
        "合同已备案 单号抽查吗？ 抽查合同 合同已归档",
        (do("抽查合同"),),
        {"number": "2027"},
    ),
    Runs(
        "flowable/contract_odd_numbers.bpmn20.xml",
        "合同已备案 单号抽查吗？ 合同已归档",
        (),
        {"number": -3},
    ),
    Runs(
        "activiti/contract_code_is_number.bpmn20.xml",
        "合同已送审 法制审查 通过吗？ 修改合同 法制审查 通过吗？ 合同已签订",
        (do("法制审查", **{"pass": "0"}), do("修改合同"), do("法制审查", **{"pass": "1"})),
    ),
    Runs(
        "camunda/petition_note_not_empty.bpmn",
        "来信已收到 登记来信 有特别说明吗? 来信已登记",
        (do("登记来信"),),
    ),
    Runs(
        "camunda/petition_note_not_empty.bpmn",
        "来信已收到 登记来信 有特别说明吗? 科长过目 来信已登记",
        (do("登记来信", note="信封上无署名"), do("科长过目")),
    ),
    Runs(
        "camunda/petition_without_phone.bpmn",
        "来访已登记 留了手机吗? 邮寄答复 已答复",
        (do("邮寄答复"),),
        {"visitor": {"name": "来访人"}},
    ),
    Runs(
        "camunda/petition_without_phone.bpmn",
        "来访已登记 留了手机吗? 短信答复 已答复",
        (do("短信答复"),),
        {"visitor": {"name": "来访人", "contact": {"mobile": "138"}}},
    ),
    Runs(
        "flowable/project_urgent_by_text.bpmn20.xml",
        "项目已申报 受理 走哪条路？ 应急评审 项目已立项",
        (do("受理", urgent="true"), do("应急评审")),
    ),
    Runs(
        "flowable/project_urgent_by_text.bpmn20.xml",
        "项目已申报 受理 走哪条路？ 集中评审 项目已立项",
        (do("受理", urgent="false"), do("集中评审")),
    ),
    Runs(
        "camunda/project_dates_in_order.bpmn",
        "工期已申报 填写工期 日期颠倒吗? 核对工期 工期已备案",
        (do("填写工期", startOn="2026-09-10", endOn="2026-09-09"), do("核对工期")),
    ),
    Runs(
        "camunda/project_dates_in_order.bpmn",
        "工期已申报 填写工期 日期颠倒吗? 工期已备案",
        (do("填写工期", startOn="2026-09-10", endOn="2026-10-01"),),
    ),
    Runs(
        "camunda/project_already_late.bpmn",
        "任务已交办 填写时限 已经过期吗? 说明原因 任务已办结",
        (do("填写时限", endOn="2026-03-02"), do("说明原因")),
    ),
    Runs(
        "camunda/project_already_late.bpmn",
        "任务已交办 填写时限 已经过期吗? 正常承办 任务已办结",
        (do("填写时限", endOn="2026-03-03"), do("正常承办")),
    ),
    Runs(
        "camunda/project_already_late.bpmn",
        "任务已交办 填写时限 已经过期吗? 正常承办 任务已办结",
        (do("填写时限"), do("正常承办")),
    ),
    Runs(
        "flowable/seal_and_or_not.bpmn20.xml",
        "用印已申请 填写用印单 要领导批吗？ 领导批准 盖章 印已用",
        (do("填写用印单", level="high"), do("领导批准"), do("盖章")),
    ),
    Runs(
        "flowable/seal_and_or_not.bpmn20.xml",
        "用印已申请 填写用印单 要领导批吗？ 盖章 印已用",
        (do("填写用印单", internal=True, level="high", copies=9), do("盖章")),
    ),
    Runs(
        "camunda/seal_in_words.bpmn",
        "用印单已到 一份正式件吗? 当场盖章 印已用",
        (do("当场盖章"),),
        {"copies": "1", "kind": "final", "pages": None},
    ),
    Runs(
        "camunda/seal_in_words.bpmn",
        "用印单已到 一份正式件吗? 预约盖章 印已用",
        (do("预约盖章"),),
        {"copies": 1, "kind": "final", "pages": "100"},
    ),
    Runs(
        "activiti/meeting_equals_method.bpmn20.xml",
        "会议室已申请 会务审批 同意吗？ 会议室已预订",
        (do("会务审批", result="yes"),),
        warned=("default-missing",),
    ),
    Runs(
        "activiti/meeting_equals_method.bpmn20.xml",
        "会议室已申请 会务审批 同意吗？ 会议室未预订",
        (do("会务审批", result="no"),),
    ),
    Runs(
        "camunda/form_choice_left_empty.bpmn",
        "用车已申请 填写用途 用途是什么? 排队派车 车已派出",
        (do("填写用途"), do("排队派车")),
    ),
    Runs(
        "camunda/form_choice_left_empty.bpmn",
        "用车已申请 填写用途 用途是什么? 立即派车 车已派出",
        (do("填写用途", kind="urgent"), do("立即派车")),
    ),
    Runs(
        "activiti/form_boolean_left_empty.bpmn20.xml",
        "领用已申请 库管核对 库存够吗？ 补充采购 物资已领用",
        (do("库管核对"), do("补充采购")),
    ),
    Runs(
        "activiti/form_boolean_left_empty.bpmn20.xml",
        "领用已申请 库管核对 库存够吗？ 物资已领用",
        (do("库管核对", enough=True),),
    ),
    Runs(
        "plain/chinese_variables.bpmn",
        "报修已登记 估价 要审批吗? 审批 已维修",
        (do("估价", 金额=1500), do("审批")),
    ),
    Runs(
        "plain/chinese_variables.bpmn",
        "报修已登记 估价 要审批吗? 已维修",
        (do("估价", 金额=1500, 紧急=True),),
    ),
    Runs(
        "flowable/inclusive_of_empty.bpmn20.xml",
        "会审已发起 选会审部门 谁来会审？ 法制会审 人社会审 会审已完成",
        (do("选会审部门", law=True, people=True), do("法制会审"), do("人社会审")),
    ),
    Runs(
        "flowable/inclusive_of_empty.bpmn20.xml",
        "会审已发起 选会审部门 谁来会审？ 办公室审核 会审已完成",
        (do("选会审部门"), do("办公室审核")),
    ),
)

# --- forms ---------------------------------------------------------------------------------------

FORMS = (
    Runs(
        "flowable/form_date_becomes_due.bpmn20.xml",
        "事项已受理 定办结日 限期承办 事项已办结",
        (
            do("定办结日", until="2026-03-20"),
            shows("限期承办", due_at="2026-03-20T18:00"),
            do("限期承办"),
        ),
    ),
    Runs(
        "camunda/form_limits_of_days.bpmn",
        "休假已申请 填写天数 休假已登记",
        (wrong("填写天数", days=0), wrong("填写天数", days="16"), do("填写天数", days="15")),
    ),
    Runs(
        "camunda/form_reason_for_no.bpmn",
        "材料已送审 审批 同意吗? 重新准备 材料已批准",
        (
            wrong("审批", agree="false"),
            do("审批", agree="false", reason="缺少附件"),
            do("重新准备"),
        ),
    ),
    Runs(
        "camunda/form_reason_for_no.bpmn",
        "材料已送审 审批 同意吗? 材料已批准",
        (do("审批", agree="true"),),
    ),
    Runs(
        "camunda/form_end_after_start.bpmn",
        "出差已申请 填写行程 出差已登记",
        (
            wrong("填写行程", leaveOn="2026-05-03", backOn="2026-05-02"),
            wrong("填写行程", backOn="2026-05-02"),
            do("填写行程", leaveOn="2026-05-03", backOn="2026-05-03"),
        ),
    ),
    Runs(
        "camunda/form_not_before_today.bpmn",
        "预约已开始 预约 场地已预约",
        (
            wrong("预约", day="2026-03-01"),
            do("预约", day="2026-03-02", why="临时接待"),
        ),
    ),
    Runs(
        "camunda/form_sum_within_budget.bpmn",
        "经费已下达 分配 经费已分配",
        (
            wrong("分配", budget=100, first=60, second=41),
            wrong("分配", budget=100, first=101),
            do("分配", budget=100, first="60", second=40),
        ),
    ),
    Runs(
        "camunda/form_sum_within_budget.bpmn",
        "经费已下达 分配 经费已分配",
        (wrong("分配", budget=100, first=60, second=41), do("分配", budget=100, second=101)),
    ),
    Runs(
        "camunda/form_last_round_kept.bpmn",
        "填报已开始 填报 要核减吗? 核减 户数已核定",
        (do("填报", count=12), wrong("核减", after=13), do("核减", after="12")),
    ),
    Runs(
        "activiti/reviewers_named_in_text.bpmn20.xml",
        "文件已到 审阅 文件已审阅",
        (do("审阅", by="user:li"),),
        {"reviewers": "wang, li"},
    ),
    Runs(
        "flowable/assignee_by_ternary.bpmn20.xml",
        "来件已收 分派 办理 来件已办结",
        (do("分派", hard="false"), do("办理", by="xiaoli")),
    ),
    Runs(
        "flowable/assignee_by_ternary.bpmn20.xml",
        "来件已收 分派 办理 来件已办结",
        (do("分派", hard="true"), do("办理", by="laozhang")),
    ),
)

# --- several instances and loops -----------------------------------------------------------------

SEVERAL = (
    Runs(
        "camunda/document_half_signed.bpmn",
        "公文已送签 部门会签 部门会签 印发 公文已印发",
        (do("部门会签", by="wang"), do("部门会签", by="zhao"), do("印发")),
        {"people": ["wang", "li", "zhao", "qian"]},
    ),
    Runs(
        "flowable/document_any_reject.bpmn20.xml",
        "公文已送签 会签 会签 有人退回吗？ 修改公文 公文已会签",
        (
            do("会签", by="wang", result="agree"),
            do("会签", by="li", result="reject"),
            do("修改公文"),
        ),
        {"people": ["wang", "li", "zhao"]},
    ),
    Runs(
        "flowable/document_any_reject.bpmn20.xml",
        "公文已送签 会签 会签 有人退回吗？ 公文已会签",
        (do("会签", by="li", result="agree"), do("会签", by="wang", result="agree")),
        {"people": ["wang", "li"]},
    ),
    Runs(
        "flowable/document_in_turn_until_no.bpmn20.xml",
        "公文已送审 审签 审签 审签已结束",
        (do("审签", by="wang", **{"pass": "true"}), do("审签", by="li", **{"pass": "false"})),
        {"people": ["wang", "li", "zhao"]},
    ),
    Runs(
        "camunda/document_signers_counted.bpmn",
        "会签已发起 确定人数 会签 会签 会签已完成",
        (do("确定人数", count="2"), do("会签"), do("会签")),
    ),
    Runs(
        "camunda/bid_each_unit.bpmn",
        "征求已发起 意见已征求 意见已征求 研究意见 有异议吗? 研究意见 有异议吗? 意见已反馈 "
        "单位研究 书面说明 意见已反馈 单位研究 征求已结束",
        (
            do("研究意见", by="SL", object="true"),
            do("研究意见", by="JT", object="false"),
            do("书面说明", by="SL"),
        ),
        {"units": ["SL", "JT"]},
    ),
    Runs(
        "camunda/bid_calls_each.bpmn",
        "询价已发起 询价单已发出 报价 超过限价吗? 压价 报价已收到 供应商询价 "
        "询价单已发出 报价 超过限价吗? 报价已收到 供应商询价 定标 采购已定标",
        (
            do("报价", by="jia", price=106),
            do("压价", by="jia"),
            do("报价", by="yi", price=105),
            do("定标"),
        ),
        {"suppliers": ["jia", "yi"], "limit": 100},
        also=("bid_one_supplier.bpmn",),
    ),
    Runs(
        "camunda/review_again_by_text.bpmn",
        "初稿已完成 修改文稿 修改文稿 文稿已定稿",
        (do("修改文稿", again="true"), do("修改文稿", again="false")),
    ),
    Runs(
        "plain/countersign_over_records.bpmn",
        "会签已发起 会签 会签 会签已完成",
        (
            shows("会签", priority=20, assignee="wang"),
            do("会签", by="wang"),
            shows("会签", priority=30, assignee="li"),
            do("会签", by="li"),
        ),
        {"units": [{"handler": "wang", "weight": 2}, {"handler": "li", "weight": "3"}]},
    ),
    Runs(
        "flowable/countersign_three_of_five.bpmn20.xml",
        "议题已提出 表决 表决 表决 公布结果 议题已表决",
        (*(do("表决", by=who) for who in ("e", "a", "c")), do("公布结果")),
        {"members": ["a", "b", "c", "d", "e"]},
    ),
    Runs(
        "camunda/visits_until_error.bpmn",
        "走访已布置 已到户 已到户 已到户 入户走访 有险情吗? 走访已记录 走访一户 "
        "入户走访 有险情吗? 发现险情 险情上报 组织转移 群众已转移",
        (
            do("入户走访", by="zhou"),
            do("入户走访", by="wu", danger=True),
            do("组织转移"),
        ),
        {"families": ["zhou", "wu", "zheng"]},
    ),
    Runs(
        "bpmnio/bid_unequal_branches.bpmn",
        "招标已批准 编制文件 发布公告 公告已发布 踏勘现场 测算造价 发布公告 公告已发布",
        (do("编制文件"), do("发布公告"), do("踏勘现场"), do("测算造价"), do("发布公告")),
        warned=("twice",),
    ),
)

# --- calls ---------------------------------------------------------------------------------------

CALLS = (
    Runs(
        "camunda/purchase_calls_payment.bpmn",
        "采购已验收 付款已申请 大额吗? 局长签字 会计付款 付款已办理 办理付款 付清了吗? 采购已结清",
        (do("局长签字"), do("会计付款", paid=True)),
        {"price": "300", "count": 4},
        also=("purchase_payment.bpmn",),
        warned=("in-unused",),
    ),
    Runs(
        "camunda/purchase_calls_payment.bpmn",
        "采购已验收 付款已申请 大额吗? 会计付款 付款已办理 办理付款 付清了吗? 催款 采购已结清",
        (do("会计付款"), do("催款", by="chen")),
        {"price": "30", "count": None},
        also=("purchase_payment.bpmn",),
    ),
    Runs(
        "camunda/purchase_payment.bpmn",
        "付款已申请 大额吗? 会计付款 付款已办理",
        (do("会计付款", paid=False),),
        {"amount": "1000"},
    ),
    Runs(
        "flowable/contract_calls_review.bpmn20.xml",
        "合同已起草 审查已开始 审查条款 通过吗？ 审查被否决 审查未通过 重新谈判 合同已搁置",
        (do("审查条款"), do("重新谈判")),
        also=("contract_review.bpmn20.xml",),
        warned=("call-apart",),
    ),
    Runs(
        "flowable/contract_calls_review.bpmn20.xml",
        "合同已起草 审查已开始 审查条款 通过吗？ 审查已通过 合同审查 合同已签订",
        (do("审查条款", **{"pass": True}),),
        also=("contract_review.bpmn20.xml",),
    ),
    Runs(
        "camunda/meeting_calls_reminder.bpmn",
        "会议已确定 定会期 提醒已设定 会期已到 布置会场 会场已布置 会前提醒 会议已召开",
        (
            do("定会期", meetingOn="2026-12-12"),
            fire("会期已到", due="2026-12-12T00:00"),
            do("布置会场"),
        ),
        also=("meeting_reminder.bpmn",),
    ),
    Runs(
        "camunda/meeting_reminder.bpmn",
        "提醒已设定 会期已到 布置会场 会场已布置",
        (fire("会期已到", due="2026-03-06T14:30"), do("布置会场")),
        {"day": "2026-03-06T14:30"},
    ),
)

# --- messages, signals, errors -------------------------------------------------------------------

EVENTS = (
    Runs(
        "camunda/letter_receiver.bpmn",
        "已约定来函 准备收文 等来函 办理来函 再等来函 来函已办结",
        (
            start("letter_sender", "case:1"),
            start("letter_sender", "case:1"),
            do("发函"),
            do("发函"),
            do("准备收文"),
            do("办理来函"),
        ),
        also=("letter_sender.bpmn",),
    ),
    Runs(
        "camunda/letter_receiver.bpmn",
        "已约定来函 准备收文 等来函 办理来函 再等来函 来函已办结",
        (
            start("letter_sender", "case:2"),
            do("发函"),
            do("准备收文"),
            send("来函"),
            do("办理来函"),
            send("来函"),
        ),
        also=("letter_sender.bpmn",),
    ),
    Runs("camunda/letter_sender.bpmn", "函已拟好 发函 函已寄出 发函已完成", (do("发函"),)),
    Runs(
        "camunda/petition_withdrawn.bpmn",
        "信访已登记 撤回已收到 核对撤回 信访已撤回 信访人撤回",
        (send("撤回信访"), do("核对撤回")),
    ),
    Runs(
        "camunda/petition_withdrawn.bpmn",
        "信访已登记 调查核实 信访已办结",
        (do("调查核实"),),
    ),
    Runs(
        "flowable/petition_supplement.bpmn20.xml",
        "信访已登记 材料已补来 材料已补来 归入案卷 材料已入卷 材料补充 调查核实 信访已办结 "
        "归入案卷 材料已入卷 材料补充",
        (
            send("补充材料"),
            send("补充材料"),
            do("归入案卷"),
            do("调查核实"),
            do("归入案卷"),
        ),
    ),
    Runs(
        "camunda/flood_wakes_all.bpmn",
        "汛期已到 发布命令 响应已启动 水务待命 交通待命 响应已结束",
        (do("发布命令"),),
    ),
    Runs(
        "camunda/payment_error_by_code.bpmn",
        "名单已审定 发放已开始 银行打卡 结果如何? 卡号有误 卡号错误 核对卡号 补贴已发放",
        (do("银行打卡", result="card"), do("核对卡号")),
    ),
    Runs(
        "camunda/payment_error_by_code.bpmn",
        "名单已审定 发放已开始 银行打卡 结果如何? 发放失败 其他错误 上报财政 补贴已发放",
        (do("银行打卡", result="other"), do("上报财政")),
    ),
    Runs(
        "camunda/payment_error_by_code.bpmn",
        "名单已审定 发放已开始 银行打卡 结果如何? 发放已成功 打卡发放 补贴已发放",
        (do("银行打卡", result="ok"),),
    ),
    Runs(
        "camunda/contract_raised.bpmn",
        "谈判已开始 谈判已开场 商谈条款 金额超权限 请示领导 领导批示 批示已下达 继续商谈 条款已谈妥 "
        "谈判 谈判已结束",
        (do("商谈条款"), do("领导批示"), do("继续商谈")),
    ),
    Runs(
        "flowable/supply_race.bpmn20.xml",
        "订单已下达 货已送到 验收货物 供货已了结",
        (send("到货"), silent("十日未到"), do("验收货物")),
    ),
    Runs(
        "flowable/supply_race.bpmn20.xml",
        "订单已下达 十日未到 催促供货 供货已了结",
        (fire("十日未到", due="2026-03-12T09:00"), do("催促供货")),
    ),
    Runs(
        "camunda/request_begins_by_letter.bpmn",
        "来函已收到 要回函吗? 起草回函 来函已办理",
        (do("起草回函"),),
        begins=send("外单位来函", needsReply=True),
    ),
    Runs(
        "camunda/inspection_by_signal.bpmn",
        "检查令已下 自查 自查已完成",
        (do("自查"),),
        begins=signal("下达检查令"),
    ),
    Runs(
        "camunda/error_to_event_subprocess.bpmn",
        "数据已上报 录入已开始 录入数据 有差错吗? 发现差错 差错已发现 订正数据 数据已订正 差错处理",
        (do("录入数据", wrong=True), do("订正数据")),
    ),
    Runs(
        "camunda/error_to_event_subprocess.bpmn",
        "数据已上报 录入已开始 录入数据 有差错吗? 录入已完成 录入 数据已入库",
        (do("录入数据"),),
    ),
    Runs(
        "activiti/meeting_called_off.bpmn20.xml",
        "会议已通知 准备材料 材料已备 等领导确认 取消吗？ 会议已取消",
        (do("准备材料"), do("等领导确认", cancelled=True)),
    ),
    Runs(
        "activiti/meeting_called_off.bpmn20.xml",
        "会议已通知 等领导确认 取消吗？ 会议已确认 布置会场 会场已备 准备材料 材料已备",
        (do("等领导确认", cancelled=False), do("布置会场"), do("准备材料")),
    ),
)

# --- time ----------------------------------------------------------------------------------------

TIME = (
    Runs(
        "camunda/timer_days_inside_text.bpmn",
        "方案已拟定 定公示天数 公示期满 公示已结束",
        (do("定公示天数", days=7), fire("公示期满", due="2026-03-09T09:00")),
    ),
    Runs(
        "flowable/timer_date_of_form.bpmn20.xml",
        "稿件已审定 定发布日 发布日已到 发布 稿件已发布",
        (
            do("定发布日", day="2026-05-04"),
            fire("发布日已到", due="2026-05-04T00:00"),
            do("发布"),
        ),
    ),
    Runs(
        "camunda/timer_reminds_then_takes.bpmn",
        "任务已派 该催办了 逾期 电话催办 已催办 科长接办 任务已办结",
        (
            fire("该催办了", due="2026-03-05T09:00"),
            fire("逾期", due="2026-03-09T09:00"),
            do("电话催办"),
            do("科长接办"),
        ),
    ),
    Runs(
        "camunda/timer_reminds_then_takes.bpmn",
        "任务已派 承办 任务已办结",
        (do("承办"), silent("该催办了"), silent("逾期")),
    ),
    Runs(
        "camunda/timer_in_inner_event.bpmn",
        "项目已启动 前期已开始 一个月已过 督促前期 前期已了结 前期超时 前期工作 组织施工 项目已完工",
        (fire("一个月已过", due="2026-04-02T09:00"), do("督促前期"), do("组织施工")),
    ),
    Runs(
        "camunda/timer_in_inner_event.bpmn",
        "项目已启动 前期已开始 编制方案 方案已编成 前期工作 组织施工 项目已完工",
        (do("编制方案"), silent("一个月已过"), do("组织施工")),
    ),
    Runs(
        "activiti/timer_ninety_minutes.bpmn20.xml",
        "来访已登记 等得太久 领导接访 来访已接待",
        (fire("等得太久", due="2026-03-02T10:30"), do("领导接访")),
    ),
    Runs(
        "camunda/timer_days_from_text.bpmn",
        "试用已开始 试用期满 转正考核 试用已结束",
        (fire("试用期满", due="2026-06-10T09:00"), do("转正考核")),
        {"days": "100"},
    ),
)

# --- scripts -------------------------------------------------------------------------------------

SCRIPTS = (
    Runs(
        "activiti/script_fee_of_texts.bpmn20.xml",
        "印刷已申请 算费用 费用高吗？ 领导审批 印刷已安排",
        (do("领导审批"),),
        {"price": 3, "count": 200},
    ),
    Runs(
        "flowable/script_sets_variable.bpmn20.xml",
        "账目已报 算合计 超支吗？ 说明超支 账目已结",
        (do("说明超支"),),
        {"rice": 600, "dishes": 900, "budget": "1000"},
    ),
    Runs(
        "flowable/script_sets_variable.bpmn20.xml",
        "账目已报 算合计 超支吗？ 账目已结",
        (),
        {"rice": 400, "dishes": 500, "budget": "1000"},
    ),
    Runs(
        "camunda/script_beside_nothing.bpmn",
        "补助已申请 填写基数 算补助 超过限额吗? 复核补助 补助已核定",
        (do("填写基数", base=300, extra=1), do("复核补助")),
    ),
    Runs(
        "camunda/script_beside_nothing.bpmn",
        "补助已申请 填写基数 算补助 超过限额吗? 补助已核定",
        (do("填写基数", base=300),),
    ),
    Runs(
        "flowable/service_doubles_text.bpmn20.xml",
        "租用已申请 算押金 押金高吗？ 押金审批 押金已收",
        (do("押金审批"),),
        {"rent": "1000"},
    ),
    Runs(
        "flowable/service_doubles_text.bpmn20.xml",
        "租用已申请 算押金 押金高吗？ 押金已收",
        (),
        {"rent": 999.5},
    ),
)

RUNS = (*COMPARED, *FORMS, *SEVERAL, *CALLS, *EVENTS, *TIME, *SCRIPTS)

STOPS = (
    Stops(
        "camunda/petition_text_decides.bpmn",
        "要转办吗?",
        "情况属实",
        (do("拟办", note="情况属实"),),
        warned=("condition-undecided",),
    ),
    Stops(
        "flowable/expense_amount_in_words.bpmn20.xml",
        "要审批吗？",
        "一百元",
        (do("填写金额", amount="一百元"),),
    ),
    Stops(
        "camunda/expense_divided_by_nobody.bpmn",
        "分摊多吗?",
        "0",
        (do("填写人数", total=500, people=0),),
    ),
    Stops(
        "camunda/nothing_holds_here.bpmn",
        "哪一级?",
        "没有",
        (do("填写等级", grade=3),),
        warned=("default-missing",),
    ),
)
