"""What can be wrong with a decision: in its file (DmnError) or while it is taken (DecisionError)."""

# ruff: noqa: E501 - one message a line, English beside Chinese

from __future__ import annotations

from bpm_core.feel import FeelError

TEXTS: dict[str, tuple[str, str]] = {
    "not_xml": ("the file is not XML that may be read: {detail}", "文件不是可读取的 XML：{detail}"),
    "too_large": ("the file is larger than {detail} bytes", "文件超过 {detail} 字节"),
    "too_many": ("a table may have {detail} rules / cells", "一张决策表最多 {detail} 条规则 / 个单元格"),
    "not_dmn": ("the file is not a DMN model: {detail}", "文件不是 DMN 模型：{detail}"),
    "duplicate_id": ("two elements have the id {detail}", "有两个元素的 id 同为 {detail}"),
    "unknown_reference": ("there is no element {detail}", "找不到元素 {detail}"),
    "unknown_type": ("there is no type named {detail}", "没有名为 {detail} 的类型"),
    "cycle": ("decisions require each other in a circle: {detail}", "决策之间循环依赖：{detail}"),
    "hit_policy": ("unknown hit policy or aggregation: {detail}", "未知的命中策略或汇总方式：{detail}"),
    "rule_width": ("the rule has {detail}", "规则的单元格数量不符：{detail}"),
    "output_names": ("every column of several outputs needs its own name", "多个输出列必须各有名称"),
    "priority_values": ("hit policy {detail} needs the output values in order of priority", "命中策略 {detail} 需要按优先级列出输出值"),
    "expression": ("{detail}", "{detail}"),
    "language": ("expressions must be FEEL, not {detail}", "表达式必须使用 FEEL，而不是 {detail}"),
    "incomplete": ("{detail} is missing", "缺少 {detail}"),
    "unsupported": ("{detail} is not supported", "不支持 {detail}"),
    "unknown_decision": ("there is no decision {detail}", "没有决策 {detail}"),
    "not_unique": ("more than one rule applies: {detail}", "有多条规则同时命中：{detail}"),
    "not_any": ("rules that apply together give different results: {detail}", "同时命中的规则结果不一致：{detail}"),
}  # fmt: skip


class DmnError(ValueError):
    """A DMN file that cannot be used; says where.

    position is the offset in the text of the cell or expression; line that of the element in the file.
    """

    def __init__(
        self,
        code: str,
        detail: str = "",
        *,
        file: str = "",
        decision: str = "",
        rule: int | None = None,
        column: str | None = None,
        position: int | None = None,
        line: int | None = None,
        cause: FeelError | None = None,
    ) -> None:
        self.code, self.detail, self.file, self.decision = code, detail, file, decision
        self.rule, self.column, self.position, self.line, self.cause = rule, column, position, line, cause
        super().__init__(self.text("en"))

    def place(self, language: str = "en") -> str:
        """File, decision, rule and column, as far as they are known."""
        chinese = language.startswith("zh")
        parts = [self.file] if self.file else []
        if self.decision:
            parts.append(f"决策 {self.decision}" if chinese else f"decision {self.decision}")
        if self.rule is not None:
            parts.append(f"规则 {self.rule}" if chinese else f"rule {self.rule}")
        if self.column is not None:
            parts.append(f"列 {self.column}" if chinese else f"column {self.column}")
        return ("，" if chinese else ", ").join(parts)

    def text(self, language: str = "en") -> str:
        chinese = language.startswith("zh")
        detail = self.cause.text(language) if self.cause is not None else self.detail
        message = TEXTS.get(self.code, ("{detail}", "{detail}"))[chinese].replace("{detail}", detail)
        place = self.place(language)
        return f"{place}{'：' if chinese else ': '}{message}" if place else message


class DecisionError(DmnError):
    """The decision cannot be taken for these inputs: its rules contradict the hit policy, or it does not exist."""
