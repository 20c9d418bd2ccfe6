"""Every rule of the check: its number, how grave it is, and what it says in Chinese and English, with the way to mend.

1xx file and XML · 2xx names and references · 3xx the flow · 4xx gateways · 5xx events · 6xx activities · 7xx data ·
8xx expressions · 9xx what Guicheng asks of an office's process. {facts} are filled in where the rule is broken.
"""

# ruff: noqa: E501 - one rule a line, English beside Chinese

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    ERROR = "error"  # will not run, or not as drawn: refused
    WARNING = "warning"  # runs; somebody should look


@dataclass(frozen=True, slots=True)
class Rule:
    severity: Severity
    zh: str
    en: str
    fix_zh: str
    fix_en: str


def _error(zh: str, en: str, fix_zh: str, fix_en: str) -> Rule:
    return Rule(Severity.ERROR, zh, en, fix_zh, fix_en)


def _warning(zh: str, en: str, fix_zh: str, fix_en: str) -> Rule:
    return Rule(Severity.WARNING, zh, en, fix_zh, fix_en)


RULES: dict[str, Rule] = {
    # -- 1xx file and XML ----------------------------------------------------------------------------------
    "101": _error("没有 process.bpmn 文件。", "There is no process.bpmn.", "请上传 .bpmn 文件，或包含 process.bpmn 的 zip。", "Upload a .bpmn file, or a zip that holds process.bpmn."),
    "102": _error("文件过大（{found} 字节，最多 {max}）。", "The file is too big ({found} bytes, at most {max}).", "拆分流程，或去掉嵌入的图片。", "Split the process or take embedded pictures out."),
    "103": _error("文件不是正确的 XML：{message}", "The file is not well-formed XML: {message}", "用 BPMN 编辑器重新保存。", "Save it again with a BPMN editor."),
    "104": _error("文件含有文档类型声明（DOCTYPE）。出于安全不予读取。", "The file has a document type declaration (DOCTYPE); it is not read for safety.", "删除 DOCTYPE 行。", "Delete the DOCTYPE line."),
    "105": _error("文件含有处理指令或实体。", "The file has processing instructions or entities.", "删除 <?...?> 行（首行 XML 声明除外）。", "Delete the <?...?> lines other than the first."),
    "106": _error("不符合 BPMN 2.0 格式：{message}", "Not valid by the BPMN 2.0 schema: {message}", "用 BPMN 编辑器打开并更正该元素。", "Open it in a BPMN editor and mend the element."),
    "107": _error("zip 不能读取：{message}", "The zip can't be read: {message}", "重新打包流程文件夹，不加密、不嵌套。", "Pack the process folder again, without encryption."),
    "108": _warning("包内文件 {path} 不属于流程包，已忽略。", "{path} is no part of a process and is left out.", "如需使用，放入 decisions、forms 或 scenarios 文件夹。", "If it is needed, put it into decisions, forms or scenarios."),
    "109": _error("检查未能在限定的时间和内存内完成，文件被拒绝：{message}", "The check did not end within its time and memory, so the file is refused: {message}", "缩小或简化文件后重试。", "Make the file smaller or simpler and try again."),
    "110": _error("节点数 {found} 超过上限 {max}。", "{found} nodes are more than the {max} allowed.", "拆分为多个流程，用调用活动连接。", "Split it into several processes joined by call activities."),
    "111": _error("子流程嵌套 {found} 层，超过上限 {max}。", "Sub-processes are nested {found} deep, more than {max}.", "减少嵌套层数。", "Nest fewer sub-processes."),
    # -- 2xx names and references --------------------------------------------------------------------------
    "201": _error("没有可执行的流程。", "There is no process that can be run.", "画一个流程，并勾选“可执行”。", "Draw a process and mark it executable."),
    "202": _error("编号 {id} 重复使用。", "The id {id} is used twice.", "给其中一个换一个编号。", "Give one of them another id."),
    "203": _error("元素缺少编号（id）。", "The element has no id.", "在编辑器中填写编号。", "Give it an id in the editor."),
    "204": _error("{attribute} 指向不存在的 {ref}。", "{attribute} names {ref}, which does not exist.", "改为图中已有的元素，或补画该元素。", "Name an element of the diagram, or draw it."),
    "205": _error("{attribute} 指向 {ref}，但它是 {kind}，不能用在这里。", "{attribute} names {ref}, but that is a {kind} and can't stand here.", "改为正确类型的元素。", "Name an element of the right kind."),
    "206": _error("元素列出的进出连线与实际连线不一致（{ref}）。", "The listed incoming or outgoing flow {ref} does not belong to this element.", "用编辑器重新连接。", "Connect it again in the editor."),
    "207": _error("{kind} 不在支持的范围内。", "{kind} is not supported.", "改用流程、子流程、任务、网关或事件来表示。", "Draw it with processes, tasks, gateways or events."),
    "208": _warning("文件含有多个可执行流程，运行的是 {key}。", "The file holds several executable processes; {key} is run.", "每个流程单独一个文件。", "Keep one process a file."),
    "209": _error("{kind} 缺少名称或编码（{ref}）。", "The {kind} {ref} has no name or code.", "填写名称或编码。", "Give it a name or code."),
    # -- 3xx the flow --------------------------------------------------------------------------------------
    "301": _error("没有开始事件。", "There is no start event.", "添加一个开始事件。", "Add a start event."),
    "302": _error("有开始事件而没有结束事件。", "There is a start event but no end event.", "为每种结果添加结束事件。", "Add an end event for each outcome."),
    "303": _error("没有任何路径通向这里，永远不会执行。", "No path leads here: it would never be done.", "从前面的步骤连线到这里，或删除它。", "Draw a flow to it, or delete it."),
    "304": _warning("办到这里就没有下文了。", "The path stops here without an end event.", "连到下一步或结束事件。", "Draw a flow to the next step or an end event."),
    "305": _error("开始事件不能有进入的连线。", "A start event can't have an incoming flow.", "把连线改到开始之后的步骤。", "Lead the flow to the step after the start."),
    "306": _error("结束事件不能有离开的连线。", "An end event can't have an outgoing flow.", "把后续步骤接在结束事件之前。", "Put the following steps before the end event."),
    "307": _error("连线跨越了子流程或泳池边界。", "The flow crosses the border of a sub-process or pool.", "改连到子流程本身，或使用消息。", "Connect the sub-process itself, or use a message."),
    "308": _error("这些步骤自动循环而没有等待（{nodes}），会无休止运行。", "These steps go round by themselves without waiting ({nodes}): it would never stop.", "在循环中加入人工步骤、定时或消息等待。", "Put a person's step, a timer or a message into the loop."),
    "309": _error("连线的起点和终点必须是步骤、网关或事件，{ref} 是 {kind}。", "A flow joins steps, gateways and events; {ref} is a {kind}.", "用关联线连接注释。", "Use an association for notes."),
    "310": _error("{kind} 不能有进入或离开的连线。", "A {kind} can't have incoming or outgoing flows.", "删除该连线。", "Delete the flow."),
    "311": _error("子流程有开始事件时，{where}也必须由开始事件到达。", "When a container has a start event, {where} must be reached from it.", "从开始事件或前面的步骤连线到这里。", "Connect it from the start or an earlier step."),
    "312": _error("流程有结束事件时，每条路径都应到达结束事件；此处没有离开的连线。", "When there are end events, every path ends in one; nothing leads on from here.", "连到结束事件。", "Connect it to an end event."),
    "313": _error("可执行流程的连线不能带 isImmediate。", "Flows of an executable process can't carry isImmediate.", "删除该属性。", "Delete the attribute."),
    # -- 4xx gateways --------------------------------------------------------------------------------------
    "401": _error("从网关离开的连线“{flow}”没有条件，也不是默认路径。", "The flow “{flow}” out of the gateway has no condition and is not the default.", "写上 FEEL 条件，或设为默认路径。", "Write a FEEL condition, or make it the default."),
    "402": _warning("网关没有默认路径：各条件都不成立时办件会停在这里。", "The gateway has no default: when no condition holds the case stops here.", "把其中一条设为默认路径。", "Make one of its flows the default."),
    "403": _error("{kind}离开的连线不能带条件。", "Flows out of a {kind} can't have conditions.", "删除条件，或改用排他网关。", "Take the condition away, or use an exclusive gateway."),
    "404": _error("默认路径不能带条件。", "A default flow can't have a condition.", "删除条件，或取消默认。", "Take the condition or the default away."),
    "405": _error("默认路径不是从这里离开的连线。", "The default flow does not leave from here.", "改选从此处离开的连线。", "Choose a flow that leaves from here."),
    "406": _error("事件网关之后只能是消息、定时、信号、条件事件或接收任务。", "After an event gateway only message, timer, signal or conditional events and receive tasks can stand.", "改为捕获事件或接收任务。", "Use a catching event or a receive task."),
    "407": _error("事件网关至少要有两条离开的连线。", "An event gateway needs at least two outgoing flows.", "补充另一种等待的事件。", "Add the other event it waits for."),
    "408": _error("事件网关不能同时连接消息事件和接收任务。", "An event gateway can't mix message events and receive tasks.", "统一使用其中一种。", "Use one of the two."),
    "409": _error("接在事件网关之后的步骤不能再有其他进入的连线。", "A step after an event gateway can't have other incoming flows.", "另加一个步骤。", "Add a step of its own."),
    "410": _error("网关没有进入或离开的连线。", "The gateway has no incoming or no outgoing flow.", "补上连线，或删除网关。", "Connect it, or delete it."),
    "411": _error("网关方向标为 {direction}，与实际连线不符。", "The gateway is marked {direction}, which its flows are not.", "改正方向或连线。", "Correct the mark or the flows."),
    "412": _error("条件只能写在网关或步骤之后，且步骤至少有另一条离开的连线。", "A condition can only stand after a gateway, or after a step that has another way out.", "改用排他网关。", "Use an exclusive gateway."),
    "413": _error("事件网关后的接收任务不能带边界事件。", "A receive task after an event gateway can't have boundary events.", "删除边界事件。", "Delete the boundary event."),
    "414": _error("启动流程的事件网关设置有误：{detail}", "The event gateway that starts the process is set up wrongly: {detail}", "改用消息开始事件。", "Use message start events."),
    # -- 5xx events ----------------------------------------------------------------------------------------
    "501": _error("{kind}没有说明是什么事件。", "The {kind} does not say what event it is.", "选择消息、定时等事件类型。", "Choose a type: message, timer, ..."),
    "502": _error("{kind}不能是“{event}”事件。", "A {kind} can't be a {event} event.", "换一种事件类型。", "Choose another type of event."),
    "503": _error("边界事件没有附着在任何步骤上。", "The boundary event is attached to nothing.", "拖到某个步骤的边上。", "Drag it onto the border of a step."),
    "504": _error("边界事件不能有进入的连线。", "A boundary event can't have incoming flows.", "删除该连线。", "Delete the flow."),
    "505": _error("边界事件没有离开的连线。", "The boundary event has no outgoing flow.", "连到发生该事件后要做的步骤。", "Connect it to what is done then."),
    "506": _error("取消事件只能附着在事务子流程上或在其中。", "A cancel event can only be on, or end, a transaction.", "改用错误事件，或把子流程设为事务。", "Use an error event, or make it a transaction."),
    "507": _error("补偿边界事件用关联线连接补偿步骤，不能有连线。", "A compensation boundary event is joined to its handler by an association, not a flow.", "改用关联线。", "Use an association."),
    "508": _error("补偿事件没有连接补偿步骤。", "The compensation event has no handler.", "用关联线连接一个标为补偿的步骤。", "Join it by an association to a step marked for compensation."),
    "509": _error("事件子流程只能有一个开始事件，且必须有事件类型。", "An event sub-process has exactly one start event, with an event type.", "改正开始事件。", "Mend its start event."),
    "510": _error("嵌入的子流程只能从普通开始事件开始。", "An embedded sub-process begins with a plain start event.", "去掉开始事件的类型，或改为事件子流程。", "Make the start plain, or make it an event sub-process."),
    "511": _error("定时没有写时间。", "The timer does not say when.", "填写 FEEL，如 duration(\"P10D\")。", "Write FEEL, e.g. duration(\"P10D\")."),
    "512": _error("定时应只写日期、时长、周期之一。", "A timer gives a date, a duration or a cycle: one of them.", "只保留一种。", "Keep one."),
    "513": _error("定时超出范围：{detail}", "The timer is out of range: {detail}", "周期不少于 60 秒、不超过 100 年、重复不超过 1000 次。", "At least 60 seconds, at most 100 years, at most 1,000 repeats."),
    "514": _error("事件没有选择消息。", "The event names no message.", "选择或新建一个消息。", "Choose or make a message."),
    "515": _error("{what}没有{part}。", "The {what} has no {part}.", "补充该项。", "Add it."),
    "516": _error("连接事件“{name}”没有对应的{other}。", "The link event “{name}” has no {other}.", "成对绘制同名的抛出和捕获连接事件。", "Draw throwing and catching link events of the same name."),
    "517": _error("{kind}连接事件不能有{direction}的连线。", "A {kind} link event can't have {direction} flows.", "删除该连线。", "Delete the flow."),
    "518": _error("中间事件缺少{direction}的连线。", "The intermediate event has no {direction} flow.", "补上连线。", "Connect it."),
    "520": _error("不同错误或升级使用了相同的编码 {code}。", "Two errors or escalations use the same code {code}.", "换一个编码。", "Use another code."),
    "521": _error("结束事件必须由进入的连线到达。", "An end event must be reached by a flow.", "连线到结束事件。", "Connect it."),
    "522": _error("开始事件没有离开的连线。", "The start event has no outgoing flow.", "连到第一个步骤。", "Connect it to the first step."),
    "523": _error("不中断的{kind}不能是“{event}”事件。", "A {kind} that does not interrupt can't be a {event} event.", "改为中断，或换一种事件。", "Make it interrupting, or choose another event."),
    "524": _error("补偿指向的步骤 {ref} 不在可补偿的范围内。", "The step {ref} to be compensated can't be compensated from here.", "改为同一范围内带补偿的步骤。", "Name a step of the same scope that has a handler."),
    "525": _warning("定时周期很短：{detail}。", "The cycle of the timer is very short: {detail}.", "周期不少于 60 秒。", "Let it be 60 seconds or more."),
    # -- 6xx activities ------------------------------------------------------------------------------------
    "601": _error("调用活动没有写被调用的流程。", "The call activity does not say which process it calls.", "填写流程编号。", "Name the process."),
    "602": _error("被调用的流程 {key} 不在流程库中。", "The called process {key} is not in the library.", "先发布该流程，或改正编号。", "Publish it first, or correct the name."),
    "603": _error("流程调用了自己（{key}），会无限嵌套。", "The process calls itself ({key}) without end.", "改用循环或拆分。", "Use a loop, or split it."),
    "604": _error("业务规则任务没有写决策表。", "The business rule task names no decision.", "填写 decision 引用。", "Name a decision."),
    "605": _error("决策 {ref} 不在本流程包中。", "The decision {ref} is not in this bundle.", "把 .dmn 放入 decisions 文件夹，或改正编号。", "Put the .dmn into decisions, or correct the name."),
    "606": _error("表单 {ref} 不在本流程包中。", "The form {ref} is not in this bundle.", "把 .form 放入 forms 文件夹，或改正编号。", "Put the .form into forms, or correct the name."),
    "607": _error("服务任务没有写接口主题（topic）。", "The service task names no connector (topic).", "填写已登记的接口名，如 registers。", "Name a registered connector, e.g. registers."),
    "608": _error("接口 {topic} 未登记。可用：{known}。", "There is no connector called {topic}. Registered: {known}.", "改用已登记的接口。", "Use a registered connector."),
    "609": _error("{what}要求运行程序代码（{found}），流程图中的代码一律不执行。", "{what} asks for program code ({found}); code in a diagram is never run.", "改用已登记的接口，或写 FEEL。", "Use a registered connector, or write FEEL."),
    "610": _error("脚本使用 {language}，只运行 FEEL。", "The script is {language}; only FEEL is run.", "改写为 FEEL 赋值，例如 <guicheng:assign variable=\"x\" value=\"{example}\"/>。", "Rewrite it as FEEL assignments, e.g. <guicheng:assign variable=\"x\" value=\"{example}\"/>."),
    "611": _warning("脚本任务没有赋值，什么也不做。", "The script task assigns nothing.", "添加赋值，或删除该任务。", "Add an assignment, or delete it."),
    "612": _error("多实例次数 {found} 超过上限 {max}。", "{found} repetitions are more than {max}.", "减少次数，或改为子办件。", "Repeat less, or use child cases."),
    "613": _error("多实例没有写集合或次数。", "The multi-instance does not say over what or how often.", "填写集合或次数。", "Give a collection or a number."),
    "614": _error("子流程没有步骤。", "The sub-process is empty.", "画出步骤，或改为任务。", "Draw its steps, or make it a task."),
    "615": _error("接收或发送任务没有选择消息。", "The send or receive task names no message.", "选择一个消息。", "Choose a message."),
    "616": _error("临时子流程不能含{what}。", "An ad-hoc sub-process can't hold {what}.", "移出该元素。", "Take it out."),
    "617": _error("补偿步骤不能有进入或离开的连线。", "A step for compensation can't have flows.", "删除连线，用关联线连接。", "Delete the flows; use an association."),
    "618": _error("启动流程的接收任务设置有误：{detail}", "The receive task that starts the process is set up wrongly: {detail}", "改用消息开始事件。", "Use a message start event."),
    "619": _error("令牌数量 {attribute}={found} 必须不小于 1。", "{attribute}={found} must be 1 or more.", "改为 1。", "Make it 1."),
    "620": _error("多实例行为 {behavior} 缺少{what}。", "The multi-instance behaviour {behavior} lacks {what}.", "补充事件，或把行为改为 All。", "Add it, or set the behaviour to All."),
    "621": _error("事件子流程和补偿步骤不能被连线到达。", "An event sub-process has no flows: its event starts it.", "删除连线。", "Delete the flows."),
    "622": _error("脚本没有写语言（scriptFormat）。", "The script does not say its language (scriptFormat).", "写 scriptFormat=\"text/x-feel\"，或改为赋值。", "Write scriptFormat=\"text/x-feel\", or use assignments."),
    "623": _error("被调用的流程 {key} 没有普通开始事件，不能被调用。", "The called process {key} has no plain start event.", "在被调用的流程中添加普通开始事件。", "Give the called process a plain start event."),
    # -- 7xx data ------------------------------------------------------------------------------------------
    "701": _error("数据类型不一致：{detail}", "Data types do not agree: {detail}", "让两端使用同一个类型。", "Use one type on both ends."),
    "702": _error("数据关联设置有误：{detail}", "The data association is wrong: {detail}", "改正来源和去向。", "Correct its source and target."),
    "703": _error("输入输出规格有误：{detail}", "The input/output specification is wrong: {detail}", "改正规格。", "Correct the specification."),
    "704": _error("操作或接口有误：{detail}", "The operation or interface is wrong: {detail}", "改正操作引用。", "Correct the operation."),
    "705": _error("相关键设置有误：{detail}", "The correlation is wrong: {detail}", "改正相关键。", "Correct the correlation."),
    "706": _error("协作图设置有误：{detail}", "The collaboration is wrong: {detail}", "改正参与者或消息流。", "Correct the participants or message flows."),
    "707": _error("格式说明 {found} 不是有效的 MIME 类型。", "{found} is not a MIME type.", "改为 text/plain 等。", "Use text/plain or the like."),
    "708": _error("{kind} 不能有 {attribute}={found}。", "A {kind} can't have {attribute}={found}.", "改正该属性。", "Correct the attribute."),
    # -- 8xx expressions -----------------------------------------------------------------------------------
    "801": _error("{place}不是正确的 FEEL：{message}", "{place} is not FEEL: {message}", "{hint_zh}", "{hint_en}"),
    "802": _error("{place}使用了 {language} 写法“{found}”，只运行 FEEL。", "{place} is written in {language} (“{found}”); only FEEL is run.", "改写为 FEEL，例如 {example}。", "Rewrite it in FEEL, e.g. {example}."),
    "803": _warning("{place}用到的名称“{name}”在流程中没有出现。{hint_zh}", "{place} reads “{name}”, which the process never sets. {hint_en}", "检查拼写，或在表单、接口、决策表中提供它。", "Check the spelling, or let a form, connector or table set it."),
    "804": _error("{place}是空的。", "{place} is empty.", "写上 FEEL 表达式，或删除。", "Write a FEEL expression, or delete it."),
    "805": _error("表达式语言 {language} 不受支持，只运行 FEEL。", "The expression language {language} is not supported; only FEEL is run.", "改用 FEEL。", "Use FEEL."),
    "806": _error("{place}应当得出{wanted}，实际得出“{found}”。", "{place} should give {wanted_en}, but gives “{found}”.", "改正表达式。", "Mend the expression."),
    # -- 9xx Guicheng --------------------------------------------------------------------------------------
    "901": _warning("人工步骤没有岗位（泳道或候选组），将交给县区经办岗。", "The person's step has no post (lane or candidate group): county caseworkers get it.", "放入带岗位编码的泳道。", "Put it into a lane with the code of a post."),
    "902": _warning("人工步骤没有表单。", "The person's step has no form.", "用 camunda:formKey 指定表单。", "Name a form with camunda:formKey."),
    "903": _warning("人工步骤没有办理时限。", "The person's step has no time limit.", "填写 guicheng:limit 和 guicheng:limitUnit。", "Set guicheng:limit and guicheng:limitUnit."),
    "904": _error("时限 {value} {unit} 不正确。", "The limit {value} {unit} is not right.", "值为整数，单位为 working_day、calendar_day 等。", "A whole number and a unit such as working_day."),
    "905": _warning("{count} 个步骤或结果没有英文名称：{names}。", "{count} steps or outcomes have no English name: {names}.", "填写 guicheng:nameEn。", "Set guicheng:nameEn."),
    "906": _warning("没有办理说明（documentation）。", "There is no instruction for the caseworker (documentation).", "写一句办理要求。", "Write one sentence of instruction."),
    "907": _error("{attribute} 指向不存在的步骤 {ref}。", "{attribute} names {ref}, which is no step.", "改正步骤编号。", "Correct the name of the step."),
    "908": _error("表单 {file} 不能读取：{message}", "The form {file} can't be read: {message}", "用 form-js 编辑器改正。", "Mend it with the form-js editor."),
    "909": _error("决策文件 {file} 有误：{message}", "The decision file {file} is wrong: {message}", "用 dmn-js 编辑器改正。", "Mend it with the dmn-js editor."),
    "910": _error("办事指南有误（{place}）：{message}", "The guide is wrong ({place}): {message}", "按模板改正 guide.toml。", "Correct guide.toml by the template."),
    "911": _error("示例 {file} 有误：{message}", "The worked case {file} is wrong: {message}", "改正该文件。", "Correct the file."),
    "912": _warning("结束事件“{name}”没有示例到达。", "No worked case reaches the end “{name}”.", "补充一个示例。", "Add a worked case."),
    "913": _warning("结束事件没有名称。", "The end event has no name.", "写上结果名称。", "Name the outcome."),
    "914": _warning("表单 {ref} 没有步骤使用。", "No step uses the form {ref}.", "删除它，或在步骤上指定。", "Delete it, or use it at a step."),
    "915": _warning("决策 {ref} 没有步骤使用。", "No step uses the decision {ref}.", "删除它，或在步骤上指定。", "Delete it, or use it at a step."),
    "916": _error("指南中的{what}指向不存在的 {ref}。", "The guide's {what} names {ref}, which does not exist.", "改正指南。", "Correct the guide."),
    "917": _warning("法定时限没有写依据。", "The legal limit has no basis.", "写明法律依据和确定性。", "Give its legal basis and certainty."),
    "918": _warning("示例 {file} 的路径含有未知步骤 {ref}。", "The path of {file} names the unknown step {ref}.", "改正路径。", "Correct the path."),
    "919": _warning("步骤名称 {node} 用于多个元素。", "The path name {node} is used by several elements.", "同一结果以外的元素换一个名称。", "Give elements of other meaning another name."),
    "920": _warning("决策表 {ref}：{message}", "Decision table {ref}: {message}", "核对规则。", "Look at its rules."),
}  # fmt: skip
