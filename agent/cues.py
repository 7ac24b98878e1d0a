"""The words that tell what a question wants: which tool, which direction, which opinion. One place for all of them.

Every pattern is matched against folded text (`tools.numerals.fold`): lower case, half width, single spaces.
"""

from __future__ import annotations

import re
from typing import Literal

Confidence = Literal["plain", "weak", ""]


def _words(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(patterns))


# Who speaks of goods in reviews.
_PEOPLE = (
    r"(?:customers?|buyers?|shoppers?|clients?|users?|people|parents|owners|guests|readers|folks"
    r"|everyone|any(?:one|body)|ppl)"
)
_PEOPLE_ZH = (
    r"(?:顾客|客人|客户|买家|用户|大家|网友|人家|有人|别人|[买吃用穿喝戴]过的人?|[买用]了的人"
    r"|[买用]它的人|家长|粉丝)"
)

RISE = (
    r"\brising\b|\bris(?:e|es|ers?)\b|\brose\b|\bclimb\w*|\bgain(?:s|ed|ing|ers?)?\b|\bgrow(?:s|n|ing"
    r"|th|ers?)?\b|\bgrew\b",
    r"\bsurg\w+|\bsoar\w*|rocket\w*|\bsho(?:t|ot\w*) up\b|\bincreas\w+|\btak(?:e|es|ing) off\b|\btook off\b|\bpick(?:s|ed"
    r"|ing)? up\b",
    r"\bon (?:the|its|their) (?:up|rise|way up)\b|\b(?:going|gone|go|went|heading|moving|is"
    r"|are) up(?:wards?)?\b|\bupwards?\b",
    r"\bmore and more\b|\bbetter and better\b|\bflying off\b|\bup and coming\b|\bcatching on\b"
    r"|\bhigher\b|\bspik\w+",
    r"\bwinners?\b|\bviral\b|\btrending up\b|\bpeak(?:ing|ed)\b|\bbreakouts?\b|\bjump(?:s|ed"
    r"|ing)?\b(?! rope)",
    r"上涨|在涨|[大猛暴飙疯]涨|涨[得的了价]?[最快多猛幅]|涨了|走高|走俏|有起色|回暖|升的|见涨|走红|蹿"
    r"|窜红|窜[得的]|涨势|卖疯|上升|(?<!毫)升得"
    r"|飙升|攀升|增长|上扬|抬头|起飞",
    r"往上[走涨升爬窜]|爆(?:起来|了|单|发|火)|爆款|火(?:起来|了|爆|热|的|遍)|热起来|红起来|越卖越(?:好"
    r"|多|火|旺)|越来越(?:好卖|火|多|好|热)|卖多了|涨的",
)
FALL = (
    r"\bfall(?:s|en|ing|ers?)?\b|\bfell\b|\bdrop(?:s|ped|ping)?\b|\bdeclin\w+|\bslump\w*|\bsink(?:s"
    r"|ing)?\b|\bsank\b|\bdecreas\w+",
    r"\blos(?:e|es|ing|t) (?:steam|ground|momentum|traction|speed|pace|heat|interest|(?:the )?(?:most"
    r"|fastest))\b|\blosers?\b|\bplung\w+|\btumbl\w+"
    r"|\blos(?:e|es|ing|t) (?:\w+ ){0,2}ground\b|\bslipp(?:ed|ing)\b",
    r"\bslow(?:s|ed|ing)?(?: down)?\b|\bdown(?:wards?|hill|trend\w*)?\b|\bless and less\b"
    r"|\bworse and worse\b|\bcool(?:s|ed|ing) (?:off|down)\b",
    r"\bfading\b|\bdying\b|\bdries up\b|\bdrying up\b|\blower\b|\bshrink\w*|\bshrunk\b"
    r"|\bunderperform\w*"
    r"|\b(?:going|gone|go) backwards?\b|\b(?:nose)?div(?:e|es|ed|ing)\b|\bdips?\b|\bdipp\w+|\btank(?:ed|ing)\b|\bdrag\w*",
    r"\bn't sell\w*|\bnot selling\b|\bstopped selling\b|\bslid(?:e|es|ing)?\b|\bcrash\w*"
    r"|\bworst (?:performing|performers?|sellers?|selling)\b",
    r"拉胯|拉垮|掉队|掉链子|不景气|没起色|降的|惨淡|跌惨|下跌|在跌|[大猛暴]跌|跌[得的了最幅]|下降|下滑"
    r"|在掉|往下出?溜|稀烂|滑坡|走低|走弱|走下坡|下坡|滞销|变差|掉[得的了最]"
    r"|往下[掉走滑]|下掉|腰斩|缩水|萎缩|疲软|遇冷|凉了",
    r"卖不动|卖不出|没人[买要]|没什么人买|不好卖|难卖|卖得(?:少|差|不好|不如|越来越[少差])|越卖越(?:差"
    r"|少)|越来越(?:差|少|难卖|冷)|卖少了|变冷|降温|降了|跌的|掉的|减少|变少",
)
EITHER = (
    r"\beither (?:way|direction)\b|\bboth (?:ways|directions)\b|\bups and downs\b|\bmov(?:ement|ing|es"
    r"|ers?)\b|\bchang\w+|\bswings?\b|\bunusual\b",
    r"\bwinners (?:and|or|as well as) losers\b|\bris\w+ (?:and|or) fall\w*|\bjumps (?:or|and) (?:dips"
    r"|drops)\b|\bup (?:or|and) down\b",
    r"变化|变动|波动|异动|起伏|异常|涨跌|涨的跌的|涨或跌|升降|有涨有跌",
)
_HEAT = (
    r"\btrend(?:s|ing|y)?\b|\bhot(?:test|ter)?\b(?! (?:pot|water|chocolate|bath|plate|dog))"
    r"|\bpopular\b|\bbuzz\w*|\bmomentum\b|\bhype\b|\ball the rage\b",
    r"趋势|热卖(?!榜)|热销(?!榜)|热门|畅销(?!榜)|流行|风向|最火|很火|火不火|主推|爆品|卖爆",
)
TOPICS: tuple[tuple[str, re.Pattern[str], re.Pattern[str]], ...] = (
    # (tool, plain words, words that only hint). The order is the order of belief within one clause.
    (
        "explain_trend",
        _words(
            r"\bwhy\b|\by\?|^y$|\bhow come\b|\bit was (?:[\w'-]+ ){1,4}that\b"
            r"|\b(?:reasons?|causes?|explanation)\b|\bexpla(?:in|ne)\w*"
            r"|\bwhat(?:'s| is| was| are|s)? (?:\w+ ){0,2}behind\b",
            r"\bbehind (?:it|this|that|the|its|their)\b|\bwhat (?:has |is |was |could have "
            r"|might have )?(?:caus|dr[iao]v|push|dragg|pull|boost|lift|hurt|hit|killed|made|trigger"
            r"|led)\w*",
            r"\bwhat (?:on earth )?(?:happened|went wrong|changed)\b|\bdriv(?:ers?|ing|en by)\b"
            r"|\bdue to what\b|\bwhat for\b|\bwhat's (?:going on|up) with\b|\bto blame\b"
            r"|\baccounts? for\b|\bwhat gives\b|\bculprit\b|\bis (?:it|that|this) because\b"
            r"|\b(?:is|was) (?:it|that) (?!true|right|correct|possible)(?:[\w'-]+ ){1,4}that\b"
            r"|\bdown to what\b"
            r"|\bmake sense of\b|\bshed (?:some )?light\b",
            r"为什么|为啥|为何|干嘛|原因|缘故|何以|因为(?:什么|啥)|由于什么|怎么回事|咋回事"
            r"|怎么(?:突然|忽然|就|这么|没|不|那么|卖不|掉|跌|涨|降|火|下滑|少|变|会[掉跌涨降变这])",
            r"咋(?:突然|就|这么|没|不|卖不|掉|跌|涨|降|火|了|会)|(?:什么|啥|哪些(?:因素"
            r"|原因)?).{0,6}(?:带动|造成|导致|引起|拉动|推动|影响|拖累|带火)|解释|归因|背后|跟什么有关",
            r"受(?:什么|啥)影响|出(?:了)?什么(?:事|问题|状况)|发生(?:了)?(?:什么|啥)|问题出在|怎么搞的"
            r"|凭什么|(?:谁|什么|啥|哪个)的锅|复盘|咋整的|(?:会不会是|是不是|难道是?)(?:因为|由于)"
            r"|(?:会不会是|是不是|难道是).{1,10}(?:闹|害|造成|引起|导致|惹|拖累|带动)的?|啥情况|什么情况"
            r"|怎么(?:弄的|来的)|(?:怎么|咋)越卖越|越卖越[少差].{0,3}(?:呢|怎么)|会不会是|该不会是|莫非|根(?:儿|源|子)?在哪|说得通|来龙去脉|为嘛",
        ),
        _words(r"\bcaused?\b|\bfactors?\b|\bdrove\b|因素|分析"),
    ),
    (
        "recommend_restock",
        _words(
            r"\bre-?stoc?k\w*|\border figure\b|\bre-?order\w*|\breplenish\w*|\border (?:any |some )?(?:more|again|extra"
            r"|another|now|it|them|in)\b|\bstock up\b|\btop up\b|\bsafety stock\b",
            r"\b(?:how (?:many|much)|should|need|do|must|time|when|shall|have|want"
            r"|going) .{0,45}\b(?:to |we |i )(?:order|buy|purchase|get in|bring in)\b(?! from)",
            r"\b(?:order|purchase|buy(?:ing)?|reorder) (?:quantit(?:y|ies)|qty|size|amount|volume|point)\b"
            r"|\bnext (?:purchase )?order\b|\b(?:buy|order|purchase|get|bring) (?:\w+ )?(?:more"
            r"|in more)\b|\bbuy in\b|\border\?"
            r"|\bpurchase orders?\b|\bto order\b|\bhow many should (?:i|we) get\b",
            r"\b(?:enough|sufficient|adequate) (?:stock|units|left|inventory|supply|on hand"
            r"|in stock)\b|\b(?:stock|inventory|supply|units|left|in hand|have|that|it"
            r"|got)\b.{0,45}\b(?:enough|sufficient)\b|\bdo (?:we|i) have enough\b",
            r"\brun(?:ning|s)? (?:out|low|short)\b|\bsell(?:ing)? out\b|\bstock[- ]?outs?\b"
            r"|\bout of stock\b|\bwill (?:the |our |my |these |those )?[\d,.]+ .{0,30}\blast\b"
            r"|\bhow long .{0,60}\blast\b|\b(?:stock|inventory|it|they|units) last\b",
            r"\bstock (?:check|level|cover)\b|\bdays of (?:cover|stock)\b|\bcover(?:s"
            r"|ed)? .{0,15}\b(?:demand|lead)\b",
            r"补货|补多少|补(?:一)?个?货|续(?:多少|几|货|一批)|追加(?:多少|几|不|吗|一批|货)|要补|该补"
            r"|补不补|再补|补几|补充库存|进货|进多少|要不要进|再进|得进|该进|进点"
            r"|进一批|进几|备货|备多少|该备|要备|多备|订多少|该订|要订|订货|再订|订几",
            r"采购|下单补|下单.{0,4}多少|加单|返单|追单|该下(?:多少|几)|下多少单|够不够|够卖|够用|够吗|够不|足够|够.{0,6}(?:吗|么"
            r"|嘛)|撑[得到几多不住]|还能撑|能撑|断货|缺货|脱销|卖断|安全库存|库存.{0,12}(?:够|足|撑"
            r"|紧张|告急|健康)|不够的话",
        ),
        _words(
            r"\blead time\b|\bin stock\b|\bon hand\b|\bstock(?:room)?\b|\binventory\b|\bsuppliers?\b"
            r"|\bdeliver\w*|\bwarehouse\b|\b\d+ left\b|\bleft of\b|\border\b",
            r"库存|还剩|剩下?\d|到货|现货|仓库|手头|手里|盘点|供应商|交期|在途|路上要|\d天到",
        ),
    ),
    (
        "search_reviews",
        _words(
            r"\breviews?\b|\bratings?\b|\brated\b|\bstars?\b(?! wars)|\bfeedback\b|\bcompl(?:ain|ian)\w*"
            r"|\bgrip(?:e|es|ing)\b|\bgrumbl\w*|\bgrievances?\b|\bcomments?\b|\bopinions?\b"
            r"|\btestimonials?\b|\bwrite-?ups?\b|\bwritten about\b|\brav(?:e|es|ed|ing)\b",
            r"\bprais\w*|\bcompliment\w*|\breputation\b|\bword of mouth\b|\bpros and cons\b"
            r"|\b(?:saying|say|says|said|think|thinks|thought|thinking|feel|felt) (?:about|of)\b",
            rf"\b{_PEOPLE}\b.{{0,25}}\b(?:sa(?:y|id|ying)|think|thought|lik(?:e|ed|ing)|lov(?:e|ed|ing)"
            rf"|hat(?:e|ed|ing)|happy|unhappy|mad|angry|upset|satisfied|recommend|enjoy|dislike|mention"
            rf"|moan|report|notic|find|found|feel|rate|return)\w*",
            rf"\b(?:do|does|did|are|have) {_PEOPLE}\b.{{0,10}}\b(?:love|hate|like|dislike)\b"
            rf"|\b(?:most )?(?:loved|hated|disliked)\b|\bwhat do they (?:say|think|like|hate|love)\b",
            r"评价|评论|口碑|风评|抱怨|差评|好评|中评|吐槽|投诉|反馈|几星|几颗星|星级|评分|打分|看法|满意"
            r"|好用吗|好不好用|好不好吃|好吃吗|耐用吗|晒单|追评|夸(?:它|他|她|这|得|的|了)?(?:啥|什么|哪)|骂(?:它|这|得|的|了)?(?:啥|什么|哪)|退货(?:的)?(?:原因|理由)",
            rf"{_PEOPLE_ZH}.{{0,8}}(?:说|讲|觉得|怎么看|咋看|夸|不满|不爽|有意见|骂|嫌|喜欢|讨厌|认可"
            rf"|推荐|反映|怎么样|咋样"
            rf"|提到|评)|(?:在|被)(?:骂|夸|嫌|喷)|质量(?:怎么样|咋样|如何|好吗|好不好|问题)",
        ),
        _words(
            rf"\b{_PEOPLE}\b|\bquality\b|\bdefect\w*|\bfaulty?\b|\brefunds?\b|\breturns?\b|{_PEOPLE_ZH}"
            rf"|质量|毛病|退货|退款|优点|缺点"
        ),
    ),
    (
        "forecast_demand",
        _words(
            r"\bfor(?:e)?cast\w*|\bpredict\w*|\boutlook\b|\bproject(?:ed|ion|ions)\b|\bexpect\w*"
            r"|\banticipat\w*|\bestimat\w*|\bprognos\w*",
            r"\b(?:will|'ll|shall|would|could|might|should) .{0,70}\b(?:sell|sells|selling|shift|go"
            r"|move|demand|need|look|do)\b|\b(?:going|likely|set|bound) to (?:sell|move|go|shift"
            r"|be sold)\b|\bgonna sell\b|\bdemand\b",
            r"\b(?:sell|selling|sales|units|demand) .{0,25}\b(?:next|coming|upcoming|ahead|from now)\b"
            r"|\bkeep (?:on )?(?:selling|rising|growing|climbing|falling|dropping|going)\b",
            r"预测|预估|预计|预报|预期|估摸|估计|估算|估一下|估下|(?:给我|帮我|再)估|估(?:它|个|出)|能(?:再)?(?:卖|出|走|销)(?!不)"
            r"|会(?:再)?(?:卖|走|出|有多少|继续)|将(?:卖|要卖|会)|还能(?:卖|走|出|销)|卖得(?:出去"
            r"|掉)吗|需求|(?:未来|接下来|往后|后面|今后|将来|后续).{0,16}(?:卖|走|出|量|销|单)",
        ),
        _words(
            r"\bnext\b|\bcoming\b|\bupcoming\b|\bahead\b|\btomorrow\b|\bfuture\b|\bwill\b|\bfrom now\b"
            r"|未来|接下来|接下去|往后|后面|今后|将来|后续|明天|后天|下周|下个?月|下个?季度|大概能"
            r"|剩下的日子"
        ),
    ),
    (
        "list_trending",
        _words(*_HEAT, *RISE, *FALL, *EITHER),
        _words(r"\bfast(?:est)?\b|\bstrongest\b|\bweakest\b|最猛|最快|变好"),
    ),
    (
        "get_sales",
        _words(
            r"\bsales?\b|\bsold\b|\bsell(?:s|ing)?\b|\brevenues?\b|\bturnover\b|\bturn over\b"
            r"|\btakings?\b|\bearn(?:ed|ings?|er|ers)?\b|\bincome\b|\bgross(?:ed)?\b|\bunits?\b"
            r"|\bbest[- ]?sellers?\b|\btop[- ]?sell\w+",
            r"\b(?:shift|shifted|moved|flew|went out|went|go out|gone)\b|\b(?:we|shop|store|it|product"
            r"|business) (?:take|took|make|made|bring|brought|do|did)\b|\b(?:take|took|make|made|bring"
            r"|brought) in\b|\bbrought in\b|\bhow (?:did|has|have|is|are|was|were) .{2,60}\b(?:do"
            r"|doing|done|go|perform\w*)\b",
            r"\btrad(?:e|ing)\b|\bbusiness\b|\bperformance\b|\bhow (?:did|was) .{0,40}\b(?:q[1-4]|week"
            r"|month|quarter|year|yesterday|monday|tuesday|wednesday|thursday|friday|saturday"
            r"|sunday)\b",
            r"销量|销售|卖了|卖出|卖过|卖得|卖掉|营业额|营收|流水|成交|业绩|收入|生意|出了(?:多少|几)"
            r"|出货|走了(?:多少|几)|做了(?:多少|几)|卖(?:多少|几)|卖.{0,3}钱|订单|总销|总共卖|一共卖"
            r"|销了|单量|动销|(?:畅销|热销|热卖|销量|销售)榜|(?:销量|销售)排[行名]|\bsales\b",
        ),
        _words(
            r"\bhow many\b|\bhow much\b|几[条双瓶支台把包盒张套块只本顶罐箱辆]|\bfigures?\b|\bnumbers?\b"
            r"|\borders?\b|多少件|几件|多少钱"
            r"|多少个|数据|业务|卖"
        ),
    ),
)
NEGATIVE = _words(
    r"\bcompl(?:ain|ian)\w*|\bnegative\b|\bbad\b|\bworst\b|\bgrip(?:e|es|ing)\b|\bgrumbl\w*|\bmoan\w*"
    r"|\bhat(?:e|es|ed|ing)\b|\bdislike\w*|\bunhappy\b|\bdissatisf\w+|\bupset\b|\bangry\b|\bmad\b",
    r"\b(?:one|two|1|2)(?:[- ](?:and|or|to|&)[- ](?:one|two|1|2))?[- ]stars?\b"
    r"|\blow(?:est)?[- ](?:rat\w+|stars?)|\bcons\b|\bcritic\w+|\bwhat(?:'s| is)? wrong\b|\bproblems?\b"
    r"|\bissues?\b|\bfault\w*|\bdefect\w*|\bbroke\w*|\brefunds?\b|\bgrievances?\b|\bannoy\w*"
    r"|\bdisappoint\w*",
    r"抱怨|差评|不满|不爽|不舒服|有意见|闹心|糟心|糟糕|难吃|难用|吐槽|投诉|骂|嫌|喷|踩雷|一星|两星|二星"
    r"|低分|缺点|毛病|槽点|讨厌|不喜欢|不好的"
    r"|负面|退货(?:的)?(?:原因|理由)|质量问题|翻车|失望|坏了|哪里不好|哪儿不好",
)
POSITIVE = _words(
    r"\bprais\w*|\brav(?:e|es|ed|ing)\b|\bpositive\b|\bcompliment\w*"
    r"|\b(?:five|four|5|4)[- ]stars?\b|\bhappy\b|\bsatisfied\b"
    r"|\blov(?:e|es|ed|ing)\b|\blik(?:e|es|ed|ing) (?:about|most|best)\b|\bbest things?\b"
    r"|\bpros\b|\bgood (?:things?|points?|reviews?|comments?|feedback)\b|\brecommend\w*"
    r"|\bgreat things?\b",
    r"好评|夸|优点|优缺点|表扬|称赞|喜欢(?!不)|五星|四星|高分|推荐理由|正面|点赞|亮点|认可",
)
_UNHAPPY = re.compile(
    r"\bunhappy\b|\b(?:not|n't|never) (?:like|love|happy|satisfied)\b|\bdislike|不(?:太)?(?:喜欢|认可"
    r"|推荐)"
)
# One word that points at one end of a list of trends: "the fastest climber". "The best seller" is another matter.
MOVER = re.compile(
    r"\b(?:fastest|quickest|biggest|top|steepest|strongest|sharpest|worst|largest"
    r"|heaviest)\W+(?:\w+\W+){0,2}?"
    r"(?:climb\w*|ris(?:e|er|ers|ing)|gain\w*|grow\w*|movers?|fall\w*|drop\w*|declin\w*|los(?:er|ers"
    r"|ing))\b"
    r"|\bhottest\b|\b(?:gain|grow|climb|ris|fall|dropp|declin|los)ing (?:the )?(?:most|fastest"
    r"|quickest|hardest)\b"
    r"|\b(?:rose|climbed|grew|gained|fell|dropped|declined|lost) (?:the )?(?:most|fastest|hardest)\b"
    r"|(?:涨|跌|掉|升|降|爆|卖不动)(?:得|的)?最|(?:上涨|增长|下滑|下跌|上升|下降)(?:得|的|势头"
    r"|幅度)?最|最(?:热门|火爆|火的|热的|火|热)",
)
# Words that point back at what a list named first: "the leader", 那款.
POINTS_AT_FIRST = re.compile(
    r"\b(?:that one|the (?:first|top|leading|winning) one|the first|the leader|the winner|it|its"
    r"|whatever is)\b|那款|那个|这款|该款|它|第一名|排第一|榜首|头名"
)
# A question about all that was sold is not about the product named beside it.
WHOLE_SHOP = re.compile(
    r"\b(?:overall|altogether|storewide|shop-?wide|(?:the|whole|entire|our) (?:shop|store))\b"
    r"|\b(?:anything|everything|all) (?:that )?we sell\b|\b(?:across|over) the board\b"
    r"|\bshop (?:total|sales|revenue|takings)|全店|全场"
    r"|所有(?:商品|货|产品|东西)|全部(?:商品|货|产品)|整店|整个店|店里|店铺|一共(?=卖|多少|销)"
)
_LISTING = re.compile(
    r"\b(?:which|what|what's|whats|any|anything|anyone|who|list|show|name|give|find|top|rank\w*"
    r"|products?|items?|goods|lines?)\b|哪|什么|啥|谁|有没有|有没|列|排行|榜|几款|几个品|商品|品类"
    r"|品有|的品|东西|单品|whatever"
)
_BOTH_SIDES = _words(
    *EITHER[1:2], r"\beither (?:way|direction)\b|\bboth (?:ways|directions)\b|涨的?跌的?|涨或跌|涨跌"
)
_NEGATED = re.compile(
    r"\bsales[- ]wise\b|\bin (?:sales|terms of sales)\b$|"
    r"\b(?:not|without|skip|forget|never mind|no need for|instead of|rather than) (?:the |a |any "
    r"|about )?(?:forecast|sales|reviews?|trends?|prediction)\w*|(?:先?不|别)(?:看|要|用|管|说"
    r"|提)(?:预测|销量|评价|趋势|补货)"
)
# A sentence that tells, beside one that asks: "it is flying, how come?"
_ASKING = re.compile(
    r"\b(?:how|what|which|who|when|where|show|give|list|tell|name|find|total|sum|any|can|could|will|should"
    r"|report)\b|what's|whats|(?:^|\b(?:how|what|which|and|or) (?:\w+ )?)(?:do|does|did)\b"
    r"|多少|几|哪|什么|啥|谁|怎|如何|咋|吗|呢|看看|查|列|报|给我"
)
_TELLING = re.compile(
    r"\b(?:is|are|isn't|aren't|was|were|wasn't|weren't|keeps?|has|have|hasn't|haven't|seems?|used to"
    r"|been|looks?|looked|did|went|got|became|suddenly|fell|rose|dropped|slipped|jumped|dipped)\b"
    r"|卖得|卖不|在[涨跌]|忽然|突然|不对劲|奇怪|[涨跌掉火爆]了|腰斩|没人"
)
_RISES, _FALLS, _EITHER, _HEATS = _words(*RISE), _words(*FALL), _words(*EITHER), _words(*_HEAT)
_SEAM = re.compile(r"(?<=[a-z])(?=[\u4e00-\u9fff])|(?<=[\u4e00-\u9fff])(?=[a-z])")
# A past tense keeps "next to nothing" and "coming" of yesterday from becoming a forecast.
_PAST = re.compile(
    r"\b(?:did|sold|was|were|has|have|had|took|made|brought|went|shifted|moved)\b|卖了|卖出了|卖过"
    r"|出了|走了|做了|上周|上个?月|昨天|前天|去年|过去"
)


def topic_of(said: str) -> tuple[str, Confidence]:
    """Return the tool that a clause's words ask for and how plainly; ("", "") where no word does.

    Args:
        said: folded words of one clause.
    """
    text = _NEGATED.sub(" ", _apart(said))
    plain = [tool for tool, words, _ in TOPICS if words.search(text)]
    hinted = [tool for tool, _, words in TOPICS if words.search(text)]
    if plain:
        return _settle(plain, hinted, text)
    if "forecast_demand" in hinted and _PAST.search(text):
        hinted.remove("forecast_demand")
    return (hinted[0], "weak") if hinted else ("", "")


def _apart(text: str) -> str:
    """Set Latin words apart from the Chinese around them, so that "的sales上周" has the word "sales"."""
    return _SEAM.sub(" ", text)


def _settle(plain: list[str], hinted: list[str], text: str) -> tuple[str, Confidence]:
    """Choose among several tools whose plain words stand in one clause."""
    first = plain[0]
    if (
        first == "explain_trend"
        and "search_reviews" in plain
        and not ({"list_trending", "get_sales"} & {*plain})
    ):
        # "The reasons why people complain" are found in reviews.
        return "search_reviews", "plain"
    if (
        first == "forecast_demand"
        and "get_sales" in plain
        and _PAST.search(text)
        and "forecast_demand" not in hinted
    ):
        # "How many would you say we sold": the past decides.
        first = "get_sales" if re.search(r"\bsold\b|卖了|卖出了", text) else first
    if first == "get_sales" and "forecast_demand" in hinted and not _PAST.search(text):
        return "forecast_demand", "weak"
    if first == "list_trending" and not _LISTING.search(text) and not MOVER.search(text):
        # "If nothing changes", "it is up": said in passing.
        return first, "weak"
    return first, "plain"


def rank_of(tool: str) -> int:
    """Return a tool's place in the order of belief, 0 first."""
    return [name for name, _, _ in TOPICS].index(tool)


def mentions(tool: str, text: str) -> bool:
    """Whether any word, plain or not, of a folded text has to do with a tool."""
    text = _apart(text)
    return any(name == tool and (plain.search(text) or weak.search(text)) for name, plain, weak in TOPICS)


def is_listing(text: str) -> bool:
    """Whether a folded clause asks for goods that it does not name: "which", 哪些."""
    return bool(_LISTING.search(_apart(text)))


def only_tells(text: str) -> bool:
    """Whether a folded clause states something and asks nothing: "it isn't selling like it used to"."""
    return bool(_TELLING.search(text)) and not _ASKING.search(text) and not MOVER.search(text)


def direction_of(said: str) -> str | None:
    """Return "up", "down" or "both" as a folded text says it, or None."""
    text = _apart(said)
    up, down = bool(_RISES.search(text)), bool(_FALLS.search(text))
    if _BOTH_SIDES.search(text) or (up and down):
        return "both"
    if up or down:
        return "up" if up else "down"
    if _EITHER.search(text):
        return "both"
    return "up" if _HEATS.search(text) else None


def is_direction_word(text: str) -> bool:
    """Whether a folded text is nothing but a word of direction: "climbing" is no category."""
    return any(words.fullmatch(text) for words in (_RISES, _FALLS, _EITHER, _HEATS))


def opinion_of(said: str) -> str | None:
    """Return "negative" or "positive" as a folded text says it; None where it says both or neither."""
    text = _apart(said)
    negative = bool(NEGATIVE.search(text) or _UNHAPPY.search(text))
    positive = bool(POSITIVE.search(_UNHAPPY.sub(" ", text)))
    if negative == positive:
        return None
    return "negative" if negative else "positive"
