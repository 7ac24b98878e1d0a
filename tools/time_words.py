"""The words that can stand in an expression of time: a text with any other word is not worth reading as one."""

from __future__ import annotations

import re

_NUMBERS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred thousand dozen "
    "couple few several half a an first second third fourth fifth sixth seventh eighth ninth tenth eleventh "
    "twelfth thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth thirtieth "
    "st nd rd th"
)
_UNITS = (
    "hour hours hr hrs day days week weeks wk wks weekend weekends fortnight fortnights month months quarter "
    "quarters year years yr yrs today yesterday tomorrow spring summer autumn winter s w q h d kw cw wtd mtd qtd ytd"
)
_NAMES = (
    "january february march april may june july august september october november december jan feb mar apr jun "
    "jul aug sep sept oct nov dec monday tuesday wednesday thursday friday saturday sunday mon tue tues wed weds "
    "thu thur thurs fri sat sun mondays tuesdays wednesdays thursdays fridays saturdays sundays singles single "
    "double valentine valentines saint women womens mother mothers father fathers mothering children childrens "
    "teacher teachers halloween hallowe'en thanksgiving black cyber christmas xmas eve boxing new good easter "
    "chinese lunar cny festival lantern qingming tomb sweeping labor labour dragon boat qixi mid autumn moon "
    "national golden holiday sale sales season international"
)
_JOINTS = (
    "the of in on at for from to until till through thru and between since starting beginning commencing containing "
    "onward onwards as up ever over during within across throughout all whole full entire last past previous "
    "preceding recent recently lately late early middle start end part opening closing final latest most trailing "
    "this these that current next following coming before after ago back earlier now date present so far history "
    "time data calendar iso no number about"
)
_ENGLISH = frozenset(f"{_NUMBERS} {_UNITS} {_NAMES} {_JOINTS}".split())
_CHINESE = frozenset(
    "零〇一二两三四五六七八九十廿百千万半几好多来年月日号天周星期礼拜末季度小时旬初底中上下前后大去今明昨本这那当近最过去往"
    "历史有以来至今到现在目前为止截从自打由起开始之间内里期的在于和与及第头尾个份整全部所一直迄眼如直段时候阵子近期"
    "双节国庆春元旦除夕清劳动端午夕秋宵妇女王神情人母亲父儿童教师万圣感恩黑色网络平安夜诞礼受难复活过农历新跨"
    "大促购物黄金假长暑夏冬店据季同程三年中概约末初正日周末"
)


def speaks_of_time(text: str) -> bool:
    """Return whether every word of a folded text can stand in an expression of time."""
    return all(
        word in _CHINESE if len(word) == 1 and word > "z" else word.removesuffix("'s").strip("'") in _ENGLISH
        for word in re.findall(r"[a-z']*[a-z][a-z']*|[\u4e00-\u9fff]", text)
    )
