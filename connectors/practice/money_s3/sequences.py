"""Which elements an exchange file may hold, in which order and how long: facts of the
vendor's XML schemas, of which this face knows the parts that FinSync may write.

A sequence is written as words: `Name`, with `!` where it is required, `*` where it may
come again, and after a colon what it holds: a greatest length, `date`, `number`,
`switch`, or the name of another sequence.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

from lxml import etree

from connectors.transport.xml import local_name

WORD = re.compile(r"(\w+)(!?)(\*?)(?::(\w+))?")
SEQUENCES = {
    "adresa": "Ulice:50 Misto:40 PSC:10 Stat:20 KodStatu:2",
    "firma": "ObchNazev:50 ObchAdresa:adresa FaktNazev:50 ICO:10 DIC:20 DICSK:20"
    " FaktAdresa:adresa GUID:38 Nazev:50 Adresa:adresa EMail:50 WWW:50"
    " PlatceDPH:switch FyzOsoba:switch KodPartn:20",
    "sazba": "Popis HladinaDPH:number Sazba:number Zaklad:number DPH:number",
    "sazby": "DalsiSazba!*:sazba",
    "souhrn": "Zaklad0:number Zaklad5:number Zaklad22:number DPH5:number"
    " DPH22:number SeznamDalsiSazby:sazby",
    "mena": "Kod!:4 Mnozstvi:number Kurs:number",
    "valuty": "Mena!:mena SouhrnDPH!:souhrn Celkem!:number",
    "zaklady": "Zaklad_MJ:number DPH_MJ:number Zaklad:number DPH:number",
    "souhrn_polozky": "Zaklad_MJ:number DPH_MJ:number Zaklad:number DPH:number"
    " Valuty:zaklady",
    "sklad": "Nazev!:50 KodSkladu:20 GUID:38 CenikSklad!:switch",
    "karta": "Popis!:50 Zkrat:20 Pozn MJ:10 UzivCode:6 GUID:38 Katalog:20 BarCode:20",
    "neskladova": "Zkrat:20 MJ:10 UzivCode:6 Katalog:20 BarCode:20",
    "neskladova_faktury": "Zkrat:20 MJ:10 UzivCode:6 Katalog:20 BarCode:20"
    " Zaloha:switch Protizapis!:switch",
    "polozka_objednavky": "Popis:50 Poznamka PocetMJ:number ZbyvaMJ:number Cena:number"
    " SouhrnDPH:souhrn_polozky SazbaDPH:number TypCeny:number Sleva:number"
    " Vystaveno:date Vyridit_do:date Poradi:number Stredisko:10 Zakazka:10"
    " Valuty:number Sklad:sklad KmKarta:karta NesklPolozka:neskladova",
    "objednavka": "Doklad:10 Popis:50 Poznamka Vystaveno:date Vyridit_do:date"
    " DodOdb:firma SazbaDPH1:number SazbaDPH2:number SouhrnDPH!:souhrn"
    " Celkem!:number Valuty:valuty DRada:5 DCislo:number Stredisko:10 Zakazka:10"
    " PrimDoklad:20 VarSymbol:20 Polozka*:polozka_objednavky",
    "polozka_faktury": "Popis:50 Poznamka PocetMJ:number SazbaDPH:number Cena:number"
    " SouhrnDPH:souhrn_polozky CenaTyp:number Sleva:number Cinnost:10 Poradi:number"
    " KodDPH:10 Stredisko:10 Zakazka:10 Predkontac:10 Valuty:number"
    " NesklPolozka:neskladova_faktury",
    "polozky": "Polozka*:polozka_faktury",
    "faktura": "Doklad:10 EvCisDokl:50 GUID:38 Rada:5 Popis:50 Vystaveno:date"
    " DatUcPr:date PlnenoDPH:date Splatno:date KonstSym:4 KodDPH:10 VarSymbol:20"
    " SpecSymbol:20 PrijatDokl:50 ParSymbol:20 CObjednavk:50 Ucet:10 Druh:1"
    " Dobropis:switch DobrDUZP:date Uhrada:20 PredKontac:10 SazbaDPH1:number"
    " SazbaDPH2:number SouhrnDPH!:souhrn Celkem!:number Valuty:valuty Poznamka"
    " DodOdb:firma SeznamPolozek:polozky",
    "ucet": "Zkrat Ucet:34 BKod:11 BNazev:50",
    "bankovni": "Vydej:switch Doklad:10 Popis:50 DatUcPr:date DatVyst:date DatPlat:date"
    " IDPolozky:31 PrijatDokl:50 VarSym:20 ParSym:20 Adresa:firma PrKont:10"
    " SouhrnDPH!:souhrn Celkem!:number Valuty:valuty Pozn DRada:5 DCislo:number"
    " Ucet:ucet",
    "pokladni": "Vydej!:switch Doklad:10 Popis:50 DatUcPr:date DatVyst:date"
    " DatPlat:date PrijatDokl:50 VarSym:20 ParSym:20 Adresa:firma Pokl:10 PrKont:10"
    " SouhrnDPH!:souhrn Celkem!:number Valuty:valuty Pozn DRada:5 DCislo:number",
}
LONGEST_NUMBER = 15


@dataclass(frozen=True, slots=True)
class Place:
    name: str
    is_required: bool
    may_repeat: bool
    holds: str


def places(sequence: str) -> list[Place]:
    found = WORD.findall(SEQUENCES[sequence])
    return [Place(name, bool(req), bool(rep), holds) for name, req, rep, holds in found]


def problems(element: etree._Element, sequence: str) -> Iterator[str]:
    """What keeps the element from being one of that sequence, in words."""
    known = places(sequence)
    names = [each.name for each in known]
    at = 0
    for child in element:
        name = local_name(child)
        if name not in names[at:]:
            late = " at this place" if name in names else ""
            yield f"{local_name(element)}: {name} is not expected{late}."
            return
        place = known[names.index(name, at)]
        at = names.index(name, at) + (not place.may_repeat)
        yield from _inside(child, place.holds)
    present = {local_name(child) for child in element}
    for each in known:
        if each.is_required and each.name not in present:
            yield f"{local_name(element)}: {each.name} is missing."


def _inside(element: etree._Element, holds: str) -> Iterator[str]:
    if holds in SEQUENCES:
        yield from problems(element, holds)
        return
    name = local_name(element)
    if len(element):
        yield f"{name}: no elements are expected in it."
    text = element.text or ""
    if holds.isdecimal() and len(text) > int(holds):
        yield f"{name}: longer than {holds} characters."
    elif holds == "date" and not _is_date(text):
        yield f"{name}: {text[:30]!r} is no date."
    elif holds == "number" and not _is_number(text):
        yield f"{name}: {text[:30]!r} is no number of 15 digits, 4 of them decimals."
    elif holds == "switch" and text not in ("0", "1", "true", "false"):
        yield f"{name}: {text[:30]!r} is neither 0 nor 1."


def _is_date(text: str) -> bool:
    try:
        return len(text) == 10 and bool(date.fromisoformat(text))
    except ValueError:
        return False


def _is_number(text: str) -> bool:
    try:
        sign, digits, exponent = Decimal(text).as_tuple()
    except InvalidOperation:
        return False
    plain = re.fullmatch(r"[+-]?[0-9]*\.?[0-9]+", text) is not None
    return plain and int(exponent) >= -4 and len(digits) <= LONGEST_NUMBER
