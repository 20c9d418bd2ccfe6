"""Why a running case can't go to another version of its process, or can't be put back: the codes in words."""

from __future__ import annotations

from collections.abc import Mapping

#: code -> (Chinese, English); {step} is the step's id and name, other braces are facts of the obstacle.
_WORDS: Mapping[str, tuple[str, str]] = {
    "element_gone": (
        "办件停在“{step}”，新版本中同一层级没有该环节；请在对照文件中指明对应环节",
        "the case stands at {step}, which the new version lacks at this level: name its counterpart in the mapping",
    ),
    "kind_differs": (
        "“{step}”在新版本中是另一类环节，无法原样承接",
        "{step} is of another kind in the new version, so what waits there can't go on",
    ),
    "called_differs": (
        "“{step}”在新版本中调用另一个流程",
        "{step} calls another process in the new version",
    ),
    "loop_differs": (
        "“{step}”正在多次办理，新版本的重复方式不同",
        "{step} is being repeated, and the new version repeats it in another way",
    ),
    "event_differs": (
        "“{step}”等待的事件在新版本中类型不同",
        "{step} waits for an event that is of another kind in the new version",
    ),
    "attached_elsewhere": (
        "事件“{step}”在新版本中附着于另一环节",
        "the event {step} belongs to another step in the new version",
    ),
    "choice_differs": (
        "“{step}”所在的事件选择在新版本中分支不同",
        "{step} is one of several events the case waits for, and the new version offers others",
    ),
    "join_differs": (
        "“{step}”在新版本中不再是汇合点，已到达的分支无法继续",
        "{step} joins no branches any more in the new version, and a branch waits there",
    ),
    "join_starves": (
        "在新版本中汇合点“{step}”将一直等不到分支 {flow}，办件会停住",
        "in the new version the join {step} would wait for ever for the branch {flow}",
    ),
    "flow_gone": (
        "汇合点“{step}”已到达的分支 {flow} 在新版本中不存在",
        "the branch {flow}, which has reached the join {step}, does not exist in the new version",
    ),
    "undo_gone": (
        "已完成且可撤销的“{step}”在新版本中没有对应的撤销环节",
        "{step} has been completed and can be undone; the new version has nothing that undoes it",
    ),
    "new_event_fails": (
        "新版本在“{step}”增加的等待无法开始：{why}",
        "what the new version adds at {step} can't begin: {why}",
    ),
    "state_differs": ("办件状态与新版本结构不符", "the state of the case does not fit the new version"),
    "ended": ("办件已办结", "the case has ended"),
    "wrong_state": ("办件的状态不允许迁移", "the state of the case does not permit it"),
    "other_version": ("办件已不在原版本上", "the case does not run on the old version any more"),
    "moved_since": (
        "迁移后办件已有新的办理，保持现状",
        "something has happened to the case since it was moved; it stays",
    ),
    "not_allowed": ("岗位无权迁移该机构的办件", "the post does not permit moving cases of that office"),
    "stale_version": ("办件正在被他人办理，请再试一次", "somebody else keeps moving the case; try once more"),
}


def sentence(code: str, step: str, facts: Mapping[str, object], *, english: bool) -> str:
    """The obstacle in one sentence; a code without words is said as it is."""
    words = _WORDS.get(code)
    if words is None:
        return f"{code}: {step}" if step else code
    known = {name: str(value) for name, value in facts.items()} | {"step": step}
    text = words[1 if english else 0]
    for name in ("step", "flow", "why"):
        text = text.replace("{" + name + "}", known.get(name, ""))
    return text


def codes() -> frozenset[str]:
    """Every code that has words."""
    return frozenset(_WORDS)
