"""Made-up personal data as customers write them, each inside a sentence: what redaction must find.

Written from the formats' own definitions (check digits computed here), never from the patterns that look for them.
Nothing here belongs to anybody: every number is drawn from a seeded generator.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass

FULL_WIDTH = str.maketrans("0123456789-@.", "０１２３４５６７８９－＠．")
ENGLISH_DIGITS = "zero one two three four five six seven eight nine".split()
CHINESE_DIGITS = "零一二三四五六七八九"
PINYIN = "li wang zhang chen liu yang zhao huang zhou wu xu sun ma zhu hu guo lin he gao luo".split()
NAMES = "anna ben carla dmitri elena farid grace hugo irina jonas karen luis maria nadia oscar petra".split()
SURNAMES = "miller okafor schmidt rossi dubois garcia novak hansen kowalski tanaka brown evans patel".split()
DOMAINS = (
    "gmail.com outlook.com qq.com 163.com yahoo.co.uk web.de mail.example.org icloud.com 126.com".split()
)


@dataclass(frozen=True)
class Sample:
    """A sentence with one identifier in it; none of `secrets` may be readable afterwards."""

    kind: str
    form: str
    text: str
    secrets: tuple[str, ...]


Drawn = tuple[str, str, tuple[str, ...]]


def digits(rng: random.Random, count: int) -> str:
    """Return that many random digits."""
    return "".join(rng.choice("0123456789") for _ in range(count))


def luhn(number: str) -> str:
    """Append the digit that makes a card number valid (ISO/IEC 7812-1)."""
    total = 0
    for place, digit in enumerate(reversed(number)):
        value = int(digit) * (2 if place % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return number + str(-total % 10)


def grouped(text: str, sizes: tuple[int, ...], sign: str) -> str:
    """Cut a text into groups of these sizes."""
    parts, at = [], 0
    for size in sizes:
        parts.append(text[at : at + size])
        at += size
    return sign.join(part for part in parts if part)


# --- e-mail -----------------------------------------------------------------------------------------------------


def draw_email(rng: random.Random) -> Drawn:
    """Return an e-mail address, plain or written round the filters."""
    local = rng.choice(
        [
            f"{rng.choice(NAMES)}.{rng.choice(SURNAMES)}",
            f"{rng.choice(NAMES)}_{rng.choice(SURNAMES)}{digits(rng, 2)}",
            f"{rng.choice(PINYIN)}{rng.choice(PINYIN)}{digits(rng, 4)}",
            f"{rng.choice(NAMES)}+shop",
            digits(rng, 9).replace("0", "7"),
            f"{rng.choice(NAMES)[0]}-{rng.choice(SURNAMES)}",
        ]
    )
    domain = rng.choice(DOMAINS)
    forms: list[tuple[str, str]] = [
        ("plain", f"{local}@{domain}"),
        ("upper", f"{local}@{domain}".upper()),
        ("full-width @", f"{local}＠{domain}"),
        ("spaced", f"{local} @ {domain}"),
        ("bracketed", f"{local} (at) {domain}"),
        ("words", f"{local} at {domain.replace('.', ' dot ')}"),
        ("square", f"{local}[at]{domain.replace('.', '[dot]')}"),
        ("mailto", f"mailto:{local}@{domain}"),
        ("chinese", f"{local}艾特{domain.replace('.', '点')}"),
    ]
    form, text = rng.choice(forms)
    return form, text, (local, local.upper())


# --- telephone ----------------------------------------------------------------------------------------------------


def _chinese_mobile(rng: random.Random) -> Drawn:
    number = "1" + rng.choice("35789") + digits(rng, 9)
    sign = rng.choice(" -.·")
    forms = [
        ("mobile plain", number),
        ("mobile 3-4-4", grouped(number, (3, 4, 4), sign)),
        ("mobile +86", f"+86 {number}"),
        ("mobile 0086", f"0086-{grouped(number, (3, 4, 4), '-')}"),
        ("mobile (86)", f"(86){number}"),
        ("mobile full-width", number.translate(FULL_WIDTH)),
        ("mobile spaced out", " ".join(number)),
        ("mobile chinese digits", "".join(CHINESE_DIGITS[int(d)] for d in number)),
        ("mobile mixed digits", "".join(CHINESE_DIGITS[int(d)] if rng.random() < 0.3 else d for d in number)),
        ("mobile yao", "幺" + "".join(CHINESE_DIGITS[int(d)] for d in number[1:])),
        ("mobile zero-width", "\u200b".join(grouped(number, (3, 4, 4), "|").split("|"))),
    ]
    form, text = rng.choice(forms)
    return form, text, (text, number[3:7] + number[7:], text[-8:])


def _chinese_landline(rng: random.Random) -> Drawn:
    area = rng.choice(["010", "021", "020", "0755", "0571", "028", "0898", "0431"])
    number = rng.choice("2345678") + digits(rng, 7 if len(area) == 3 or area in ("0755", "0571") else 6)
    hotline = rng.choice(["400", "800"]) + digits(rng, 7)
    forms = [
        ("landline dash", f"{area}-{number}"),
        ("landline brackets", f"({area}){number}"),
        ("landline full brackets", f"（{area}）{number}"),
        ("landline space", f"{area} {number}"),
        ("landline extension", f"{area}-{number}转{digits(rng, 3)}"),
        ("hotline", grouped(hotline, (3, 3, 4), "-")),
        ("hotline plain", hotline),
    ]
    form, text = rng.choice(forms)
    return form, text, ((hotline[3:], hotline[-4:]) if "hotline" in form else (number,))


def _american(rng: random.Random) -> Drawn:
    area = rng.choice(["212", "415", "312", "617", "206", "713", "305", "503", "404", "720"])
    exchange, line = (
        rng.choice("23456789") + rng.choice("023456789") + rng.choice("0123456789"),
        digits(rng, 4),
    )
    number = area + exchange + line
    forms = [
        ("us brackets", f"({area}) {exchange}-{line}"),
        ("us dashes", f"{area}-{exchange}-{line}"),
        ("us dots", f"{area}.{exchange}.{line}"),
        ("us spaces", f"{area} {exchange} {line}"),
        ("us +1", f"+1 {area} {exchange} {line}"),
        ("us 1-", f"1-{area}-{exchange}-{line}"),
        ("us bare", number),
        ("us toll-free", f"1-800-{exchange}-{line}"),
        ("us extension", f"({area}) {exchange}-{line} ext. {rng.randint(10, 999)}"),
        ("us words", " ".join(ENGLISH_DIGITS[int(d)] for d in number)),
        ("us words, oh", " ".join("oh" if d == "0" else ENGLISH_DIGITS[int(d)] for d in number)),
        ("us words, dashes", "-".join(ENGLISH_DIGITS[int(d)] for d in number)),
    ]
    form, text = rng.choice(forms)
    return form, text, (f"{exchange}-{line}", f"{exchange} {line}", f"{exchange}.{line}", number, text[-18:])


def _european(rng: random.Random) -> Drawn:
    mobile_gb = "7" + rng.choice("4578") + digits(rng, 8)
    mobile_fr = rng.choice("67") + digits(rng, 8)
    mobile_de = rng.choice(["151", "160", "170", "171", "175"]) + digits(rng, 7 if rng.random() < 0.5 else 8)
    if mobile_de.startswith("151"):
        mobile_de = "151" + rng.choice("12456") + digits(rng, 7)
    else:
        mobile_de = mobile_de[:3] + rng.choice("23456789") + digits(rng, 6)
    mobile_es = "6" + rng.choice("0123456789") + digits(rng, 7)
    mobile_in = rng.choice("98") + digits(rng, 9)
    mobile_au = "4" + rng.choice("0123") + digits(rng, 7)
    forms = [
        ("gb mobile", f"0{mobile_gb[:4]} {mobile_gb[4:]}", mobile_gb[4:]),
        ("gb mobile plain", f"0{mobile_gb}", mobile_gb),
        ("gb +44", f"+44 {mobile_gb[:4]} {mobile_gb[4:]}", mobile_gb[4:]),
        ("gb +44 (0)", f"+44 (0){mobile_gb[:4]} {mobile_gb[4:]}", mobile_gb[4:]),
        ("gb london", f"020 7{mobile_gb[2:5]} {mobile_gb[5:9]}", mobile_gb[5:9]),
        (
            "fr pairs",
            "0" + mobile_fr[0] + " " + grouped(mobile_fr[1:], (2, 2, 2, 2), " "),
            mobile_fr[-4:-2] + " ",
        ),
        ("fr +33", "+33 " + mobile_fr[0] + " " + grouped(mobile_fr[1:], (2, 2, 2, 2), " "), "+33"),
        ("de mobile", f"0{mobile_de[:3]} {mobile_de[3:]}", mobile_de[3:]),
        ("de mobile slash", f"0{mobile_de[:3]}/{mobile_de[3:]}", mobile_de[3:]),
        ("de +49", f"+49 {mobile_de[:3]} {mobile_de[3:]}", mobile_de[3:]),
        ("es mobile", grouped(mobile_es, (3, 3, 3), " "), mobile_es[3:6] + " " + mobile_es[6:]),
        ("es +34", f"+34 {mobile_es}", mobile_es),
        ("in +91", f"+91 {mobile_in[:5]} {mobile_in[5:]}", mobile_in[5:]),
        ("au mobile", f"0{mobile_au[:3]} {mobile_au[3:6]} {mobile_au[6:]}", mobile_au[3:6] + " "),
    ]
    form, text, secret = rng.choice(forms)
    return form, text, (text, secret)


def draw_phone(rng: random.Random) -> Drawn:
    """Return a telephone number of China, the United States or elsewhere."""
    return rng.choice([_chinese_mobile, _chinese_mobile, _chinese_landline, _american, _american, _european])(
        rng
    )


# --- payment --------------------------------------------------------------------------------------------------------


def draw_card(rng: random.Random) -> Drawn:
    """Return a payment card number with a valid check digit."""
    brand, prefix, length = rng.choice(
        [
            ("visa", "4", 16), ("mastercard", f"5{rng.randint(1, 5)}", 16), ("mastercard 2", "2345", 16),
            ("amex", rng.choice(["34", "37"]), 15), ("unionpay", "62", 16), ("unionpay 19", "622848", 19),
            ("discover", "6011", 16), ("jcb", "3530", 16),
        ]
    )  # fmt: skip
    number = luhn(prefix + digits(rng, length - len(prefix) - 1))
    sizes = (4, 6, 5) if brand == "amex" else (4, 4, 4, 4, 3)
    style, text = rng.choice(
        [
            ("plain", number), ("spaces", grouped(number, sizes, " ")), ("dashes", grouped(number, sizes, "-")),
            ("full-width", number.translate(FULL_WIDTH)), ("dots", grouped(number, sizes, ".")),
        ]
    )  # fmt: skip
    return f"{brand} {style}", text, (text, number, text[5:14], text[-6:])


def iban_of(country: str, account: str) -> str:
    """Put the two check digits of ISO 13616 in front of an account number."""
    moved = account + country + "00"
    value = int("".join(str(int(char, 36)) for char in moved))
    return f"{country}{98 - value % 97:02d}{account}"


def draw_iban(rng: random.Random) -> Drawn:
    """Return an IBAN with valid check digits."""
    country, account = rng.choice(
        [
            ("DE", digits(rng, 18)), ("GB", "NWBK" + digits(rng, 14)), ("NL", "ABNA" + digits(rng, 10)),
            ("FR", digits(rng, 23)), ("IT", "X" + digits(rng, 22)), ("AT", digits(rng, 16)),
            ("PL", digits(rng, 24)), ("CH", digits(rng, 17)), ("BE", digits(rng, 12)),
        ]
    )  # fmt: skip
    number = iban_of(country, account)
    spaced = " ".join(number[at : at + 4] for at in range(0, len(number), 4))
    style, text = rng.choice(
        [
            ("plain", number),
            ("spaces", spaced),
            ("lower", number.lower()),
            ("dashes", spaced.replace(" ", "-")),
        ]
    )
    return f"{country} {style}", text, (text, text[6:16], text[-8:])


# --- identity -------------------------------------------------------------------------------------------------------


def _birth(rng: random.Random) -> str:
    return f"{rng.randint(1950, 2008)}{rng.randint(1, 12):02d}{rng.randint(1, 28):02d}"


def _chinese_id(rng: random.Random) -> Drawn:
    region = rng.choice(["110101", "310115", "440305", "330106", "510107", "130604", "420111"])
    body = region + _birth(rng) + digits(rng, 3)
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    number = body + "10X98765432"[sum(int(d) * w for d, w in zip(body, weights, strict=True)) % 11]
    style, text = rng.choice(
        [
            ("cn plain", number), ("cn lower x", number.lower()), ("cn spaces", grouped(number, (6, 8, 4), " ")),
            ("cn dashes", grouped(number, (6, 4, 4, 4), "-")), ("cn full-width", number.translate(FULL_WIDTH)),
        ]
    )  # fmt: skip
    return style, text, (text, text[6:14], text[-6:])


def _american_ssn(rng: random.Random) -> Drawn:
    area = rng.choice([n for n in range(1, 900) if n not in (78, 219, 666)])
    parts = (f"{area:03d}", f"{rng.randint(1, 99):02d}", f"{rng.randint(1, 9999):04d}")
    style, text = rng.choice(
        [
            ("us ssn", "-".join(parts)), ("us ssn spaces", " ".join(parts)),
            ("us ssn keyword", "SSN " + "".join(parts)), ("us social", "social security number: " + "".join(parts)),
        ]
    )  # fmt: skip
    return style, text, ("-".join(parts), " ".join(parts), "".join(parts))


def _british_ni(rng: random.Random) -> Drawn:
    prefix = rng.choice(["AB", "CE", "JG", "PW", "SX", "YA", "HK", "LM"])
    number, suffix = digits(rng, 6), rng.choice("ABCD")
    style, text = rng.choice(
        [
            ("gb ni spaces", f"{prefix} {grouped(number, (2, 2, 2), ' ')} {suffix}"),
            ("gb ni plain", f"{prefix}{number}{suffix}"), ("gb ni lower", f"{prefix}{number}{suffix}".lower()),
            ("gb ni dashes", f"{prefix}-{grouped(number, (2, 2, 2), '-')}-{suffix}"),
        ]
    )  # fmt: skip
    return style, text, (text, number, grouped(number, (2, 2, 2), " "))


def _hong_kong(rng: random.Random) -> Drawn:
    letter, number = rng.choice("ABCDEGHKPRVYZ"), digits(rng, 6)
    total = (
        36 * 9
        + (ord(letter) - 55) * 8
        + sum(int(d) * w for d, w in zip(number, range(7, 1, -1), strict=True))
    )
    check = "0123456789A"[-total % 11]
    return "hk", f"{letter}{number}({check})", (number,)


def _french(rng: random.Random) -> Drawn:
    body = (
        f"{rng.choice('12')}{rng.randint(50, 99)}{rng.randint(1, 12):02d}{rng.randint(1, 95):02d}"
        f"{rng.randint(1, 990):03d}{rng.randint(1, 999):03d}"
    ).replace("20", "21", 1)
    number = f"{body}{97 - int(body) % 97:02d}"
    text = rng.choice([number, grouped(number, (1, 2, 2, 2, 3, 3, 2), " ")])
    return "fr", text, (text, text[-8:])


def _spanish(rng: random.Random) -> Drawn:
    letters = "TRWAGMYFPDXBNJZSQVHLCKE"
    number = digits(rng, 8)
    text = number + rng.choice(["", "-"]) + letters[int(number) % 23]
    first, rest = rng.choice("XYZ"), digits(rng, 7)
    foreigner = first + rest + letters[int("XYZ".index(first).__str__() + rest) % 23]
    return rng.choice([("es dni", text, (number,)), ("es nie", foreigner, (rest,))])


def _brazilian(rng: random.Random) -> Drawn:
    body = digits(rng, 9)
    for _ in range(2):
        total = sum(int(d) * w for d, w in zip(body, range(len(body) + 1, 1, -1), strict=True))
        body += str((total * 10 % 11) % 10)
    return "br", f"{body[:3]}.{body[3:6]}.{body[6:9]}-{body[9:]}", (body[3:6] + "." + body[6:9],)


def _passport(rng: random.Random) -> Drawn:
    word, number = rng.choice(
        [
            ("passport number ", rng.choice("ABCEGX") + digits(rng, 8)), ("passport no. ", digits(rng, 9)),
            ("护照号", rng.choice(["E", "G", "EA"]) + digits(rng, 7)), ("护照号码：", "E" + digits(rng, 8)),
        ]
    )  # fmt: skip
    return "passport", word + number, (number,)


def draw_identity(rng: random.Random) -> Drawn:
    """Return a number of a person's papers."""
    return rng.choice(
        [
            _chinese_id, _chinese_id, _chinese_id, _american_ssn, _american_ssn, _british_ni, _british_ni,
            _hong_kong, _french, _spanish, _brazilian, _passport,
        ]
    )(rng)  # fmt: skip


# --- messengers, orders ---------------------------------------------------------------------------------------------


def draw_messenger(rng: random.Random) -> Drawn:
    """Return a WeChat, QQ or other handle with the word that says what it is."""
    handle = rng.choice(
        [
            f"{rng.choice(PINYIN)}{rng.choice(PINYIN)}{digits(rng, 4)}", f"{rng.choice(NAMES)}_{digits(rng, 3)}x",
            f"wxid_{digits(rng, 6)}k{digits(rng, 4)}", f"{rng.choice(PINYIN)}-{digits(rng, 5)}",
        ]
    )  # fmt: skip
    number = rng.choice("123456789") + digits(rng, rng.randint(6, 9))
    wechat = [
        "微信号{}", "微信：{}", "加微信 {}", "加我V信{}", "vx:{}", "VX {}", "wx号 {}", "薇信{}", "威信: {}",
        "加v {}", "微 信 {}", "weixin {}", "＋v：{}", "my WeChat is {}", "WeChat ID: {}", "wechat {}", "徽信{}",
        "➕微 {}", "微❤{}",
    ]  # fmt: skip
    tencent = [
        "QQ号{}",
        "QQ：{}",
        "加QQ{}",
        "扣扣{}",
        "q q {}",
        "QQ群 {}",
        "企鹅号{}",
        "my QQ is {}",
        "Qq:{}",
        "扣:{}",
    ]
    others = [
        "Telegram @{}",
        "telegram: {}",
        "WhatsApp {}",
        "Line ID {}",
        "Instagram @{}",
        "ins: {}",
        "小红书号：{}",
    ]
    kind = rng.choice(["wechat", "wechat", "qq", "qq", "other"])
    if kind == "qq":
        text = rng.choice([number, number, grouped(number, (3, 3, 4), " "), number.translate(FULL_WIDTH)])
        return "qq", rng.choice(tencent).format(text), (text, number)
    return kind, rng.choice(wechat if kind == "wechat" else others).format(handle), (handle,)


def draw_order(rng: random.Random) -> Drawn:
    """Return the number of an order or a parcel."""
    amazon = f"{rng.choice(['111', '113', '026', '203', '404'])}-{digits(rng, 7)}-{digits(rng, 7)}"
    taobao = rng.choice("1234") + digits(rng, 18)
    jingdong = rng.choice("123") + digits(rng, 11)
    forms = [
        ("amazon", amazon, amazon), ("amazon keyword", f"order #{amazon}", amazon),
        ("taobao", f"订单号{taobao}", taobao), ("taobao bare", taobao, taobao),
        ("taobao label", f"订单编号：{taobao}", taobao), ("jd", f"订单号：{jingdong}", jingdong),
        ("jd word", f"京东订单 {jingdong}", jingdong), ("short", f"order #{digits(rng, 5)}", ""),
        ("number", f"order number {digits(rng, 8)}", ""), ("no.", f"Order No. {digits(rng, 9)}", ""),
        ("shop", f"order no: AB-{digits(rng, 6)}", ""), ("id", f"order ID {digits(rng, 10)}", ""),
        ("invoice", f"invoice number INV-{digits(rng, 6)}", ""),
        ("sf", f"顺丰单号SF{digits(rng, 13)}", ""), ("sf bare", f"SF{rng.choice('123')}{digits(rng, 12)}", ""),
        ("yto", f"快递单号 YT{digits(rng, 13)}", ""), ("parcel", f"运单号：{digits(rng, 12)}", ""),
        ("ups", f"1Z{digits(rng, 3)}AA1{digits(rng, 10)}", ""), ("tracking", f"tracking number {digits(rng, 12)}", ""),
        ("usps", f"tracking no. 94{digits(rng, 20)}", ""),
    ]  # fmt: skip
    form, text, secret = rng.choice(forms)
    return form, text, (secret or text.split()[-1].lstrip("#顺丰单号快递运订：:"),)


# --- address --------------------------------------------------------------------------------------------------------


def _chinese_address(rng: random.Random) -> Drawn:
    place = rng.choice(
        [
            "广东省深圳市南山区", "北京市朝阳区", "上海市浦东新区", "浙江省杭州市西湖区", "四川省成都市武侯区",
            "江苏省苏州市昆山市", "湖北武汉洪山区", "天津市和平区", "重庆市渝北区", "杭州余杭区", "",
        ]
    )  # fmt: skip
    road = rng.choice(
        [
            "科技园南路",
            "建国路",
            "人民东路",
            "张江路",
            "文三路",
            "解放大道",
            "和平街",
            "中山北一路",
            "花园巷",
            "长宁支路",
        ]
    )
    number = f"{rng.randint(1, 999)}号"
    estate = rng.choice(["幸福小区", "阳光花园", "金色家园", "锦绣城", "万科城市花园", "翠湖天地", "碧桂园"])
    flat = rng.choice(
        [
            f"{rng.randint(1, 40)}栋{rng.randint(1, 6)}单元{rng.randint(101, 3305)}室",
            f"{rng.randint(1, 20)}幢{rng.randint(101, 999)}",
            f"{rng.choice('ABC')}座{rng.randint(101, 2808)}室", f"{rng.randint(1, 20)}号楼{rng.randint(101, 999)}室",
            f"{rng.randint(2, 30)}楼{rng.randint(1, 9)}号",
        ]
    )  # fmt: skip
    lane = f"{rng.randint(2, 999)}弄{rng.randint(1, 90)}号{rng.randint(101, 999)}室"
    village = f"{rng.choice(['望亭镇', '柳林乡', '石桥镇'])}{rng.choice(['固上村', '王家村', '下坝村'])}"
    group = f"{rng.randint(1, 12)}组{rng.randint(1, 199)}号"
    forms = [
        ("cn road", f"{place}{road}{number}", (road, number)),
        ("cn road, flat", f"{place}{road}{number}{flat}", (road, number, flat)),
        ("cn estate", f"{place}{estate}{flat}", (estate, flat)),
        ("cn road, estate", f"{place}{road}{number}{estate}{flat}", (road, number, flat)),
        ("cn lane", f"上海市{road}{lane}", (road, lane)),
        ("cn village", f"河北省保定市{village}{group}", (village, group)),
        ("cn spaced", f"{place or '北京市海淀区'} {road} {number} {flat}", (road, number, flat)),
    ]
    return rng.choice(forms)


def _american_address(rng: random.Random) -> Drawn:
    number = str(rng.randint(1, 19999))
    name = rng.choice(
        "Maple Oak Washington Elm Sunset Martin_Luther_King Lake_Shore Cherry Park 5th 42nd Lincoln".split()
    )
    suffix = rng.choice(
        "Street St St. Avenue Ave Ave. Road Rd Boulevard Blvd Lane Ln Drive Dr Court Way Terrace Place".split()
    )
    street = f"{number} {name.replace('_', ' ')} {suffix}"
    city, state = rng.choice(
        [
            ("Springfield", "IL"),
            ("New York", "NY"),
            ("Austin", "TX"),
            ("San Jose", "CA"),
            ("Salt Lake City", "UT"),
        ]
    )
    post = f"{rng.randint(10000, 99999)}"
    unit = rng.choice(
        [f"Apt {rng.randint(1, 99)}B", f"Suite {rng.randint(100, 999)}", f"#{rng.randint(2, 99)}"]
    )
    box = f"P.O. Box {rng.randint(10, 9999)}"
    forms = [
        ("us line", f"{street}, {city}, {state} {post}", (street, post)),
        ("us unit", f"{street}, {unit}, {city}, {state} {post}", (street, unit, post)),
        ("us street", street, (street,)),
        ("us zip+4", f"{street}, {city}, {state} {post}-{digits(rng, 4)}", (street, post)),
        ("us box", f"{box}, {city}, {state} {post}", (box, post)),
        ("us lower", f"{street.lower()} {city.lower()} {state.lower()} {post}", (street.lower(), post)),
    ]
    return rng.choice(forms)


def _other_address(rng: random.Random) -> Drawn:
    house = str(rng.randint(1, 240)) + rng.choice(["", "", "a", "B"])
    street = rng.choice(
        ["Baker Street", "High Street", "Station Road", "Church Lane", "Victoria Terrace", "King's Road"]
    )
    outward = rng.choice(["NW1", "LS1", "SW1A", "M1", "B33", "EC1A", "CR2"])
    code = f"{outward} {rng.randint(1, 9)}{rng.choice('ABDEFGHJ')}{rng.choice('LNPQRSTUWXYZ')}"
    german = rng.choice(
        ["Musterstraße", "Hauptstr.", "Goethestrasse", "Am Bahnhofsplatz", "Lindenallee", "Rosenweg"]
    )
    plz = f"{rng.randint(10000, 99000)}"
    french = rng.choice(
        ["rue de la Paix", "avenue Victor Hugo", "boulevard Saint-Michel", "place de la République"]
    )
    spanish = rng.choice(["Calle Mayor", "Avenida de América", "Plaza del Sol", "Paseo de Gracia"])
    italian = rng.choice(["Via Roma", "Corso Garibaldi", "Piazza Dante", "Viale Europa"])
    forms = [
        ("gb line", f"{house} {street}, London {code}", (f"{house} {street}", code)),
        (
            "gb flat",
            f"Flat {rng.randint(1, 30)}, {house} {street}, Leeds {code}",
            (f"{house} {street}", code),
        ),
        ("gb no code", f"{house} {street}", (f"{house} {street}",)),
        ("de", f"{german} {house}, {plz} Berlin", (f"{german} {house}", plz)),
        ("fr", f"{house} {french}, {plz} Paris", (f"{house} {french}", plz)),
        ("es", f"{spanish} {house}, {plz} Madrid", (f"{spanish} {house}", plz)),
        ("it", f"{italian} {house}, {plz} Milano", (f"{italian} {house}", plz)),
        ("au", f"{house} {street}, Newtown NSW {rng.randint(2000, 2999)}", (f"{house} {street}",)),
    ]
    return rng.choice(forms)


def draw_address(rng: random.Random) -> Drawn:
    """Return a postal address; the place name alone is no secret, street, number and flat are."""
    return rng.choice(
        [_chinese_address, _chinese_address, _american_address, _american_address, _other_address]
    )(rng)


# --- sentences ------------------------------------------------------------------------------------------------------

CARRIERS: dict[str, tuple[str, ...]] = {
    "zh": (
        "质量不错，有问题可以联系{}，谢谢", "收到货发现少了一件，{}，请尽快处理", "{}", "买了2件花了199元，{}。",
        "五星好评！{}",
        "客服一直不回复（{}）很失望", "快递写的是{},结果放到了驿站", "用了3天就坏了,2024-05-01买的,{} 给个说法",
    ),
    "en": (
        "Great product, but the zip broke. Please reach me: {}.", "{}", "Still waiting for a refund!! {} thanks",
        "Bought 2 for $39.99 on 2024-05-01, here it is {} and nobody answered.", "I gave them {}, no reply for 3 weeks",
        "Two stars ({}) because of the delivery", "Fits well, size 10. {}\nWill buy again.", "contact - {}",
    ),
}  # fmt: skip
KINDS: dict[str, Callable[[random.Random], Drawn]] = {
    "email": draw_email, "phone": draw_phone, "address": draw_address, "card": draw_card, "identity": draw_identity,
    "iban": draw_iban, "messenger": draw_messenger, "order": draw_order,
}  # fmt: skip


def draw_samples(kind: str, count: int, seed: int) -> list[Sample]:
    """Return sentences that hold one identifier of a kind each.

    Args:
        kind: a key of `KINDS`.
        count: how many.
        seed: the same samples come from the same seed.
    """
    rng = random.Random(f"{kind} {seed}")
    samples = []
    for _ in range(count):
        form, text, secrets = KINDS[kind](rng)
        carrier = rng.choice(CARRIERS[rng.choice(["zh", "en"])])
        held = tuple(secret for secret in secrets if len(secret) > 2 and secret in text)
        assert held, f"{form}: {text!r} holds none of {secrets!r}"
        samples.append(Sample(kind, form, carrier.format(text), held))
    return samples
