"""Postal addresses: a street with a house number, a flat, or a village with a group."""

from __future__ import annotations

import re
from collections.abc import Iterator

from store.personal.numbers import Span

_HAN = "[\u4e00-\u9fa5]"
_PROVINCE = (
    r"(?:北京|天津|上海|重庆|河北|山西|辽宁|吉林|黑龙江|江苏|浙江|安徽|福建|江西|山东|河南|湖北|湖南|广东"
    r"|海南|四川|贵州|云南"
    r"|陕西|甘肃|青海|台湾|内蒙古|广西|西藏|宁夏|新疆|香港|澳门)(?:省|市|(?:壮族|回族|维吾尔)?自治区|特别行政区)?"
)
_AREA = rf"(?:{_HAN}{{1,5}}?(?:市|区|县|州|镇|乡|街道|开发区)\s*)"
_PLACE = rf"(?:{_PROVINCE}\s*{_AREA}{{0,4}}|{_AREA}{{1,4}})?"
_FLAT = (
    r"(?:\s*(?:\d{1,4}|[A-Za-z]\d?|[一二三四五六七八九十]{1,3})\s*(?:栋|幢|座|号楼|单元|门|层|楼|排)){1,4}"
    r"\s*\d{1,4}\s*(?:室|号|房|户)?(?!\d)"
)
_ROOM = rf"(?:{_FLAT}|\s*\d{{2,4}}\s*(?:室|房))"
_ESTATE = rf"{_HAN}{{2,8}}"
_ROAD = rf"{_HAN}{{1,8}}?(?:路|街|大道|大街|巷|胡同|里弄|弄)"
_CHINESE = re.compile(
    rf"{_PLACE}{_ROAD}\s*\d{{1,5}}(?:-\d{{1,4}})?\s*(?:号(?!线)(?:院)?"
    rf"|弄\s*\d{{1,4}}\s*号)(?:\s*{_ESTATE}(?={_FLAT}))?{_ROOM}?"
    rf"|{_PLACE}{_ROAD}\s*[A-Za-z]座(?:\s*\d{{2,4}}室?)?"
    rf"|{_PLACE}{_HAN}{{1,4}}?(?:镇|乡)\s*{_HAN}{{1,5}}村\s*(?:\d{{1,3}}\s*(?:组|队|社))?\s*\d{{1,4}}\s*号"
    rf"|{_PLACE}{_ESTATE}(?:\s*(?:\d{{1,3}}|[A-Za-z])\s*(?:栋|幢|座|号楼))(?:\s*\d{{1,2}}\s*(?:单元"
    rf"|门))?\s*\d{{2,4}}(?:\s*(?:室|号|房))?(?!\d)"
    rf"|{_PLACE}(?:{_ESTATE}\s*\d{{1,3}})楼\s*\d{{1,4}}\s*[号室]"
)

_NUMBER = r"(?<![\d$£€])(?<!\d[.,-])\d{1,5}[A-Za-z]?(?:[-/]\d{1,4})?"
_SUFFIX = (
    "Street|St|Avenue|Ave|Road|Rd|Boulevard|Blvd|Lane|Ln|Drive|Dr|Court|Ct|Way|Terrace|Ter|Place|Pl|Square|Sq"
    "|Highway|Hwy|Parkway|Pkwy|Circle|Cir|Trail|Crescent|Close|Grove|Gardens|Mews|Row|Hill|Plaza|Trace"
    "|Pike|Loop|Cove|Alley|Crossing|Turnpike|Expressway|Freeway"
)
_CAPITAL = r"(?:[NSEW]\.?|(?:[A-Z][\w'’-]*|\d{1,3}(?:st|nd|rd|th))\.?)"
_UNIT = r"(?:,?\s*(?:Apt|Apartment|Suite|Ste|Unit|Flat|Floor|Room|#)\.?\s*[A-Za-z]?\d{1,5}[A-Za-z]?)"
_STATE = (
    "A[KLRZ]|C[AOT]|D[CE]|FL|GA|HI|I[ADLN]|K[SY]|LA|M[ADEINOST]|N[CDEHJMVY]|O[HKR]|PA|RI|S[CD]|T[NX]|UT"
    "|V[AIT]|W[AIVY]|A[AEPS]|FM|GU|M[HP]|P[RW]"
)
_POST_AREA = (
    "A[BL]|B[ABDHLNRST]?|C[ABFHMORTVW]|D[ADEGHLNTY]|E[CHNX]?|F[KY]|G[LUY]?|H[ADGPRSUX]|I[GMPV]|JE|K[ATWY]"
    "|L[ADELNSU]?"
    "|M[EKL]?|N[EGNPRW]?|O[LX]|P[AEHLOR]|R[GHM]|S[AEGKLMNOPRSTWY]?|T[ADFNQRSW]|UB|W[ACDFNRSV]?|YO|ZE"
)
_POSTCODE = rf"(?:(?:{_POST_AREA})\d[A-Z\d]?\s\d[ABD-HJLNP-UW-Z]{{2}}\b)"
_AUSTRALIAN = r"(?:(?:NSW|VIC|QLD|WA|SA|TAS|ACT|NT),?\s+\d{4}\b)"
_ZIP = rf"(?:,?\s*(?:[A-Za-z][\w.'-]*,?\s+){{0,4}}(?i:{_STATE})\.?,?\s+\d{{5}}(?:-\d{{4}})?(?!\d))"
_TAIL = (
    rf"(?:{_UNIT})?(?:{_ZIP}|,?\s*(?:[A-Z][\w'-]*,?\s+){{0,3}}(?:{_POSTCODE}|{_AUSTRALIAN})"
    r"|,\s*\d{5}\s+[A-Z][\w-]+)?"
)
_WESTERN = re.compile(
    rf"(?:(?:Flat|Unit|Apt|Suite|Level|Shop)\.?\s*\d{{1,4}}[A-Za-z]?(?:[,/]\s*|\s+))?{_NUMBER},?\s+(?:{_CAPITAL}\s+){{1,4}}(?:{_SUFFIX})\b\.?{_TAIL}"
    # In small letters only what a state and its code follow: "2 minute drive" is none.
    rf"|{_NUMBER}\s+(?:[a-z0-9.'-]+\s+){{1,4}}(?i:{_SUFFIX})\b\.?(?i:{_UNIT})?{_ZIP}"
    # Whatever the street is called, a state with its code or a postcode makes it an address.
    rf"|(?:(?:Flat|Unit|Apt|Suite|Level|Shop)\.?\s*\d{{1,4}}[A-Za-z]?(?:[,/]\s*|\s+))?{_NUMBER},?\s+(?:{_CAPITAL},?\s+){{1,5}}{_UNIT}?,?\s*(?:(?:{_CAPITAL},?\s+){{0,3}}(?:{_STATE}),?\s+\d{{5}}(?!\d)|{_POSTCODE}|{_AUSTRALIAN})"
    # Mail of the forces goes to a box or a ship.
    r"|\b(?:(?:PSC|CMR|Unit)\s+\d{1,5},?\s+Box\s+\d{1,5}|US(?:S|NS|NV|CGC)\s+[A-Z][\w'-]+),?\s+[AFD]PO,?\s+A[AEP],?\s+\d{5}(?!\d)"
    rf"|\b(?i:p\.?\s?o\.?\s?box)\s+\d{{1,6}}{_TAIL}"
    rf"|\b{_POSTCODE}",
    re.ASCII,
)
_FRENCH_ROAD = (
    r"(?i:rue|avenue|boulevard|place|chemin|allée|impasse|quai|route|square)\s+"
    r"(?:(?:de|du|des|la|le|les|l')\s*){0,2}(?:d'|l')?[A-ZÉÈ][\w'-]+(?:\s+[A-ZÉÈ][\w'-]+){0,3}"
)
_EUROPEAN = re.compile(
    r"(?:(?:Am|An der|Im|Zum|Zur)\s+)?(?<![A-Za-zÀ-ÿ])[A-ZÄÖÜ][\wäöüß-]*(?i:straße|strasse|str\.|weg|allee|platz"
    r"|gasse|damm|ufer|ring)\s+\d{1,4}\s?[a-zA-Z]?(?![A-Za-z0-9])"
    r"(?:,?\s*(?:D-)?\d{5}\s+[A-ZÄÖÜ]\w+)?"
    rf"|(?<![A-Za-z0-9])\d{{1,4}}\s?(?:bis|ter|[a-zA-Z])?,?\s+{_FRENCH_ROAD}(?:,?\s*\d{{5}}\s+[A-Z][\w-]+)?"
    rf"|(?<![A-Za-zÀ-ÿ]){_FRENCH_ROAD},?\s+\d{{5}}\s+[A-ZÉÈ][\w'-]+(?:\s+[A-ZÉÈ][\w'-]+){{0,2}}"
    r"|(?<![A-Za-zÀ-ÿ])(?:Calle|Callejón|Cuesta|Urbanización|Ronda|Camino|Glorieta|Pasaje|Carretera|Rambla"
    r"|Alameda|Avenida|Avda\.?|Plaza|Paseo|C/"
    r"|Via|Corso|Piazza|Viale|Contrada|Rotonda|Stretto|Vicolo|Strada|Largo|Borgo|Incrocio|Canale|Rua"
    r"|Pasadizo|Vial|Cañada|Acceso|C\.)\s+(?:(?:de|del|della|dei|la|las|los)\s+){0,2}"
    r"[A-ZÁÉÍÓÚ][\w'-]+(?:\s+(?:de\s+)?[A-ZÁÉÍÓÚ][\w'-]+){0,3},?\s+\d{1,4}\s?[a-zA-Z]?(?![A-Za-z0-9])(?:,?\s*\d{5}\s+[A-Z]\w+)?"
)
# What an address cannot be without; looking for this is quicker.
_CHINESE_SIGN = re.compile(r"[路街道巷弄同村栋幢座楼组]\s*\d|\d\s*[栋幢座楼]|[A-Za-z]座")
_WESTERN_SIGN = re.compile(r"\d[A-Za-z]?,?\s+[A-Za-zÀ-ÿ0-9]|[A-Za-zÀ-ÿ.]\s+\d")


def find_addresses(text: str) -> Iterator[Span]:
    """Yield postal addresses, Chinese and Western; a town alone is none."""
    for sign, pattern in ((_CHINESE_SIGN, _CHINESE), (_WESTERN_SIGN, _WESTERN), (_WESTERN_SIGN, _EUROPEAN)):
        if sign.search(text):
            yield from (match.span() for match in pattern.finditer(text))
