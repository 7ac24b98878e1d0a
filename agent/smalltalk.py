"""Clauses that ask for no tool: greetings, thanks, what the assistant is, other subjects, and what it must not do."""

from __future__ import annotations

import re
from typing import Literal

Talk = Literal["greeting", "thanks", "about_you", "off_topic", "unsafe", ""]


def _words(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(patterns))


_GREETING = re.compile(
    r"\W*(?:(?:hi|hello|hey|hiya|yo|howdy|greetings|morning|good (?:morning|afternoon|evening|day"
    r"|night)|how are you(?: doing)?(?: today)?|how's it going|what's up|sup"
    r"|nice to meet you)(?: there| again| everyone| all| team| shopcast| bot| assistant)?\W*)+"
    r"|\W*(?:(?:你好|您好|哈喽|哈啰|哈罗|嗨|嘿|早上好|早安|早|上午好|中午好|下午好|晚上好|晚安|在吗"
    r"|在不在|在么|在忙吗|忙吗|吃了吗|吃了没|最近好吗|你好吗|hello|hi)(?:呀|啊|哦|呢|哈|喽|老板|亲"
    r"|店小二|小助手|助手)*\W*)+"
)
_THANKS = re.compile(
    r"\W*(?:(?:ok|okay|great|cool|perfect|awesome|nice|lovely|brilliant|good|got it|alright|right"
    r"|haha+|lol|sure|fine|understood|noted|well done|good job|nice one|you're (?:the best|great"
    r"|awesome|a star|a lifesaver)|(?:you are|ur|u r) (?:the best|a lifesaver|great)"
    r"|(?:many )?thanks?(?: you)?(?: so much| very much| a lot| a million| again| for (?:that|the help"
    r"|your help|everything))?|thx|ty|tysm|cheers|much appreciated|appreciate it|that(?:'s|'ll be| is"
    r"| will be) (?:all|it|great|perfect|helpful|enough)(?: for (?:now|today))?|no more questions|bye"
    r"|goodbye|see you(?: later| tomorrow)?|talk (?:to you )?later|take care)\W*)+"
    r"|\W*(?:(?:好|好的|好嘞|好吧|好滴|行|嗯|嗯嗯|哦|噢|哈哈+|收到|明白|明白了|了解|知道了|懂了|ok|谢"
    r"|谢谢|谢谢你|谢谢您|多谢|感谢|谢啦|谢了|麻烦你|麻烦您|麻烦你了|麻烦了|辛苦|辛苦了|辛苦啦"
    r"|辛苦你了|厉害|真棒|太棒了|不错|很好|可以|没事|没事了|没问题了|没有了|先这样|先这样吧|就这样"
    r"|就这样吧|回头聊|回头见|再见|拜拜|下次聊|不用了|你真棒|帮大忙了)(?:啦|呀|啊|哈|哦|呢|吧"
    r"|了)*\W*)+"
)
_ABOUT_YOU = _words(
    r"\b(?:who|what) (?:exactly )?(?:are|r) (?:you|u)\b|\bwho (?:built|made|created|trained|wrote"
    r"|developed|owns) (?:you|this)\b|\bare you (?:a |an |really |actually )*(?:human|robot|bot|ai"
    r"|real|person|machine|chatgpt|gpt|model|there)\b",
    r"\bwhat (?:exactly )?can (?:you|u|i) (?:do|help|ask|answer)\b|\bwhat do you (?:do|know)\b"
    r"|\bhow do you work\b|\bwhat (?:kinds? of |sort of )?(?:questions?|things) can\b|\b(?:your"
    r"|ur) (?:name|capabilities|features|abilities|limits)\b|\bwhich (?:model|llm) (?:are|do)\b"
    r"|\bintroduce yourself\b|\bhow can you help\b|\bwhat are you able\b|\btell me about yourself\b"
    r"|\bhow old are you\b|\bhow accurate are you\b|\bhelp\W*$",
    r"你(?:到底)?(?:是|叫)(?:谁|什么|啥|真人|人|机器人|ai|哪|不是)|你(?:们)?(?:能|会|可以)(?:做|干"
    r"|帮我做|帮我干|回答|帮忙|帮)?(?:些)?(?:什么|啥|哪些)|你有(?:什么|啥|哪些)(?:功能|本事|能力|用)"
    r"|(?:谁|哪家|哪个公司)(?:开发|做|造|训练|写)(?:的|了)?你|你的(?:名字|功能|能力|作者)"
    r"|介绍(?:一下)?(?:你)?自己|自我介绍|怎么用你|你怎么(?:用|工作)|真人还是|可以问你(?:什么|啥|哪些)"
    r"|你几岁",
)
_OFF_TOPIC = _words(
    r"\bweather\b|\bhow (?:hot|cold|warm) is it\b|\b(?:going to|will it) (?:rain|snow)\b|\brain(?:ing"
    r"|y)?\b|\bsnow(?:ing)?\b(?! ?(?:man|flake|globe|boots?))|\btemperature (?:today|tomorrow|outside"
    r"|in)\b|\bumbrella today\b",
    r"\b(?:write|compose|make up|tell|sing|recite|draft)\b.{0,20}\b(?:poem|song|joke|story|essay|novel"
    r"|haiku|lyrics|limerick|cover letter|cv|resume|speech|blog)\b|\bjokes?\b|\briddle\b",
    r"\btranslat\w+|\bin (?:french|german|spanish|japanese|italian|korean|russian|portuguese)\b"
    r"|\bhow do you (?:say|spell)\b|\b(?:spell|grammar|synonym|define)\b",
    r"\b(?:write|code|debug|script|implement|fix)\b.{0,25}\b(?:python|javascript|java|sql|html|css"
    r"|c\+\+|code|script|function|program|regex|bash|macro)\b|\bpython\b|\bjavascript\b"
    r"|\bsource code\b",
    r"\bcapital (?:city )?of\b|\bpresident\b|\bprime minister\b|\bpopulation of\b|\bhow (?:far|tall"
    r"|old|deep|heavy|big) (?:away )?(?:is|are|was) (?!(?:our|the stock|my)\b)|\bwho (?:wrote|invented"
    r"|discovered|won|painted|directed|is the|was the|sang)\b|\bwhen (?:was|did) .{0,40}\b(?:born|die"
    r"|invented|founded|war)\b",
    r"\brecipes?\b|\bcook(?:ing)?\b.{0,20}\b(?:how|dinner|rice|pasta)\b|\bhow (?:to|do i"
    r"|do you) (?:cook|bake|make (?:a |an )?(?:cake|bread|pasta|soup|coffee|tea))\b|\bfootball\b"
    r"|\bsoccer\b|\bbasketball\b|\bworld cup\b|\bolympics?\b|\bpremier league\b"
    r"|\bmovies?\b(?! poster)|\bfilms?\b(?! (?:roll|camera))|\bnetflix\b|\bhoroscope\b|\blottery\b",
    r"\bbitcoin\b|\bcrypto\w*|\bstock (?:market|price|exchange)\b|\bshare price\b|\bexchange rate\b"
    r"|\binterest rates?\b|\binflation\b|\belection\b|\bpolitic\w*|\bnews\b|\bmeaning of life\b"
    r"|\bfever\b|\bheadache\b|\bdoctor\b|\bmedicine\b|\bflights?\b|\bhotels?\b|\brestaurants?\b"
    r"|\bmy (?:dog|cat|wife|husband|girlfriend|boyfriend|homework)\b|\bhomework\b|\bwhat time is it\b"
    r"|\bwhat day is (?:it|today)\b|\bsquare root\b",
    r"\bwhat(?:'s| is)? [\d,.]+ ?(?:%|percent|plus|minus|times|x|\*|\+|/|multiplied|divided).{0,20}\d"
    r"|^\W*[\d,.]+ ?[x*+×÷/] ?[\d,.]+\W*$",
    r"天气|下雨|下雪|刮风|多少度|几度|气温|台风|写(?:一?[首篇段个]|点)?.{0,8}(?:诗|歌|作文|小说|故事"
    r"|代码|程序|脚本|演讲|论文|情书|简历|文案|爬虫|公众号)|笑话|段子|讲个(?:故事|笑话)|谜语"
    r"|脑筋急转弯|唱(?:首|个)歌",
    r"翻译|用(?:英语|日语|法语|韩语)|怎么(?:拼|读音|念)|首都|总统|主席|总理|人口(?:是|有)|谁(?:写|发明"
    r"|发现|拍|唱)(?:的|了)|作者是谁|哪一年(?:出生|成立|建)|历史上|的历史|朝代|(?:红烧|清蒸|炒|炖"
    r"|煮).{0,6}(?:怎么做|做法|多久)|怎么做(?:才|好吃|菜|饭)|菜谱|食谱|做饭|教我做",
    r"球赛|足球|篮球|世界杯|奥运|比分|电影|电视剧|明星|八卦|星座|彩票|股票|股市|大盘|基金|比特币|汇率"
    r"|房价|利率|新闻|选举|几点(?:了|钟)|现在几点|星期几|今天(?:是)?几号|发烧|感冒|头疼|看病"
    r"|吃药|医生|体温|机票|酒店|餐厅|高铁|导航|怎么去|心情|失恋|女朋友|男朋友|作业|数学题"
    r"|平方根|圆周率",
    r"[\d零一二三四五六七八九十百千万]+(?:乘以?|除以|加上?|减去?|×|÷|\+"
    r"|\*)[\d零一二三四五六七八九十百千万]+",
)
_ATTACK = _words(
    r"\b(?:ignore|disregard|forget|override|bypass|skip|drop|break)\b.{0,40}\b(?:rules?|instructions?"
    r"|prompts?|told|guidelines?|restrictions?|above|previous|everything|safety|polic\w+"
    r"|constraints?)\b",
    r"\b(?:print|show|reveal|repeat|output|display|give|tell|leak|dump|share|recite|copy|paste"
    r"|what(?:'s| is| are)?)\b.{0,40}\b(?:system prompt|prompts?|hidden|instructions?|api keys?"
    r"|keys?\b(?! ?(?:ring|chain|product|board))|secrets?|passwords?|credentials?|tokens?|config\w*"
    r"|env(?:ironment)? var\w*|source|text above|words above|above this)\b|\btext above\b"
    r"|\bsystem prompt\b",
    r"\b(?:developer|debug|god|admin|maintenance|root|jailbreak|sudo) mode\b|\bjailbreak\b"
    r"|\byou are now\b|\byou are dan\b|\bfrom now on you\b|\bact as (?:a|an|if|my|root)\b"
    r"|\bpretend (?:to be|you)\b|\bno limits\b|\bwithout limits\b|\breply only with\b|\bsay (?:only"
    r"|exactly)\b",
    r"\brm -rf\b|\bselect \*|\bselect .{1,40} from\b|\bdrop table\b|\bdelete from\b|\binsert into\b"
    r"|\bunion select\b|\bos\.system\b|\b__import__\b|<script|\bcurl http|\bor '?1'? ?= ?'?1\b",
    r"\b(?:fake|forge|invent|fabricate|make up)\b.{0,20}\b(?:reviews?|ratings?|five-star)\b|\b(?:write"
    r"|buy|get)(?: me| us)? (?:(?:a|an|some|few|many|\d+|good|positive|great|five-star|5-star"
    r"|fake) )*(?:reviews?|ratings)\b(?= for|$)|\bhack\w*|\bexploit\b|\bphish\w*|\blaunder\w*"
    r"|\bbombs?\b(?! ?bath)|\bevade tax\w*",
    r"\b(?:phone|mobile|home|e-?mail|postal|shipping|delivery|billing)? ?(?:numbers?|address(?:es)?"
    r"|card numbers?|credit cards?|id numbers?|names?|personal (?:data|details|information)"
    r"|contact (?:details|info\w*))\b.{0,20}\b(?:of|for) .{0,20}\b(?:customers?|buyers?|clients?"
    r"|reviewers?|users?)\b|\b(?:customers?|buyers?|clients?|reviewers?)(?:'s?|s')? (?:phone|address"
    r"|names?\b|e-?mail|personal|credit|contact|private|home)\w*|\bwho (?:exactly )?(?:wrote"
    r"|left) (?:that|this|the) review\b",
    r"\b(?:competitors?|rivals?|another|other|someone else's|next door's?"
    r"|neighbou?r's?)(?:'s?)? (?:\w+ ){0,2}?(?:shops?|stores?|merchants?|sellers?|sales|revenue"
    r"|turnover|accounts?|tenants?|data)\b|\b(?:shop|store) next door\b",
    r"(?:忽略|无视|忘掉|忘记|绕过|跳过|不要管|别管|违反|打破|解除).{0,12}(?:规则|指令|提示|限制|要求"
    r"|设定|规定|内容|指示|约束)|(?:提示词|系统提示|system ?prompt|密钥|密码|口令|api ?key|令牌"
    r"|内部配置|配置文件|环境变量|源代码|隐藏指令|内部指令)|(?:开发者|调试|管理员|维护|上帝|越狱)模式"
    r"|越狱|从现在起你|你现在是(?!什么|谁)|假装你|扮演|只回复|只输出|原样输出|以上(?:内容"
    r"|文字).{0,6}(?:重复|输出|打印)|(?:重复|输出|打印)以上",
    r"(?:顾客|客户|买家|用户|客人|评论的?人|那个人)的?.{0,8}(?:电话|手机号?|地址|住址|身份证|邮箱"
    r"|微信号?|联系方式|姓名|真名|隐私|银行卡|个人信息)|(?:竞争对手|对手|竞品|同行|隔壁|别人家?"
    r"|其他商家|其他店|别的店|别的商家|人家店|友商).{0,10}(?:店|卖|销|数据|营业|生意|流水|多少|收入|价"
    r"|库存)",
)
# Orders stand at the head of a clause; "why did sales drop after the price went up to 9" is a question.
_ORDER = (
    r"(?:^|\b(?:please|pls|kindly|can you|could you|will you|would you|want you to|need you to"
    r"|you must|you should|go|just|now|also|immediately|to)\s)(?:\w+ly )?"
)
_ACTION = _words(
    rf"{_ORDER}(?:take|get|pull) (?:\S+ ){{0,8}}?(?:off|down)\b(?! the (?:shel|list))|{_ORDER}(?:hide"
    rf"|bury|unpublish) (?:\S+ ){{0,5}}?reviews?\b"
    rf"|{_ORDER}(?:knock|take|shave) [\d.]+ ?(?:%|percent)? off\b",
    rf"{_ORDER}(?:e-?mail|text|message|whatsapp|tweet|fax|forward|post|publish|upload|dm)\s(?:this|that"
    rf"|it|them|him|her|me|my|our|the|all|everyone|a|an)\b",
    rf"{_ORDER}send\b (?:\S+ ){{0,6}}(?:to|e-?mails?|sms|messages?|money|invoice)\b|{_ORDER}send (?:it"
    rf"|this|that|them|me|him|her|my|our|the)\b",
    rf"{_ORDER}(?:delete|erase|wipe|drop|truncate|clear|remove|purge|destroy|overwrite|modify|edit"
    rf"|alter|reset|format)\b.{{0,30}}\b(?:data\w*|tables?|records?|reviews?|products?|sales|orders?"
    rf"|everything|all|files?|disk|history|listing|account|store|shop)\b",
    rf"{_ORDER}(?:change|set|raise|lower|increase|cut|reduce|update|adjust|drop|make) (?:the|its|all"
    rf"|our|my|every|this|that|their) (?:\S+ ){{0,6}}?prices?\b|{_ORDER}place (?:an|the|my"
    rf"|this) (?:order|purchase)\b|\border it for me\b|\b(?:buy|purchase|pay)\b.{{0,15}}\bfor me\b"
    rf"|{_ORDER}(?:issue|give|make) (?:a |the |them a )?refund\b|{_ORDER}cancel (?:the |my |an "
    rf"|all )?orders?\b",
    rf"{_ORDER}(?:run|execute|eval|exec)\b.{{0,25}}\b(?:code|command|shell|script|sql|query|python|bash"
    rf"|terminal|rm)\b",
    r"(?:发|寄|转发|抄送|推送|群发|发送)(?:一?[封份个条])?(?:给|到)|发(?:一?封)?(?:邮件|短信|微信"
    r"|朋友圈|微博|公告)|(?:删|清空|清除|抹掉|销毁|格式化|篡改|修改|改掉|覆盖|重置).{0,14}(?:数据|记录"
    r"|表|评价|评论|商品|订单|库存|销量|文件|全部|所有|差评)|(?:数据|记录|差评|评论|订单|商品"
    r"|表).{0,6}(?:删了|删掉|删除|清空|清除)",
    r"(?:改|调整?|涨|降|提高|降低|修改|设)(?:一下)?.{0,10}(?:价格|售价|定价|标价)|(?:价格|售价"
    r"|定价)(?:都|全)?(?:给我)?(?:改|调|设|降|涨|提)(?:成|到|为|高|低)|帮我(?:下单|付款|付钱|转账|退款"
    r"|买)|替我(?:下单|付|买)|直接下单|(?:直接|马上|立刻)?(?:帮|替)(?:我|忙"
    r"|我们)(?:[跟向找去在].{1,8})?下单(?!量|多少|数|几)|(?:运行|执行|跑).{0,8}(?:代码|命令|脚本|sql"
    r"|程序|shell)|刷(?:单"
    r"|好评|评)|(?:编|伪造|造|刷|代写|写)(?:[几一些点十]+[条个些]?)?(?:假|虚假|五星)?(?:好评|评价"
    r"|评论)(?!怎|里|中)|假(?:评价|好评|评论)|黑客|攻击|偷税|逃税",
)
# What a shop has, and this one's data does not: costs, visitors, parcels, staff, advertising, other shops.
_NOT_KEPT = _words(
    r"\b(?:net|gross|profit) margins?\b|\bmargins?\b|\b(?:net |gross )?profits?\b|\bprofitab\w+"
    r"|\bbreak-?even\b"
    r"|\b(?:platform|listing|advert\w*|warehouse) (?:fees?|costs?|spend)\b|\bcost per click\b"
    r"|\bcost price\b"
    r"|\bpurchase price\b|\bwages?\b|\bsalar(?:y|ies)\b|\bpayroll\b|\btax(?:es)?\b|\brent\b",
    r"\b(?:visitors?|page ?views?|impressions|click-?through|conversion|bounce(?:d|s)?) ?(?:rates?)?\b"
    r"|\b(?:ad|ads|email|marketing|facebook|google) campaigns?\b"
    r"|\b(?:facebook|instagram|tiktok|google) ads?\b|\bparcels?\b(?! (?:tape|bags?|tags?|box))"
    r"|\btracking number\b|\bcourier\b"
    r"|\blook(?:ed|ing)? at (?:our|the|my) (?:shop|store|site|web|page)\w*|\bbounced\b|\bclicked on\b",
    r"净利|毛利|利润|纯利|净赚|纯赚|赚了多少|刨[掉去]成本|扣[掉除]成本|进价|进货价|成本价|广告费|推广费"
    r"|佣金|平台费|工资|房租"
    r"|(?:交|报|缴)税|访客|浏览量|点击率|转化率|跳失率|曝光|直通车|快递.{0,6}(?:到哪|卡在|在哪)|物流单号",
    # Another company sells, not this shop through it.
    r"\b(?:did|does|do|has|is|was|will|at)\b (?:walmart|amazon|tesco|ikea|costco|alibaba|shein|temu)\b"
    r"|(?:沃尔玛|亚马逊|京东|淘宝|天猫|拼多多|苏宁|唯品会|盒马|永辉|家乐福)(?:自己|公司|总共|整个|一共)?"
    r"(?:上|去|今|这|昨|前|本)?(?:个?[月周年天季]度?)?(?:的)?(?:卖了|营收|营业额|销售额|赚|财报|业绩)",
)
# Said about business in general, and nothing asked.
_CHAT = _words(
    r"^(?:business|trade|retail|e-?commerce|the market) (?:is|has been|was"
    r"|can be) (?:\w+ ){0,2}?(?:tough|hard|slow|quiet"
    r"|rough|brutal|good|great|booming|crazy|busy|bad|dead)\b(?!.*\b(?:why|how)\b)|^sold$",
    r"祝.{0,8}(?:生意|财|大卖|兴|红火|顺)|生意(?:兴隆|红火)|日进斗金|恭喜发财|财源广进|生意.{0,6}(?:真"
    r"|太|好)?难做|做(?:电商|生意|买卖).{0,4}(?:累|难|苦)",
)
_REPEATS = re.compile(
    r"\b(?:that|the) thing\b.{0,12}\b(?:discussed|talked|mentioned|said)\b|\b(?:as|like) (?:usual|always"
    r"|before|last time)\b"
    r"|\bthe usual\b|\bsame (?:as|again)\b|上次那样|老样子|照旧|照上次|跟上次一样|按老规矩|像上回|上回那样"
    r"|\bcheck something\b|\bdo something for me\b|\bneed the report\b"
)
_QUESTION = re.compile(
    r"\bwhy\b|\bhow (?:many|much|come|did)\b|\bwhat happened\b|为什么|为啥|原因|多少|怎么样|如何"
)
# What reviews are searched for is quoted, not ordered.
_QUOTING = re.compile(
    r"(?<=reviews )(?:that )?(?:say|saying|mention|mentioning|containing|with)\b|(?<=评价)里?(?:说|提到"
    r"|写|含)"
)
_KNOWLEDGE = re.compile(
    r"^(?:who|where|when|which|what|what's|whats|how|is|are|do|does|did|can|could|should|tell me|teach"
    r"|sing|recommend|explain|define|name) .*\w{3}"
    r"|谁|哪|多少|几|什么|怎么|为什么|吗|教|讲|推荐|介绍|唱"
)
_VAGUE = re.compile(
    r"\b(?:this|that|it|its|they|them|something|anything|usual|reports?|check|help|look|update"
    r"|overview|going|up|status)\b"
    r"|那|这|它|帮我|处理|看看|弄|情况|怎么样|咋样|如何|怎么办"
)
_EMOJI_ONLY = re.compile(r"[^\w]*", re.UNICODE)
_APPROVING = re.compile(r"[👍🙏❤♥💕💯👌👏😊😁😀🙂😄🥰😍🎉✅]")


def talk_of(text: str) -> Talk:
    """Return what kind of talk a folded clause is; "" where it may be a question about the shop."""
    text = _QUOTING.split(text)[0]
    if _ATTACK.search(text) or (_ACTION.search(text) and not _QUESTION.search(text)):
        return "unsafe"
    for kind, words in (("greeting", _GREETING), ("thanks", _THANKS)):
        if words.fullmatch(text):
            return "greeting" if kind == "greeting" else "thanks"
    if _ABOUT_YOU.search(text):
        return "about_you"
    return "off_topic" if _OFF_TOPIC.search(text) else ""


def is_beyond_data(text: str) -> bool:
    """Whether a folded clause asks for what no shop's sales and reviews hold: profit, visitors, another company."""
    return bool(_NOT_KEPT.search(text))


def is_chat(text: str) -> bool:
    """Whether a folded clause speaks of business in general and asks nothing: "trade is slow these days"."""
    return bool(_CHAT.search(text))


def asks_to_repeat(text: str) -> bool:
    """Whether a folded question names what it wants only by what was done before: "same as last time"."""
    return bool(_REPEATS.search(text))


def may_be_knowledge(text: str) -> bool:
    """Whether a folded question without a word of the trade asks for what any book knows."""
    return bool(_KNOWLEDGE.search(text)) and not _VAGUE.search(text)


def is_approval(question: str) -> bool:
    """Whether a question is nothing but signs of approval: a thumb, a heart."""
    return bool(_APPROVING.search(question)) and bool(_EMOJI_ONLY.fullmatch(question))
