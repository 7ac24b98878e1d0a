"""What is said without a tool: greetings, limits, questions back. Written by hand in both languages."""

from __future__ import annotations

from tools.results import Lang, ToolError

NO_TOOL: dict[str, dict[Lang, str]] = {
    "greeting": {
        "en": "Hello! Ask me what is trending, why something changed, how much will sell, what to reorder, "
        "or what customers say.",
        "zh": "您好！想看什么在热卖、销量为什么变了、接下来能卖多少、该补多少货，或者顾客怎么说，都可以问我。",
    },
    "thanks": {
        "en": "You're welcome. Anything else about your shop?",
        "zh": "不客气，店里还有什么想看的吗？",
    },
    "about_you": {
        "en": "I answer questions about this shop's sales, stock and reviews. A language model on this machine picks "
        "the calculation; code does it, and every number I show comes with its receipt.",
        "zh": "我回答这家店的销量、库存和评价问题。本机上的语言模型负责选计算方法，数字全部由程序算出，每个数都附有依据。",
    },
    "off_topic": {
        "en": "That is outside what I can answer: I only know this shop's sales, stock and reviews. "
        "Ask, for example, what is trending or how much of a product will sell.",
        "zh": "这个问题我答不了：我只了解这家店的销量、库存和评价。可以问我什么在热卖，或者某款商品能卖多少。",
    },
    "unsafe": {
        "en": "I can't do that. I read this shop's sales, stock and reviews and calculate with them, nothing else: "
        "I change nothing, send nothing and show no internals. Ask, for example, what is trending or how much to "
        "reorder.",
        "zh": "这个我不能做。我只读取这家店的销量、库存和评价并据此计算，不改数据、不对外发送，也不透露内部设置。"
        "可以问我什么在热卖，或者某款商品该补多少货。",
    },
}
ASK_USER: dict[str, dict[Lang, str]] = {
    "product": {
        "en": "Which product do you mean? A title, a part of it or its id will do.",
        "zh": "您问的是哪款商品？名称、名称的一部分或编号都可以。",
    },
    "goal": {
        "en": "What would you like to know: what is trending, past sales, a forecast, the reasons behind a change, "
        "how much to reorder, or what customers say?",
        "zh": "您想了解哪方面：热卖趋势、过往销量、销量预测、变化原因、补货数量，还是顾客评价？",
    },
}
MODEL_DOWN: dict[Lang, str] = {
    "en": "The language model did not answer, so I read your question by keywords; the numbers are computed as "
    "always. `shopcast doctor` says what is wrong.",
    "zh": "语言模型暂时没有响应，这次是按关键词理解您的问题，数字照常由程序算出。原因可运行 `shopcast doctor` 查看。",
}
ONLY_ANSWERS: dict[Lang, str] = {
    "en": "I only answer questions about this shop: I cannot send, change or reveal anything, so I left that part "
    "of your message aside.",
    "zh": "我只回答这家店的经营问题，不能代为发送、修改或透露任何东西，您消息里的这部分我没有处理。",
}
ONLY_THE_SHOP: dict[Lang, str] = {
    "en": "The rest of your message is not about this shop's sales, stock or reviews, so I left it aside.",
    "zh": "您消息里的其他内容与本店的销量、库存和评价无关，我没有作答。",
}
FIRST_FOUR: dict[Lang, str] = {
    "en": "You asked many things at once; I answered the first of them. Please ask the others one at a time.",
    "zh": "您一次问了很多，我先答了前面几个，其余的请逐个再问我。",
}
UNRECEIPTED: dict[Lang, str] = {
    "en": "I withheld a sentence because one of its numbers had no receipt.",
    "zh": "有一句话里的数字找不到依据，已略去。",
}


def empty_question() -> ToolError:
    """Return the answer to a question without words."""
    return ToolError(
        code="empty_question",
        message={"en": "The question is empty.", "zh": "问题是空的。"},
        remedy={"en": "Ask, for example: What is trending?", "zh": "可以这样问：现在什么在热卖？"},
    )


def long_question(length: int, longest: int) -> ToolError:
    """Return the answer to a question that is too long to read."""
    return ToolError(
        code="question_too_long",
        message={
            "en": f"The question has {length:,} characters; I read up to {longest:,}.",
            "zh": f"问题有 {length:,} 个字符，最多只能读 {longest:,} 个。",
        },
        remedy={
            "en": "Ask the heart of it in a sentence or two; import long data as a file.",
            "zh": "请用一两句话说出重点；大段数据请用文件导入。",
        },
    )


def other_language() -> ToolError:
    """Return the answer to a question in a third language; both readings are shown, whoever reads it."""
    words = "I answer in English and Chinese only. 我只能用中文和英文回答。"
    remedy = "Please ask again in one of them. 请换成中文或英文再问一次。"
    return ToolError(
        code="other_language", message={"en": words, "zh": words}, remedy={"en": remedy, "zh": remedy}
    )


def empty_store(name: str) -> ToolError:
    """Return the answer where nothing was ever sold."""
    return ToolError(
        code="empty_store",
        message={"en": f"The store {name!r} holds no sales yet.", "zh": f"店铺“{name}”里还没有销售数据。"},
        remedy={
            "en": f"Import some: shopcast import sales FILE --store {name}",
            "zh": f"请先导入：shopcast import sales 文件 --store {name}",
        },
    )
