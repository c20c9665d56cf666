"""Read the head of a CV: name, e-mail, telephone, addresses, web pages, and private facts such as the date of birth."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from itertools import groupby
from urllib.parse import unquote

from polyvita.config.front_matter import orcid_check_digit
from polyvita.core.dates import parse_date
from polyvita.core.written_dates import find_written_dates
from polyvita.importers.model import ImportedCv, LeftOut, Link, ReadAs
from polyvita.importers.places import country_codes
from polyvita.importers.runs import OBJECT, TAB, Runs, cut, plain, split, trim, words

_LABELS = {
    "email": "e-?mail(?: address| adresse)?|mail|electronic mail|courriel|m[ée]l|correo(?: electr[óo]nico)?|e-?post|"
    "posta elettronica|e-?mailadres",
    "mobile": "mobile?(?: phone| number)?|cell(?: phone|ular)?|handy(?:nummer)?|mobil(?:telefon|nummer|funk)?|m[óo]vil|"
    "portable|gsm|cellulare|telem[óo]vel|(?:n[úu]mero (?:de )?)?celular|mob\\.?",
    "phone": "t[ée]l(?:[ée]phone|ephone|efon|efoon|efono|éfono|efone)?(?: number|nummer)?\\.?|phone(?: number)?|fon|"
    "office(?: phone)?|work(?: phone)?|(?:work|office) tel(?:ephone)?|☎|t|p|tel\\. ?(?:dienstlich|b[üu]ro)",
    "fax": "(?:tele)?fax|f",
    "private_address": "(?:home|private|permanent|privat|privée?|domicile|particular|privato|residential) "
    "?(?:address|anschrift|adresse)|privatanschrift|privatadresse|domicile|wohnort|wohnhaft(?: in)?|domicilio|"
    "residenza|residence|morada|huisadres|woonplaats",
    "address": "(?:(?:postal|mailing|office|work|business|current|professional|institutional) )?address|anschrift|"
    "adresse(?: professionnelle)?|dienstanschrift|direcci[óo]n|indirizzo|endere[çc]o|adres|postanschrift",
    "born": "(?:date of )?birth(?:[ -]?da(?:te|y))?|date of birth|d\\.?o\\.?b\\.?|"
    "born(?: on)?|geb(?:oren|urtsdatum|urtstag|\\.)?"
    "(?: am)?|n[ée](?:\\(?e\\)?)? le|date de naissance|fecha de nacimiento|nacid[oa](?: el)?|data di nascita|"
    "nat[oa](?: il)?|data de nascimento|nascid[oa](?: em)?|geboortedatum|geboren(?: op)?|date and place of birth|"
    "geburtsdatum und -ort|geburtsdatum und geburtsort|lieu et date de naissance|date et lieu de naissance|"
    "geburtsdatum/-ort|luogo e data di nascita|lugar y fecha de nacimiento",
    "fact": "nationality|citizenship|nationalities|staatsangeh[öo]rigkeit|nationalit[äa]t|"
    "nationalit[ée]|nacionalidade?|"
    "cittadinanza|nazionalit[àa]|nationaliteit|place of birth|birth ?place|geburtsort|lieu de naissance|"
    "lugar de nacimiento|luogo di nascita|naturalidade|geboorteplaats|(?:marital|civil|family) status|familienstand|"
    "[ée]tat civil|[ée]tat matrimonial|situation (?:familiale|de famille)|estado civil|stato civile|burgerlijke staat|"
    "gender|sex|geschlecht|sexe|g[ée]nero|sesso|sexo|geslacht|children|kinder|enfants|hijos|figli|filhos|kinderen|"
    "religion|konfession|passport(?: no\\.?| number)?|visa(?: status)?|work permit|driv(?:ing|er'?s) licen[cs]e|"
    "f[üu]hrerschein|permis(?: de conduire)?|age|alter|[âa]ge|edad|et[àa]|idade|leeftijd|rijbewijs|dni|nif|nie|"
    "codice fiscale|military service|wehrdienst|pronouns|residence status|citizen of",
    "orcid": "orcid(?:[ -]?id)?(?: id)?",
    "link": "web(?: ?site| ?page)?|home ?page|url|www|internet|site(?: web)?|p[áa]gina web|sito(?: web)?|linked-?in|"
    "git ?hub|gitlab|google ?scholar|scholar|research ?gate|twitter|x|mastodon|bluesky|xing|skype|blog|publons|scopus"
    "(?: author)?(?: id)?|researcher ?id|web of science(?: researcher ?id)?|dblp|academia\\.edu|stack ?overflow|"
    "instagram|facebook|webpage|personal (?:web)?(?:site|page)|portfolio|osf|arxiv|inspire|ssrn|repec|loop",
    "name": "(?:full )?name|nom(?: complet)?|nombre(?: completo)?|nome(?: completo)?|naam|name, vorname|"
    "vor- und nachname",
    "first_name": "first names?|given names?|vornamen?|pr[ée]noms?|voornaam|voornamen|forenames?",
    "last_name": "(?:last|family|sur) ?names?|nachname|familienname|apellidos?|cognome|achternaam|apelidos?|sobrenome|"
    "nom de famille",
    "affiliation": "affiliation|current (?:affiliation|institution)|institution|institut|employer|arbeitgeber|"
    "afiliaci[óo]n",
    "headline": "current (?:position|role|job)|position|job title|title|beruf|aktuelle position|occupation|profession|"
    "titel|(?:academic )?(?:degree|title)|akademischer (?:grad|titel)",
}
_LABEL = {
    kind: re.compile(rf"\s*(?:(?:{pattern})\s*[:：]|(?:{pattern})(?=\s*{TAB})|(?:{pattern})(?=\s\s))\s*", re.IGNORECASE)
    for kind, pattern in _LABELS.items()
}
_ALONE = {kind: re.compile(rf"\s*(?:{pattern})\s*[:：.]?\s*", re.IGNORECASE) for kind, pattern in _LABELS.items()}
_SPACED = {
    kind: re.compile(rf"\s*(?:{_LABELS[kind]})(?:\.|\s*[:：])?\s+(?=\S)", re.IGNORECASE)
    for kind in ("email", "mobile", "phone", "born", "orcid", "fax")
}
"""Labels that are followed by a value without a colon: “Tel. 030 123”, “born 6 May 1984”."""

_BIRTHPLACE = {
    "de": "Geburtsort",
    "fr": "Lieu de naissance",
    "es": "Lugar de nacimiento",
    "it": "Luogo di nascita",
    "pt": "Local de nascimento",
    "nl": "Geboorteplaats",
}

_LONGEST_LINE = 3000
"""The most characters of a line with facts about a person. The time to search a longer one grows with its square."""

EMAIL = re.compile(r"[\w.+-]+(?:@|\s?[\[({]\s?(?:at|@)\s?[\])}]\s?)[\w-]+(?:\.[\w-]+)+")
ORCID = re.compile(r"(?:https?://)?(?:www\.)?(?:orcid\.org/)?(\d{4}-\d{4}-\d{4}-\d{3}[\dXx])\b/?")
_URL = re.compile(
    r"(?:https?://|www\.)[^\s,;|<>]+|(?<![@\w.])[\w-]+(?:\.[\w-]+)*\.[a-z]{2,6}(?:/[^\s,;|<>]*)", re.IGNORECASE
)
_DOMAIN = re.compile(
    r"[\w-]+(?:\.[\w-]+)*\.(?:com|org|net|edu|io|de|at|ch|fr|es|it|pt|nl|be|eu|ac\.uk|co\.uk|dev|me|info)/?"
)
_PHONE = re.compile(r"(?<![\w/])(?:\+|00)?\(?\d[\d\s()/.–-]{5,22}\d(?!\w)(?: ?(?:ext\.?|x) ?\d{1,5})?")
_PARTS = rf"\n|[ {TAB}]*{TAB}[ {TAB}]*|\s*[|•·●▪■♦◦∙]\s*|\s+/\s+|\s*;\s+|\s[–—-]\s|\u00a0{{2,}}"
ORGANISATION = re.compile(
    r"universi|istitut|archiv|verein|associa|asocia|network|\buniv\b|hochschul|"
    r"\binstitut|colleg|school|schule|academ|akademie|laborator|\blab\b|department|"
    r"\bdept\b|d[ée]partement|dipartimento|departamento|fakult|facult|facolt|gmbh|"
    r"\bag\b|\binc\b|\bltd\b|\bllc\b|\bs\.?a\.?\b|"
    r"\bcorp|company|hospital|klinik|clinic|h[ôo]pital|\bchu\b|centre|center|zentrum|centro|cnrs|inserm|\beth\b|"
    r"\bepfl\b|fraunhofer|max[ -]planck|helmholtz|leibniz|foundation|stiftung|fondation|ministry|ministerium|museum|"
    r"biblioth|library|\btu\b|\bmit\b|\bucl\b|[ée]cole|lyc[ée]e|gymnasium|polit[ée]cnic|polytechn|society|gesellschaft|"
    r"agency|council|consulting|bank\b|technolog|systems\b|group\b|gruppe\b|e\.\s?v\.|observator|cern\b|nasa\b|"
    r"google|microsoft|siemens|bosch|\bibm\b|amazon|facebook|research (?:unit|cent)|forschungs|rijks|\bkth\b|\bumc\b|"
    r"ziekenhuis|krankenhaus|charit[ée]|conservator|seminar\b|chair of|lehrstuhl|program\b|verlag|press\b|start-?up",
    re.IGNORECASE,
)
_JOB = re.compile(
    r"profess|postdoc|post-doc|research|scientist|wissenschaft|engineer|ingenieur|"
    r"ing[ée]nieur|doktorand|ph\.?d|candidate|"
    r"student|lecturer|dozent|director|direktor|leiter|head of|manager|fellow|developer|consultant|physician|arzt|"
    r"m[ée]decin|ma[îi]tre de conf|charg[ée]|investigador|ricercator|assistent|assistant|associate|architect|analyst|"
    r"teacher|lehrer|historian|biolog|physicist|chemist|mathemati|psycholog|economist|hoogleraar|docent|onderzoeker|"
    r"chercheu|enseignant|catedr|profes|designer|specialist|expert|officer|coordinator|librarian|curator|philosoph",
    re.IGNORECASE,
)
CV_WORDS = (
    r"curriculum vit(?:ae|æ)(?: studiorum)?|curriculum|curr[íi]culo?(?: vit(?:ae|æ))?|"
    r"c\.? ?v\.?|r[ée]sum[ée]|lebenslauf|"
    r"vita|wissenschaftlicher lebenslauf|tabellarischer lebenslauf|akademischer lebenslauf|hoja de vida|vitae|"
    r"academic (?:cv|curriculum vitae)|(?:short|brief|(?:one|two)[- ]page|full) (?:cv|curriculum vitae|r[ée]sum[ée])|"
    r"academic r[ée]sum[ée]|levensloop|резюме|简历|个人简历|履历"
)
CV_TITLE = re.compile(rf"\s*(?:{CV_WORDS})\s*", re.IGNORECASE)
_CV_BEFORE = re.compile(rf"\s*(?:{CV_WORDS})\s*(?:[:–—,|-]|of|von|de|di|van|\n|{TAB})\s*(?=\S)", re.IGNORECASE)
_CV_AFTER = re.compile(rf"(?:['’]s?\s+|\s*(?:[:–—,|-]|\n|{TAB})\s*)(?:{CV_WORDS})\s*$", re.IGNORECASE)
_TITLE_WORD = re.compile(
    r"(?:prof(?:essor(?:in)?|\.?ssa|esseur)?|univ|dr(?:a|s)?|dott(?:\.?ssa|or)?|dipl|"
    r"ing|phil|rer|nat|med|habil|iur|pol|oec|"
    r"h\.?\s?c|mult|mag|pd|priv|doz|privatdozent(?:in)?|mr|mrs|ms|mme|m|herr|frau|assoc|asst|ir|em|apl|jun|techn|theol|"
    r"agr|sc|msc|bsc|sir|dame|hon|lic|don|sr|sra)(?:\.|\b)[-.]?",
    re.IGNORECASE,
)
_POSTNOMINAL = re.compile(
    r",?\s+\(?(?:(?:she|he|they)(?:/\w{2,6}){1,2}|ph\.?\s?d\.?|m\.?\s?d\.?|m\.?\s?sc\.?|b\.?\s?sc\.?|m\.?\s?a\.?|"
    r"b\.?\s?a\.?|mba|m\.?\s?phil\.?|d\.?\s?phil\.?|"
    r"dr\.?|msc|frs|facs|ll\.?m\.?|mph|rn|esq\.?|jr\.?|dvm|pharm\.?d\.?|ed\.?d\.?|hdr)\)?$",
    re.IGNORECASE,
)
_OTHER_NAME = re.compile(
    r"(?<=\w)\s\([^\W\d_]+\)(?=\s\w)|\s\((?:née?|nee|geb\.?|born)\s[^\W\d_]+(?:[-\s][^\W\d_]+)?\)$"
    r"|\s?\([^\x00-\u2fff]{2,5}\)$"
)
"""A second name of the same person: a short one, the one at birth, or the one in Chinese, Japanese or Korean."""
_BEFORE_LATIN_NAME = re.compile(r"[^\x00-\u2fff]{2,5}\s?\((?P<latin>[^()]+)\)")
_PARTICLES = frozenset(
    [
        "van",
        "von",
        "der",
        "den",
        "de",
        "da",
        "di",
        "del",
        "della",
        "la",
        "le",
        "el",
        "al",
        "bin",
        "ibn",
        "ben",
        "dos",
        "das",
        "du",
        "zu",
        "zur",
        "ter",
        "ten",
        "y",
        "e",
        "st",
    ]
)


def word_counts(texts: Iterable[str]) -> Counter[str]:
    """Return how often each word occurs."""
    return Counter(word for text in texts for word in re.findall(r"[^\W_]+", text.casefold()))


def leave_out_label(cv: ImportedCv, text: str, values: Iterable[str], reason: str) -> None:
    """List the words of `text` that are in none of the values as left out on purpose."""
    whole = word_counts([text])
    rest = whole - word_counts(values)
    if rest:
        cv.left_out.append(LeftOut(words_of(text) if rest == whole else " ".join(rest.elements()), reason))


# ---------------------------------------------------------------- names


def is_name(text: str) -> bool:
    """Return whether a text can be the name of a person.

    >>> is_name("Dr. María-José de la Cruz, PhD"), is_name("Research Interests 2020")
    (True, False)
    >>> is_name("Wei (David) Wang"), is_name("王伟 (Wei Wang)"), is_name("Ada Lind (née Berg)")
    (True, True, True)
    """
    name, _, _ = split_name(text)
    if found := _BEFORE_LATIN_NAME.fullmatch(name):
        name = found["latin"]
    parts = _OTHER_NAME.sub("", name).split()
    if not 2 <= len(parts) <= 6 or len(name) > 50 or ORGANISATION.search(name) or _JOB.search(name):
        return False
    if CV_TITLE.fullmatch(name):
        return False
    return all(
        part.casefold() in _PARTICLES or re.fullmatch(r"[^\W\d_][^\W\d_'’.-]*(?:['’.-][^\W\d_]*)*\.?", part)
        for part in parts
    ) and all(part[0].isupper() or part.casefold() in _PARTICLES or not part[0].islower() for part in parts)


_LONGEST_NAME = 300
"""The most characters of a name with all titles. A longer text is no name, and would take long to divide."""


def split_name(text: str) -> tuple[str, str, str]:
    """Return the name, the titles before it, and those after it.

    >>> split_name("Prof. Dr. ADA VON EXAMPLE (Ph.D.)")
    ('Ada von Example', 'Prof. Dr.', 'Ph.D.')
    """
    text = " ".join(text.replace(TAB, " ").replace(OBJECT, "").split())
    if len(text) > _LONGEST_NAME:
        return text, "", ""
    after: list[str] = []
    while (found := _POSTNOMINAL.search(text)) and found.start() > 3:
        after.insert(0, found[0].strip(" ,()"))
        text = text[: found.start()]
    tokens = text.split()
    before: list[str] = []
    while (
        len(tokens) > 1
        and (_TITLE_WORD.fullmatch(tokens[0]) or re.fullmatch(r"(?:\w{1,6}\.-?)+", tokens[0]))
        and (len(tokens[0].rstrip(".")) > 1 or tokens[0].casefold() == "m.")
        and not re.fullmatch(r"(?:[A-Z]\.)+", tokens[0])
    ):
        before.append(tokens.pop(0))
    name = " ".join(tokens).strip(" ,-–—|")
    if name.isupper() and len(name) > 4:
        name = " ".join(_capitalised(part) for part in name.split())
    return name, " ".join(before), ", ".join(after)


def _capitalised(word: str) -> str:
    if word.casefold() in _PARTICLES:
        return word.casefold()
    return re.sub(r"[^\W\d_]+", lambda found: found[0][0] + found[0][1:].casefold(), word)


def without_cv_title(text: str) -> tuple[str, str]:
    """Return a text without “Curriculum vitae” at its start or end, and what was removed."""
    for pattern in (_CV_BEFORE, _CV_AFTER):
        if found := pattern.search(text):
            if pattern is _CV_BEFORE and found.start():
                continue
            rest = text[: found.start()] + text[found.end() :]
            if is_name(rest):
                return rest.strip(), found[0]
    return text, ""


def labels_name(text: str) -> bool:
    """Return whether a line has a label of the first name, so that no other line is to be taken for the name."""
    return _AT_START_OF_NAME.match(text) is not None


_AT_START_OF_NAME = re.compile(rf"\s*(?:{_LABELS['first_name']})\s*[:：]\s*\S", re.IGNORECASE)

# ---------------------------------------------------------------- lines of the head


class Head:
    """Collects what the head of a CV says about the person. `lang` is for dates."""

    def __init__(self, cv: ImportedCv, langs: tuple[str, ...]) -> None:
        self.cv, self.person, self.langs = cv, cv.person, langs
        self.pending = ""
        self.last_address = ""
        self.first_name = ""
        self.titles = ""
        """What stands after the name, such as “PhD”. It becomes the start of the headline."""

    def set_name(self, text: str) -> None:
        """Take a text as the name, with its titles."""
        text, title = without_cv_title(text)
        if title:
            self.cv.left_out.append(LeftOut(words_of(title), "the title of the document"))
        name, before, after = split_name(text)
        if before.isupper() and len(before) > 3:
            before = _capitalised(before)
        self.person.name, self.person.honorific = name, before
        self.titles = after
        if after:
            self.person.headline = ", ".join(filter(None, (after, self.person.headline)))

    def read(self, runs: Runs, *, is_head: bool) -> list[Runs]:
        """Read one line, and return the parts that say nothing about the person.

        In the head of a CV (`is_head`), texts without a label can be addresses, affiliation or the headline.
        """
        if len(plain(runs)) > _LONGEST_LINE:
            return [runs]
        parts = [part for part in split(runs, _PARTS) if words(part) or any(run.raw for run in part)]
        parts = [piece for part in parts for piece in _links_apart(part)]
        parts = [piece for part in parts for piece in self._facts_between_commas(part)]
        rest: list[Runs] = []
        index = 0
        while index < len(parts):
            part = parts[index]
            index += 1
            text = plain(part).strip()
            if self._take_linked(part, text):
                continue
            label = self._label_alone(text)
            if label and index < len(parts):
                value = parts[index]
                index += 1
                if not self._take_labelled(label, text, value):
                    rest += [part, value]
            elif label and is_head:
                self.pending = label
                self.cv.left_out.append(LeftOut(words_of(text), "a label in the head"))
            elif self.pending and is_head and self._take_labelled(self.pending, "", part):
                self.pending = ""
            elif not self._take(part):
                pieces = split(part, r",\s+") if _has_facts(text) else [part]
                open_pieces = [piece for piece in pieces if len(pieces) == 1 or not self._take(piece)]
                if is_head:
                    open_pieces = [piece for piece in open_pieces if not self._take_unlabelled(piece)]
                rest += open_pieces
        return rest

    def _take_linked(self, part: Runs, text: str) -> bool:
        """Take a link whose text is only a label, such as “GitHub”, or whose address is for e-mail or calls."""
        urls = {run.url for run in part if run.text.strip()}
        url = urls.pop() if len(urls) == 1 else ""
        scheme, _, value = url.partition(":")
        if scheme == "mailto" and EMAIL.fullmatch(address := unquote(value.partition("?")[0])):
            leave_out_label(self.cv, text, (address,), "the label of the e-mail address")
            return self._set_email(address)
        if scheme == "tel" and len(re.findall(r"\d", value)) >= 5:
            number = text if len(re.findall(r"\d", text)) >= 5 else value
            leave_out_label(self.cv, text, (number,), "the label of “phone”")
            return self._set_number("phone", number)
        return scheme in ("http", "https") and bool(self._label_alone(text)) and self._add_link(text, url)

    def _facts_between_commas(self, part: Runs) -> list[Runs]:
        """Return the parts between commas if each of them is a fact: “Phone 1, Fax 2, E-mail 3”."""
        pieces = split(part, r",\s+")
        are_facts = all(
            EMAIL.search(text)
            or _URL.fullmatch(text)
            or _DOMAIN.fullmatch(text)
            or re.search(r"(?:\d[\s()/–-]*){6,}$", text)
            for text in map(words, pieces)
        )
        return pieces if len(pieces) > 1 and are_facts else [part]

    def _label_alone(self, text: str) -> str:
        if len(text) == 1:
            return ""
        return next((kind for kind, pattern in _ALONE.items() if pattern.fullmatch(text)), "")

    def _take(self, part: Runs) -> bool:
        """Take a part that has a label, or that is an e-mail address, number or web page."""
        text = plain(part).replace("\n", " ").strip()
        for kind, pattern in _LABEL.items():
            if found := pattern.match(text):
                offset = plain(part).replace("\n", " ").find(text)
                value = trim(cut(part, offset + found.end()))
                return bool(value) and self._take_labelled(kind, text[: found.end()], value)
        for kind, pattern in _SPACED.items():
            found = pattern.match(text)
            if found and self._is_value(kind, text[found.end() :]):
                offset = plain(part).replace("\n", " ").find(text)
                return self._take_labelled(kind, text[: found.end()], trim(cut(part, offset + found.end())))
        return self._take_value(part, text)

    def _is_value(self, kind: str, text: str) -> bool:
        match kind:
            case "email":
                return bool(EMAIL.search(text))
            case "mobile" | "phone" | "fax":
                return bool(_PHONE.match(text))
            case "orcid":
                return bool(ORCID.search(text))
            case _:
                return bool(find_written_dates(text, self.langs))

    def _take_value(self, part: Runs, text: str) -> bool:
        """Take a part without a label that consists of one or more values of the same kind."""
        if EMAIL.search(text):
            found = EMAIL.search(text)
            assert found
            rest = (text[: found.start()] + text[found.end() :]).strip(" ,;()<>:")
            if re.search(r"\w", rest):
                inner = [piece for piece in re.split(r"[,\s]+", rest) if piece]
                is_label = text[: found.start()].rstrip().endswith(":") and not text[found.end() :].strip(" .,;>)")
                if not is_label and not all(EMAIL.fullmatch(piece) or _URL.fullmatch(piece) for piece in inner):
                    return False
            return self._set_email(text)
        if found := ORCID.fullmatch(text):
            return self._set_orcid(text, found[1])
        urls = {run.url for run in part if run.url.startswith("http")}
        if len(urls) == 1 and all(run.url or not run.text.strip() for run in part):
            return self._add_link(text, next(iter(urls)))
        if _URL.fullmatch(text) or (_DOMAIN.fullmatch(text) and "." in text):
            return self._add_link(text, "")
        if (
            _PHONE.fullmatch(text)
            and len(re.sub(r"\D", "", text)) >= 7
            and not re.fullmatch(r"(?:19|20)\d\d\W+(?:19|20)\d\d", text)
        ):
            return self._set_number("phone", text)
        return False

    def _take_labelled(self, kind: str, label: str, value: Runs) -> bool:
        """Take a value with a label. Return whether that was possible."""
        text = plain(value).replace(TAB, " ").replace("\n", ", ").replace(OBJECT, "").strip(" ,")
        if not text:
            return False
        taken = self._set(kind, label, text, value)
        if taken and label and kind not in ("fact", "fax"):
            written = (self.person.links[-1].label,) if kind == "link" and self.person.links else ()
            leave_out_label(
                self.cv, label, written if kind == "link" else (), f"the label of “{kind.replace('_', ' ')}”"
            )
        return taken

    def _set(self, kind: str, label: str, text: str, value: Runs) -> bool:
        person = self.person
        match kind:
            case "email":
                return bool(EMAIL.search(text)) and self._set_email(text)
            case "mobile" | "phone":
                return len(re.findall(r"\d", text)) >= 5 and self._set_number(kind, text)
            case "orcid":
                found = ORCID.search(text)
                return bool(found) and self._set_orcid(text, found[1] if found else "")
            case "link":
                urls = [run.url for run in value if run.url.startswith("http")]
                if not urls and not (_URL.search(text) or _DOMAIN.fullmatch(text)):
                    self.person.facts.append((label.strip(" :"), text))
                    return True
                return self._add_link(text, urls[0] if urls else "")
            case "born":
                return self._set_birth(label, text)
            case "fact" | "fax":
                person.facts.append((label.strip(" :\u00a0" + TAB), text))
                return True
            case "private_address":
                person.private_address += [line.strip() for line in text.split("\n")]
                return True
            case "address":
                self._add_address(text)
                return True
            case "name":
                if not person.name and len(text.split()) <= 7:
                    self.set_name(text)
                    return True
                if person.name.casefold() == words_of(text).strip(" .").casefold():
                    self.cv.left_out.append(LeftOut(text, "the name again"))
                    return True
                if person.name == self.first_name:  # “Prénom : …” above “Nom : …”
                    person.name = f"{person.name} {text}"
                    return True
                return False
            case "first_name" | "last_name":
                person.name = (
                    f"{text} {person.name}".strip() if kind == "first_name" else f"{person.name} {text}".strip()
                )
                self.first_name = text if kind == "first_name" else self.first_name
                return True
            case "affiliation":
                person.affiliation.append(text)
                return True
            case "headline":
                if person.headline:
                    return False
                person.headline = text
                return True
        return False

    def _add_address(self, text: str) -> None:
        """Take an address as private, unless it is that of an organisation, or only names a city."""
        person = self.person
        is_public = ORGANISATION.search(text) or person.affiliation or not re.search(r"\d", text)
        if is_public and not person.private_address:
            person.address.append(text)
            return
        person.private_address.append(text)
        self.cv.guesses.append("an address was taken for private; move it to “address” if it is that of your work")

    def _set_email(self, text: str) -> bool:
        found = EMAIL.search(text)
        assert found
        email = re.sub(r"\s?[\[({]\s?(?:at|@)\s?[\])}]\s?", "@", found[0])
        if self.person.email and self.person.email.casefold() != email.casefold():
            self.person.links.append(Link(email, f"mailto:{email}"))
        elif self.person.email:
            self.cv.left_out.append(LeftOut(email, "the same e-mail address twice"))
        else:
            self.person.email = email
        leave_out_label(self.cv, text[: found.start()], (), "the label of the e-mail address")
        leave_out_label(self.cv, found[0], (email,), "in the e-mail address")
        rest = text[found.end() :].strip(" ,;")
        if rest and EMAIL.search(rest):
            return self._set_email(rest)
        if rest and _URL.search(rest):
            return self._add_link(rest, "")
        leave_out_label(self.cv, rest, (), "beside the e-mail address")
        return True

    def _set_number(self, kind: str, text: str) -> bool:
        text = " ".join(text.split())
        if not getattr(self.person, kind):
            setattr(self.person, kind, text)
        elif getattr(self.person, kind) == text:
            self.cv.left_out.append(LeftOut(text, "the same number twice"))
        else:
            setattr(self.person, kind, f"{getattr(self.person, kind)}, {text}")
        return True

    def _set_orcid(self, text: str, orcid: str) -> bool:
        digits = orcid.replace("-", "").upper()
        if digits[-1] != orcid_check_digit(digits[:-1]):
            self.cv.guesses.append(
                f"“{orcid}” is not an ORCID iD, because its last character is wrong; it became a link"
            )
            self.person.links.append(Link(text.strip(), f"https://orcid.org/{orcid}"))
            return True
        if self.person.orcid and self.person.orcid != orcid.upper():
            return False
        values = () if self.person.orcid else (orcid,)
        self.person.orcid = orcid.upper()
        leave_out_label(self.cv, text, values, "the address of the ORCID record")
        return True

    def _add_link(self, text: str, url: str) -> bool:
        label = text.strip(" .,;")
        if not self.person.orcid and (found := ORCID.search(url or label)):
            return self._set_orcid(label, found[1])
        if not url:
            inner = _URL.search(label) or _DOMAIN.search(label)
            url = inner[0] if inner else label
            url = url if "://" in url else f"https://{url}"
        if any(link.url == url and link.label == label for link in self.person.links):
            self.cv.left_out.append(LeftOut(label, "the same link twice"))
        else:
            self.person.links.append(Link(label, url))
        return True

    def _set_birth(self, label: str, text: str) -> bool:
        found = find_written_dates(text, self.langs)
        if not found:
            if re.search(r"\d{4}|\d{1,2}[./]\d{1,2}", text):
                return False
            self.person.facts.append((label.strip(" :") or "Born", text))
            return bool(label)
        date = found[0]
        try:
            parse_date(date.date)
        except ValueError:
            return False
        if self.person.born and self.person.born != date.date:
            return False
        self.person.born = date.date
        self.cv.read_as.append(ReadAs(text[date.start : date.end], date.date))
        rest = (text[: date.start] + text[date.end :]).strip(" ,;()")
        rest = re.sub(r"^(?:in|à|en|a|em|te|zu)\s+", "", rest) if rest else ""
        if rest:
            self.person.facts.append((_BIRTHPLACE.get(self.langs[0].partition("-")[0], "Place of birth"), rest))
        leave_out_label(
            self.cv, text[: date.start] + " " + text[date.end :], (rest,), "between date and place of birth"
        )
        return True

    def _take_unlabelled(self, part: Runs) -> bool:
        """Take a text without a label in the head: an address, an affiliation or the headline."""
        text = " ".join(plain(part).replace(TAB, " ").replace(OBJECT, "").split()).strip(" ,")
        person = self.person
        if any(run.raw for run in part):
            return False
        if not text:
            return True
        if CV_TITLE.fullmatch(text):
            self.cv.left_out.append(LeftOut(text, "the title of the document"))
            return True
        if person.name and text.casefold() == person.name.casefold():
            self.cv.left_out.append(LeftOut(text, "the name again"))
            return True
        if len(text.split()) > 14 or (text.endswith((".", "!", "?")) and len(text.split()) > 6):
            return False
        if _JOB.search(text) and not person.headline and not _is_address(text) and len(text.split()) <= 10:
            person.headline = text
        elif _JOB.search(text) and person.headline and not ORGANISATION.search(text) and not _is_address(text):
            person.headline = f"{person.headline}, {text}"
        elif ORGANISATION.search(text) and len(text) < 120 and len(person.affiliation) < 4:
            person.affiliation.append(text)
        elif _is_address(text):
            self._add_address(text)
        elif person.headline == self.titles and not re.search(r"\d|@|^[^\w\"'“„«(]|:$", text):
            if self.titles and len(text.split()) == 1:  # Perhaps “Home”, the link of a web page.
                return False
            person.headline = ", ".join(filter(None, (self.titles, text)))
        else:
            return False
        return True


def _links_apart(part: Runs) -> list[Runs]:
    """Return the links of a part as parts, if it consists of several links, such as a row of icons."""
    linked = [run for run in part if run.text.strip(f" {OBJECT}") or run.url]
    if len({run.url for run in linked}) < 2 or not all(run.url for run in linked):
        return [part]
    return [list(runs) for _, runs in groupby(linked, key=lambda run: run.url)]


def words_of(text: str) -> str:
    """Return a text on one line, without tabs."""
    return " ".join(text.replace(TAB, " ").replace(OBJECT, "").split())


def _has_facts(text: str) -> bool:
    return bool(EMAIL.search(text) or _PHONE.search(text) or re.search(r"\bborn\b|\bgeb\b", text))


_STREET = re.compile(
    r"stra(?:ss|ß)e|str\.|street|\bst\.|road|\brd\b|avenue|\bave\b|\brue\b|\bvia\b|"
    r"calle|\bplaza\b|\bplatz|\bweg\b|weg \d|"
    r"allee|\bbd\b|boulevard|\blane\b|\bdrive\b|piazza|\brua\b|straat|laan|gasse|\bbox\b|postfach|campus|ufer|damm|"
    r"building|\broom\b|\braum\b|floor|\bsuite\b|\bc/",
    re.IGNORECASE,
)


def _is_address(text: str) -> bool:
    last = re.split(r",\s*", text)[-1].strip(" .").casefold()
    if last in country_codes() or text.casefold() in country_codes():
        return True
    if re.search(r"\b(?:[A-Z]{1,2}-)?\d{4,6}\b|\b[A-Z]{1,2}\d{1,2}[A-Z]? ?\d[A-Z]{2}\b", text):
        return True
    return bool(_STREET.search(text) or re.search(r"[^\W\d_]{3,}\s+\d{1,4} ?[a-zA-Z]?$", text))
