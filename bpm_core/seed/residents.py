"""Synthetic residents: identity numbers under a division code that no place has, telephone numbers nobody is given."""

from __future__ import annotations

import re
from datetime import date, timedelta
from random import Random

from bpm_core.domain import identity

#: 4108 is Jiaozuo, 99 no district of it: such a number passes the check digit and can't be a real person's.
SYNTHETIC_CODE = "410899"
#: 199 0000 xxxx: a block of a real prefix that demonstration data of telephone systems uses.
_PHONE = "1990000"

_SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎单仇解查"
)
_GIVEN = re.findall(
    r"\w+",
    "建国 秀英 志强 桂兰 海燕 晓明 丽娜 国庆 文静 俊杰 思雨 浩然 梓涵 玉梅 春花 立新 红霞 卫东 雪梅 振华 "
    "小龙 佳怡 子轩 欣然 明辉 翠平 永胜 爱民 淑珍 宏伟 丹 磊 静 洋 敏 超 娟 涛 艳 勇",
)


def name(random: Random) -> str:
    """A Chinese name."""
    return random.choice(_SURNAMES) + random.choice(_GIVEN)


def id_number(random: Random, *, born_from: int = 1968, born_to: int = 2004) -> str:
    """A resident identity number of the synthetic division with a right check digit (GB 11643)."""
    born = date(born_from, 1, 1) + timedelta(days=random.randrange(365 * (born_to - born_from)))
    body = f"{SYNTHETIC_CODE}{born:%Y%m%d}{random.randrange(1, 999):03d}"
    return body + identity.check_character(body)


def phone(random: Random) -> str:
    """A mobile number of the demonstration block."""
    return f"{_PHONE}{random.randrange(10_000):04d}"


def bank_account(random: Random) -> str:
    """The number of a social security card account, of no bank."""
    return "6299" + "".join(random.choices("0123456789", k=15))
