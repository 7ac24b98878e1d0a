"""Rules that notice reviews written for somebody other than the next customer."""

from __future__ import annotations

import re

# What a flag means: "advert" sells something else or pays for praise, "contact" leads out of the shop,
# "instruction" speaks to a machine that may read the review.
FLAGS = ("advert", "contact", "instruction")

_PATTERNS: dict[str, tuple[str, ...]] = {
    "advert": (
        r"好评返现|返现\s*\d|刷单|兼职|代理价|招代理|低价出|同款半价|免费领|优惠券.{0,6}(群|加)|私聊.{0,4}(优惠|低价)",
        r"cash ?back for|half the price|promo code|discount code|work from home|earn \$?\d",
        r"buy (it )?cheaper (at|from)",
        r"visit (my|our) (shop|store|site|page)|check out my (shop|store|page|channel)",
    ),
    "contact": (
        r"(加|联系)(我|一下|下|个|客服)?的?\s*(微信|薇信|威信|wx|vx|v信|qq|扣扣|群)|(微信|薇信|vx|wx|v信)\s*[号:：]?\s*[a-z0-9_-]{5,}",
        r"(qq|扣扣|q群)\s*(群|号)?\s*[:：]?\s*\d{5,11}",
        r"(?<!\d)1[3-9]\d{9}(?!\d)|(?<!\d)1[3-9]\d[- ]\d{4}[- ]\d{4}(?!\d)",
        r"\[PHONE\]|(whatsapp|telegram|wechat)\b.{0,12}[+@\w]{4,}|\+\d[\d ()-]{8,}\d",
        r"https?://|www\.\w|[\w.+-]+@[\w-]+\.\w{2,}",
    ),
    "instruction": (
        r"(ignore|disregard|forget)\b.{0,20}\b(previous|prior|above|earlier|all)\b.{0,20}"
        r"\b(instruction|prompt|rule|message)",
        r"system prompt|developer message|you are now\b.{0,30}(assistant|ai|bot|dan)",
        r"\b(as|dear) an? (ai|assistant|language model)",
        r"(tell|inform|instruct) the (merchant|seller|user|owner) (to|that)",
        r"</?(system|tool|assistant|user)>|<\|im_start\|>",
        r"(忽略|无视|忘记|不要理会).{0,8}(以上|上述|之前|前面|先前|所有).{0,8}(指令|指示|提示|规则|要求|内容)",
        r"系统提示词|你现在是.{0,10}(助手|机器人|AI)|告诉(商家|店主|卖家|用户).{0,20}(停产|进货|清零|订购|下单|转账)",
    ),
}
_COMPILED = {
    flag: [re.compile(p, re.IGNORECASE | re.DOTALL) for p in patterns] for flag, patterns in _PATTERNS.items()
}


def flag_review(text: str) -> list[str]:
    """Return the flags that a review's words earn, in the order of `FLAGS`; usually none.

    The rules look for patterns of Chinese and English; a clever advert passes them. They rank and mark,
    they are no wall: review text stays untrusted whether it is flagged or not.
    """
    return [flag for flag in FLAGS if any(pattern.search(text) for pattern in _COMPILED[flag])]
