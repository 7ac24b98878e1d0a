"""What is asked of each labelled set, in English and Chinese: label(s) -> (English, Chinese)."""

from __future__ import annotations

# Classes of the clothing shop: what the garment is.
CLASSES = {
    "Dresses": ("a dress", "连衣裙"),
    "Jeans": ("jeans", "牛仔裤"),
    "Pants": ("trousers", "长裤"),
    "Sweaters": ("sweater", "毛衣"),
    "Blouses": ("blouse", "女式衬衫"),
    "Knits": ("knit top", "针织上衣"),
    "Skirts": ("skirt", "半身裙"),
    "Jackets": ("jacket", "夹克"),
    "Outerwear": ("winter coat", "大衣"),
    "Swim": ("swimsuit", "泳衣"),
    "Sleep": ("pajamas to sleep in", "睡衣"),
    "Shorts": ("shorts", "短裤"),
    "Legwear": ("tights and socks", "丝袜和袜子"),
}
# Aspects that the sentences of Hu & Liu are tagged with by hand.
ASPECTS = {
    ("battery", "battery life"): ("how long the battery lasts", "电池能用多久"),
    ("size",): ("size", "尺寸大小"),
    ("sound", "sound quality"): ("sound quality", "音质"),
    ("price",): ("price", "价格"),
    ("picture", "pictures", "picture quality", "photo"): ("quality of the pictures", "照片画质"),
    ("weight",): ("how heavy it is", "重量"),
    ("look", "design"): ("looks and design", "外观设计"),
    ("screen",): ("screen", "屏幕"),
    ("software",): ("software", "软件"),
    ("support", "customer service", "tech support"): ("customer support", "售后客服"),
    ("installation", "install", "setup"): ("installing it", "安装设置"),
    ("storage", "capacity"): ("storage capacity", "存储容量"),
    ("remote",): ("remote control", "遥控器"),
    ("menu", "interface", "navigation"): ("menus and navigation", "菜单操作"),
    ("bluetooth",): ("bluetooth", "蓝牙"),
    ("odor", "smell"): ("smell", "气味"),
    ("radio",): ("radio", "收音机"),
    ("volume",): ("volume", "音量"),
}
_KINDS = {
    "书籍": ("book", "书"),
    "平板": ("tablet", "平板电脑"),
    "手机": ("phone", "手机"),
    "水果": ("fruit", "水果"),
    "洗发水": ("shampoo", "洗发水"),
    "热水器": ("water heater", "热水器"),
    "蒙牛": ("milk", "牛奶"),
    "衣服": ("clothes", "衣服"),
    "计算机": ("laptop", "笔记本电脑"),
    "酒店": ("hotel", "酒店"),
}
# Categories of the Chinese shop, each as it is, praised and complained of.
CATEGORIES = (
    {kind: (en, zh) for kind, (en, zh) in _KINDS.items()}
    | {f"{kind} 1": (f"very happy with the {en}", f"{zh}很好，非常满意") for kind, (en, zh) in _KINDS.items()}
    | {
        f"{kind} 0": (f"disappointed with the {en}", f"{zh}太差了，很失望")
        for kind, (en, zh) in _KINDS.items()
    }
)
# Headings under which buyers of phones wrote.
PHONE_HEADINGS = {
    "外形外观": ("does it look good", "好看吗"),
    "屏幕音效": ("display and speakers", "显示屏和喇叭"),
    "拍照效果": ("photos from the camera", "相机照片清晰吗"),
    "运行速度": ("is it fast or does it lag", "快不快，卡不卡"),
    "待机时间": ("how long the battery lasts", "电池能用多久"),
}
