"""The words around dates in CVs, by language: open ends, “since”, “until”, “from … to”, seasons and terms.

Babel has the names of months in all languages, but none of these words. They are in lower case, with `'` as apostrophe.
"""

from __future__ import annotations

from typing import NamedTuple


class DateWords(NamedTuple):
    """The words of one language, separated by `|`.

    `present` ends an interval that is still open. `since` and `until` are before a date, `since_after` and
    `until_after` behind one. `start` is the “from” that needs an end, and `to` the word between two dates.
    `months` are names of months that Babel lacks: `name=number`. `suffix` may follow a year, as a regular expression.
    """

    present: str = ""
    since: str = ""
    until: str = ""
    start: str = ""
    to: str = ""
    since_after: str = ""
    until_after: str = ""
    seasons: str = ""
    months: str = ""
    suffix: str = ""


DATE_WORDS = {
    "en": DateWords(
        present="the present|present|today|now|current|currently|ongoing|date|continuing|this day|pres.|pres|curr.",
        since="since|from|from:|as of|starting|beginning",
        until="until|till|up to|through",
        start="from|from:",
        to="to|until|till|through|thru|up to",
        since_after="onwards|onward|and later|ff",
        seasons="spring|summer|autumn|fall|winter|michaelmas|hilary|trinity|lent",
        months="sept=9",
    ),
    "de": DateWords(
        present="heute|jetzt|laufend|fortlaufend|andauernd|gegenwart|zur gegenwart|aktuell|dato|derzeit",
        since="seit|seit dem|ab|ab dem",
        until="bis|bis zum|bis ende|bis anfang",
        start="von|vom",
        to="bis|bis zum",
        since_after="ff|fortlaufend",
        seasons="frühling|frühjahr|sommer|herbst|winter|frühjahrssemester|herbstsemester|fs|hs",
        months="jän=1|jänner=1|feber=2|mär=3|mrz=3|maerz=3|sept=9",
    ),
    "fr": DateWords(
        present="aujourd'hui|présent|à présent|ce jour|maintenant|en cours|actuel|actuellement|nos jours",
        since="depuis|depuis le|à partir de|à partir du|dès",
        until="jusqu'en|jusqu'à|jusqu'au",
        start="de|du",
        to="à|a|au|jusqu'en|jusqu'à|jusqu'au",
        seasons="printemps|été|automne|hiver",
        months="fév=2|aout=8",
    ),
    "es": DateWords(
        present="la actualidad|actualidad|presente|el presente|hoy|la fecha|ahora|actual|actualmente|en curso",
        since="desde|desde el|a partir de|a partir del",
        until="hasta|hasta el",
        start="de|del|desde|desde el",
        to="a|al|hasta|hasta el|hasta la",
        seasons="primavera|verano|otoño|invierno",
        months="set=9|setiembre=9",
    ),
    "it": DateWords(
        present="oggi|ad oggi|presente|in corso|attuale|attualmente|ora",
        since="dal|da|dall'|a partire dal|a partire da",
        until="fino al|fino a|sino al|sino a",
        start="da|dal|dall'",
        to="a|al|all'|fino al|fino a|sino al",
        seasons="primavera|estate|autunno|inverno",
    ),
    "pt": DateWords(
        present="presente|o presente|atual|atualmente|atualidade|hoje|o momento|em curso|actualidade|actual",
        since="desde|a partir de",
        until="até|até o|até a|até ao",
        start="de|do|desde",
        to="a|ao|até|até o|até a|até ao",
        seasons="primavera|verão|outono|inverno",
    ),
    "nl": DateWords(
        present="heden|het heden|nu|vandaag|lopend",
        since="sinds|vanaf",
        until="tot|tot en met|t/m",
        start="van|vanaf",
        to="tot|tot en met|t/m",
        seasons="lente|voorjaar|zomer|herfst|najaar|winter",
        months="mrt=3",
    ),
    "sv": DateWords(
        present="nu|idag|i dag|nuvarande|pågående|nutid|tills vidare",
        since="sedan|från|från och med|fr.o.m.",
        until="till|till och med|fram till|t.o.m.",
        start="från",
        to="till|till och med|t.o.m.",
        seasons="vår|våren|sommar|sommaren|höst|hösten|vinter|vintern|vårterminen|höstterminen|vt|ht",
    ),
    "da": DateWords(
        present="nu|idag|i dag|nuværende|igangværende|dato|dags dato",
        since="siden|fra|fra og med",
        until="indtil|til|til og med|frem til",
        start="fra",
        to="til|indtil|til og med",
        seasons="forår|foråret|sommer|sommeren|efterår|efteråret|vinter|vinteren",
    ),
    "nb": DateWords(
        present="nå|idag|i dag|nåværende|pågående|dato|dags dato",
        since="siden|fra|fra og med",
        until="til|inntil|til og med|frem til",
        start="fra",
        to="til|til og med",
        seasons="vår|våren|sommer|sommeren|høst|høsten|vinter|vinteren",
    ),
    "fi": DateWords(
        present="nykyinen|nykyhetki|nykyisin|nyt|tänään|jatkuu|edelleen|tähän päivään",
        since="vuodesta",
        until="vuoteen",
        start="vuodesta",
        to="vuoteen",
        since_after="alkaen|lähtien",
        until_after="asti|saakka",
        seasons="kevät|kesä|syksy|talvi",
    ),
    "pl": DateWords(
        present="obecnie|teraz|dziś|dzisiaj|nadal|chwili obecnej|aktualnie",
        since="od|od roku",
        until="do|do roku",
        start="od|z",
        to="do|po",
        seasons="wiosna|lato|jesień|zima",
        suffix=r"r\.?|rok|roku",
    ),
    "cs": DateWords(
        present="současnost|současnosti|dosud|doposud|nyní|dnes|trvá",
        since="od|od roku",
        until="do|do roku",
        start="od",
        to="do|až|až do",
        seasons="jaro|léto|podzim|zima",
    ),
    "ru": DateWords(
        present="настоящее время|настоящего времени|наст. время|н.в.|н. в.|наст. вр.|сегодня|сейчас|наши дни",
        since="с|со|начиная с",
        until="по|до",
        start="с|со|от",
        to="по|до",
        seasons="весна|лето|осень|зима",
        suffix=r"гг?\.?|года?|годы",
    ),
    "uk": DateWords(
        present="теперішній час|теперішнього часу|цей час|дотепер|сьогодні|нині|зараз|т. ч.|т.ч.",
        since="з|із|від|починаючи з",
        until="до|по",
        start="з|із|від",
        to="до|по",
        seasons="весна|літо|осінь|зима",
        suffix=r"рр?\.?|рік|року|роки",
    ),
    "tr": DateWords(
        present="günümüz|bugün|halen|hâlen|şu an|devam ediyor|devam",
        since_after="'den beri|'dan beri|'ten beri|'tan beri|'den itibaren|'dan itibaren|'ten itibaren|'tan itibaren",
        until_after="'e kadar|'a kadar|'ye kadar|'ya kadar",
        seasons="ilkbahar|bahar|yaz|sonbahar|güz|kış",
    ),
    "ar": DateWords(
        present="الآن|الان|الحاضر|الوقت الحاضر|اليوم|تاريخه|حاليا|حاليًا",
        since="منذ|من|ابتداء من|ابتداءً من",
        until="حتى|إلى|الى",
        start="من",
        to="إلى|الى|حتى",
        seasons="ربيع|صيف|خريف|شتاء",
        suffix=r"م",
    ),
    "he": DateWords(
        present="היום|כיום|עכשיו|הווה|ההווה|נוכחי",
        since="מאז|החל מ-|משנת|מ-",
        until="עד|עד שנת",
        start="מ-|משנת",
        to="עד|ועד|ל-",
        seasons="אביב|קיץ|סתיו|חורף",
    ),
    "ja": DateWords(
        present="現在|現在に至る|今|今日|現職|在職中|継続中",
        to="から|より",
        since_after="から|より|以降|以来",
        until_after="まで",
        seasons="春|夏|秋|冬",
    ),
    "ko": DateWords(
        present="현재|현재까지|지금|재직중|재직 중|재학중|재학 중",
        to="부터|에서",
        since_after="부터|이후",
        until_after="까지",
        seasons="봄|여름|가을|겨울",
    ),
    "zh": DateWords(
        present="今|现在|現在|如今|目前|迄今|至今",
        since="自|从|從|自从|自從",
        until="至|到|截至",
        start="自|从|從",
        to="至|到",
        since_after="起|以来|以來|至今|迄今",
        until_after="止|为止|為止",
        seasons="春|春季|夏|夏季|秋|秋季|冬|冬季",
    ),
}
"""The words of each language. English counts in every CV."""

ALIASES = {"no": "nb", "nn": "nb", "yue": "zh"}
"""Languages that share the words of another one."""

YEAR_NOUNS = (
    "academic year|year|a.y.|ay|academic session|akademisches jahr|studienjahr|schuljahr|jahr|année universitaire|"
    "année académique|année|anno accademico|a.a.|anno|curso académico|curso|año|ano letivo|ano|academiejaar|studiejaar|"
    "läsåret|året|vuosi|rok akademicki|rok|akademický rok|учебный год|عام|سنة|שנת"
)
"""Words before a year that add nothing to it, in any language."""

WINTER_TERMS = "ws|wise|wintersemester|winter semester|winter term"
SUMMER_TERMS = "ss|sose|sommersemester|summer semester|summer term"
"""German terms, which English and other CVs name too. They have fixed months, and years of two digits."""

SHORT_SEASONS = "fs|hs|vt|ht"
"""Abbreviated terms, after which a year may have two digits."""

_BEFORE_NUMBERS = {
    "rooms": "room|rooms|raum|zimmer|office|büro|building|gebäude|bureau|salle|sala|aula|oficina|suite|floor|lokal|"
    "kamer|lokale|rum|værelse|huone|pokój|комната|кабинет|кімната|oda|غرفة|חדר",
    "numbers": "no|nr|№|n°|nº|n|num|number|nummer|numero|número|numéro|id|grant|agreement|projekt|project|fkz|"
    "version|v|ver|release|model",
    "pages": "vol|volume|band|bd|jg|issue|heft|p|pp|s|seite|seiten|page|pages|pag|pág|str|стр|с|стор|fig|figure|"
    "table|tab|chapter|kapitel|§|art|artikel|article",
    "standards": "iso|din|en|iec|rfc|ieee|issn|isbn|doi|pmid|pmc|arxiv|orcid",
    "phones": "tel|phone|telefon|téléphone|teléfono|fax|mobile|mobil|handy",
    "programmes": "horizon|horizont|agenda|vision|europe|europa|h2020|strategy|strategie|expo",
    "software": "excel|word|windows|access|matlab|studio|outlook|powerpoint|publisher|visio|acrobat|autocad|"
    "solidworks|sharepoint|server|exchange|tex|live",
    "money": "eur|euro|euros|usd|us$|chf|gbp|dkk|sek|nok|pln|czk|rub|try|jpy|cny|inr|aud|cad",
}
_BEFORE_THE_END_OF_A_SENTENCE = (
    "in|im|am|um|of|the|at|by|on|for|from|since|until|and|or|to|with|about|around|over|approx|ca|circa|under|than|up|"
    "as|more|fewer|least|most|only|exactly|expected|erwartet|voraussichtlich|nach|vor|über|und|oder|als|en|el|la|le|"
    "les|du|des|de|dès|del|dal|nel|nell'|negli|em|no|na|nos|à|au|aux|a|al|que|plus|et|ou|y|o|e|i|w|we|v|ve|в|во|у|år|"
    "på|op|om|till|til|vuonna|sinä|roku|роки|году|році|fi|في|عام|سنة|ב"
)
NOT_BEFORE_YEARS = frozenset("|".join([*_BEFORE_NUMBERS.values(), _BEFORE_THE_END_OF_A_SENTENCE]).split("|"))
"""Words after which a number is not a date, or after which a sentence needs the year."""

_UNITS = (
    "eur|euro|euros|usd|us$|chf|gbp|dkk|sek|nok|pln|czk|rub|jpy|cny|inr|aud|cad|dollars|yen|km|kg|mb|gb|tb|ghz|mhz|"
    "hz|nm|mm|cm|m|h|w|kw|mw|sqm|m²|volt|watt|kcal|cal|pages|seiten|words|wörter|citations|zitationen|students"
)
NOT_AFTER_YEARS = frozenset(_UNITS.split("|"))
"""Units: a number before them is not a year."""

_UNCERTAIN = (
    "expected|anticipated|planned|forthcoming|probably|ca|circa|approx|about|around|voraussichtlich|erwartet|geplant|etwa|"
    "prévu|prévue|attendu|environ|vers|previsto|prevista|esperado|verwacht|förväntad|forventet|planowany|ожидается|"
    "예정|予定|预计|預計|预期"
)
UNCERTAIN = frozenset(_UNCERTAIN.split("|"))
"""Words beside a date that `date` cannot express, and that would make no sense alone."""
