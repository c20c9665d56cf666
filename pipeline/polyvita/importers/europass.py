"""Read Europass: the SkillsPassport of 2013 to 2020, and the Candidate (HR-XML) that europa.eu writes since then.

Both are XML, alone or attached to the PDF that Europass makes. Rich text in them is HTML.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator

from polyvita.core.dates import parse_date
from polyvita.importers.fields import Fields, readable
from polyvita.importers.html_text import field_blocks, field_inline
from polyvita.importers.model import (
    Block,
    Entry,
    ImportedCv,
    Item,
    ItemList,
    LeftOut,
    Link,
    Paragraph,
    Picture,
    ReadAs,
)
from polyvita.importers.places import country_name, language_name, place_of
from polyvita.importers.sections import SectionBuilder
from polyvita.importers.texts import edtf, escape, inline
from polyvita.importers.vocabulary import recognise

_LEVEL_NAMES = {
    "listening": "Listening",
    "reading": "Reading",
    "spoken interaction": "Spoken interaction",
    "spoken production": "Spoken production",
    "writing": "Writing",
}


def is_europass(root: Fields) -> bool:
    """Return whether the root element of an XML file is of Europass."""
    if root.label == "Candidate":
        return bool(root.all("CandidatePerson") or root.all("CandidateProfile"))
    return root.label in ("SkillsPassport", "Europass") and bool(root.all("LearnerInfo"))


def import_europass(root: Fields) -> ImportedCv:
    """Return a Europass CV of either kind."""
    cv = ImportedCv()
    _take_pictures(root, cv)
    cv.texts = root.readable_texts()
    builder = SectionBuilder(cv)
    reader = _Candidate if root.label == "Candidate" else _SkillsPassport
    reader(root, cv, builder).read()
    builder.finish()
    cv.to_sort += root.take_rest()
    return cv


# ---------------------------------------------------------------- what both kinds share


def _take_pictures(root: Fields, cv: ImportedCv) -> None:
    """Save embedded files as pictures, and remove their data from the fields. The first image is the portrait."""
    for node in [*root.nodes()]:
        if node.label not in ("EmbeddedData", "Data", "Photo") or len(node.text) < 100:
            continue
        kind, _, data = node.text.rpartition("base64,")
        try:
            content = base64.b64decode(re.sub(r"\s+", "", data), validate=True)
        except (binascii.Error, ValueError):
            continue
        suffix = next((suffix for start, suffix in _IMAGES.items() if content.startswith(start)), "")
        node.text = ""
        if suffix:
            name = "portrait" if not cv.pictures else f"picture-{len(cv.pictures) + 1}"
            cv.pictures.append(Picture(f"{name}.{suffix}", content))
            cv.person.photo = cv.person.photo or cv.pictures[0].name
        else:
            cv.left_out.append(LeftOut(kind or "attachment", f"an attached file of {len(content)} bytes"))


_IMAGES = {b"\x89PNG": "png", b"\xff\xd8": "jpg", b"GIF8": "gif", b"RIFF": "webp"}


def _show(url: str) -> str:
    return f"<{url}>" if re.fullmatch(r"https?://[^\s<>]+", url) else escape(url)


class _Reader:
    """What both readers share."""

    def __init__(self, root: Fields, cv: ImportedCv, builder: SectionBuilder) -> None:
        self.root, self.cv, self.builder = root, cv, builder

    def place(self, city: str, region: str, country: str) -> str:
        """Return a place, with the name of the country for its code."""
        place, read_as = place_of(city, region, country, self.cv.lang)
        self.cv.read_as += read_as
        return place

    def entry(self, section: str, entry: Entry, node: Fields, title: str = "", tags: tuple[str, ...] = ()) -> None:
        """Add an entry with all that was not used of its element."""
        if not entry.title:
            entry.title, entry.org = inline(entry.org or entry.place) or "…", ""
        entry.blocks += node.take_rest()
        self.builder.add(section, entry, title, tags)

    def language(self, name: str, levels: list[tuple[str, str]], extra: list[Block]) -> None:
        """Add a language with its levels: one if all are equal."""
        distinct = {level for _, level in levels}
        shown = next(iter(distinct)) if len(distinct) == 1 and len(levels) > 1 else ""
        text = shown or ", ".join(f"{area} {level}" for area, level in levels)
        if shown:
            self.cv.left_out += [LeftOut(level, "the same level in all areas") for _, level in levels[1:]]
        item = Item(text=f"**{inline(name)}** ({escape(text)})" if text else f"**{inline(name)}**", blocks=extra)
        self.builder.add("languages", ItemList(items=[item]))

    def leave_out(self, reason: str, *labels: str) -> None:
        """Leave out the elements with these labels."""
        self.cv.left_out += self.root.leave_out(reason, *labels)


# ---------------------------------------------------------------- SkillsPassport


class _SkillsPassport(_Reader):
    def read(self) -> None:
        """Read the whole file."""
        locale = self.root.take("locale")
        self.cv.lang = locale.replace("_", "-")
        self.cv.read_as.append(ReadAs(locale, "lang"))
        for label in ("DocumentInfo", "PrintingPreferences"):
            self.leave_out("a setting of Europass", label)
        learner = self.root.at("LearnerInfo")
        self._codes(learner)
        self._person(learner.at("Identification"))
        headline = learner.at("Headline")
        kind, text = (
            headline.take("Type", "Label"),
            headline.take("Description", "Label") or headline.take("Description"),
        )
        if text:
            self.cv.person.headline = field_inline(text).replace("\\", "")
        if kind:
            self.cv.left_out.append(LeftOut(kind, "the kind of headline"))
        for node in learner.all("WorkExperienceList", "WorkExperience"):
            self._work(node)
        for node in learner.all("EducationList", "Education"):
            self._education(node)
        self._skills(learner.at("Skills"))
        for node in learner.all("AchievementList", "Achievement"):
            self._achievement(node)
        self.leave_out("a reference to an attachment", "ReferenceTo", "ReferenceToList", "Documentation")

    def _codes(self, root: Fields) -> None:
        """Leave out codes that stand beside a label."""
        for node in root.nodes():
            labels = {inner.label for inner in node.inside}
            if {"Code", "Label"} <= labels:
                self.cv.left_out += node.at("Code").leave_out("the code of a value that is written in words")

    def _person(self, root: Fields) -> None:
        person = self.cv.person
        names = root.at("PersonName")
        person.name = " ".join(part for part in (names.take("FirstName"), names.take("Surname")) if part)
        person.honorific = names.take("Title", "Label") or names.take("Title")
        contact = root.at("ContactInfo")
        address = contact.at("Address", "Contact")
        city, country = address.take("Municipality"), self._country(address)
        lines = [address.take("AddressLine"), address.take("AddressLine2")]
        lines.append(" ".join(part for part in (address.take("PostalCode"), city) if part))
        person.private_address = [line for line in lines if line]
        person.location = ", ".join(part for part in (city, address.take("Region"), country) if part)
        person.email = contact.take("Email", "Contact") or contact.take("Email")
        for node in contact.all("TelephoneList", "Telephone"):
            number, use = node.take("Contact"), node.take("Use", "Label")
            code = node.at("Use", "Code").text
            self.cv.read_as.append(ReadAs(use, ""))
            if code == "work" and not person.phone:
                person.phone = number
            elif not person.mobile and code in ("mobile", "home", ""):
                person.mobile = number
            else:
                person.facts.append((use or "Phone", number))
        for node in contact.all("WebsiteList", "Website"):
            url, use = node.take("Contact"), node.take("Use", "Label")
            self.cv.read_as.append(ReadAs(use, ""))
            person.links.append(Link(re.sub(r"^https?://|/$", "", url), url if "://" in url else f"https://{url}"))
        for node in contact.all("InstantMessagingList", "InstantMessaging"):
            person.facts.append((node.take("Use", "Label") or "Messenger", node.take("Contact")))
        demographics = root.at("Demographics")
        if born := self._date(demographics.at("Birthdate")):
            person.born = born
        if gender := demographics.take("Gender", "Label"):
            person.facts.append(("Gender", gender))
        nationalities = [*demographics.all("NationalityList", "Nationality"), *demographics.all("Nationality")]
        for node in nationalities:
            if name := node.take("Label"):
                person.facts.append(("Nationality", name))
        for label in ("MimeType", "Metadata"):
            self.cv.left_out += root.at("Photo").leave_out("the kind of the photo", label)

    def _country(self, address: Fields) -> str:
        code = address.at("Country", "Code")
        if name := address.take("Country", "Label"):
            return name
        if text := code.take():
            name = country_name(text, self.cv.lang)
            self.cv.read_as.append(ReadAs(text, name))
            return name
        return ""

    def _date(self, node: Fields) -> str:
        """Return a date in the attributes `year="2005" month="--10" day="---01"` as EDTF."""
        parts = [node.take(label) for label in ("year", "month", "day")]
        numbers = [re.sub(r"\D", "", part) for part in parts]
        text = "-".join(
            number.zfill(2 if place else 4) for place, number in enumerate(numbers) if number and all(numbers[:place])
        )
        try:
            parse_date(text)
        except ValueError:
            for inner in node.nodes():
                inner.taken = False
            return ""
        self.cv.read_as += [ReadAs(part, text) for part in parts if part]
        return text

    def _period(self, node: Fields) -> str:
        outer = node.at("Period")
        start, end = self._date(outer.at("From")), self._date(outer.at("To"))
        current = outer.take("Current")
        self.cv.read_as.append(ReadAs(current, ""))
        return _interval(start, end, is_open=current == "true")

    def _organisation(self, node: Fields) -> tuple[str, str, list[Block]]:
        """Return name, place and details of an employer or a school."""
        contact = node.at("ContactInfo")
        address = contact.at("Address", "Contact")
        lines = [address.take("AddressLine"), address.take("AddressLine2"), address.take("PostalCode")]
        country = self._country(address)
        place = ", ".join(part for part in (address.take("Municipality"), address.take("Region"), country) if part)
        blocks: list[Block] = []
        if street := ", ".join(line for line in lines if line):
            blocks.append(Paragraph(text=escape(street)))
        websites = [*contact.all("WebsiteList", "Website"), *contact.all("Website")]
        for website in websites:
            if url := website.take("Contact"):
                blocks.append(Paragraph(text=_show(url)))
            self.cv.read_as.append(ReadAs(website.take("Use", "Label"), ""))
        if sector := node.take("Sector", "Label"):
            blocks.append(Paragraph(text=escape(sector)))
        return node.take("Name"), place, blocks

    def _work(self, node: Fields) -> None:
        org, place, details = self._organisation(node.at("Employer"))
        title = node.take("Position", "Label") or node.take("Position")
        entry = Entry(title=field_inline(title), date=self._period(node), org=org, place=place)
        entry.blocks = [*field_blocks(node.take("Activities")), *details]
        self.entry("positions", entry, node)

    def _education(self, node: Fields) -> None:
        org, place, details = self._organisation(node.at("Organisation"))
        entry = Entry(title=field_inline(node.take("Title")), date=self._period(node), org=org, place=place)
        facts = [node.take("Level", "Label"), node.take("Field", "Label")]
        if text := " · ".join(escape(fact) for fact in facts if fact):
            entry.blocks.append(Paragraph(text=text))
        entry.blocks += [*field_blocks(node.take("Activities")), *details]
        self.entry("education", entry, node)

    def _skills(self, root: Fields) -> None:
        linguistic = root.at("Linguistic")
        mother = "Muttersprache" if self.cv.lang.startswith("de") else "native"
        for node in linguistic.all("MotherTongueList", "MotherTongue"):
            name = self._language_name(node)
            item = Item(text=f"**{inline(name)}** ({mother})", blocks=node.take_rest())
            self.builder.add("languages", ItemList(items=[item]))
        for node in linguistic.all("ForeignLanguageList", "ForeignLanguage"):
            name = self._language_name(node)
            levels = [(readable(level.label), level.take()) for level in node.at("ProficiencyLevel").inside]
            items = []
            certificates = [*node.all("CertificateList", "Certificate"), *node.all("VerifiedBy", "Certificate")]
            for certificate in certificates:
                parts = [certificate.take("Title"), certificate.take("AwardingBody"), certificate.take("Level")]
                date = self._date(certificate.at("Date"))
                items.append(Item(text=escape(", ".join(part for part in parts if part)), date=date))
            extra: list[Block] = [ItemList(items=items)] if items else []
            self.language(name, [pair for pair in levels if pair[1]], [*extra, *node.take_rest()])
        names = (
            ("Communication", "Communication skills"),
            ("Organisational", "Organisational skills"),
            ("JobRelated", "Job-related skills"),
            ("Computer", "Digital skills"),
            ("Other", "Other skills"),
        )
        for label, title in names:
            node = root.at(label)
            blocks = field_blocks(node.take("Description"))
            levels = [(readable(level.label), level.take()) for level in node.at("ProficiencyLevel").inside]
            items = [Item(text=escape(f"{area}: {readable(level)}")) for area, level in levels if level]
            self.cv.read_as += [ReadAs(level, readable(level)) for _, level in levels if level]
            for certificate in node.all("CertificateList", "Certificate"):
                items.append(Item(text=escape(certificate.take("Title")), blocks=certificate.take_rest()))
            if items:
                blocks.append(ItemList(items=items))
            blocks += node.take_rest()
            if blocks:
                self.builder.add("skills", ItemList(items=[Item(text=f"**{title}**", blocks=blocks)]))
        driving = root.at("Driving")
        licences = [*driving.take_all("Description", "Licence"), *driving.take_all("Description")]
        if licences:
            text = f"**Driving licence**: {escape(', '.join(licences))}"
            self.builder.add("skills", ItemList(items=[Item(text=text, blocks=driving.take_rest())]))

    def _language_name(self, node: Fields) -> str:
        label, code = node.take("Description", "Label"), node.at("Description", "Code").text
        if label or not code:
            return label
        node.at("Description", "Code").take()
        name = language_name(code, self.cv.lang)
        self.cv.read_as.append(ReadAs(code, name))
        return name

    def _achievement(self, node: Fields) -> None:
        title = node.take("Title", "Label") or node.take("Title") or "Additional information"
        if code := node.at("Title", "Code").text:
            self.cv.left_out.append(LeftOut(code, "the code of a value that is written in words"))
            node.at("Title", "Code").take()
        found = recognise(title, self.cv.lang)
        id_ = {"publications": "publications", "honors_awards": "awards", "honorsawards": "awards"}.get(code, "")
        id_ = id_ or (found.section.id if found and found.exact else "")
        blocks = [*field_blocks(node.take("Description")), *node.take_rest()]
        if id_:
            self.builder.extend(id_, blocks)
            self.cv.read_as.append(ReadAs(title, id_))
        else:
            self.builder.extend("", blocks, title)


def _interval(start: str, end: str, *, is_open: bool) -> str:
    """Return an interval in EDTF; only its start if it would end before."""
    if start and is_open:
        return f"{start}/.."
    if not (start and end) or start == end:
        return start or end
    try:
        parse_date(f"{start}/{end}")
    except ValueError:
        return start
    return f"{start}/{end}"


# ---------------------------------------------------------------- Candidate


_SIMPLE = {
    "Projects": ("projects", "Projects", "project"),
    "CreativeWorks": ("creative-works", "Creative Works", "publication"),
    "SocialAndPoliticalActivities": ("service", "", ""),
    "NetworksAndMemberships": ("service", "", ""),
    "VoluntaryWorks": ("service", "", ""),
    "ConferencesAndSeminars": ("talks", "", ""),
    "PublicationHistory": ("publications", "", ""),
    "PatentHistory": ("patents", "", ""),
    "SpeakingHistory": ("talks", "", ""),
    "OrganizationAffiliations": ("service", "", ""),
    "Certifications": ("certificates", "Certificates", "skill"),
    "CourseCertifications": ("certificates", "Certificates", "skill"),
    "HobbiesAndInterests": ("interests", "", ""),
    "HonorsAndAwards": ("awards", "", ""),
    "HonoursAndAwards": ("awards", "", ""),
    "EmploymentReferences": ("references", "", ""),
    "MilitaryHistory": ("supplement", "", ""),
    "Recommendations": ("references", "", ""),
}
"""Lists of things with a title, a date and a description: the section for each, its title and tag if they are not
standard."""
_SKILLS = {
    "CommunicationAndInterpersonalSkills": "Communication and interpersonal skills",
    "ManagementAndLeadershipSkills": "Management and leadership skills",
    "OrganisationalSkills": "Organisational skills",
    "DigitalSkills": "Digital skills",
    "JobRelatedSkills": "Job-related skills",
    "OtherSkills": "Other skills",
    "Skills": "Skills",
}


class _Candidate(_Reader):
    def read(self) -> None:
        """Read the whole file."""
        profile = self.root.at("CandidateProfile")
        code = profile.take("languageCode")
        self.cv.lang = code
        self.cv.read_as.append(ReadAs(code, "lang"))
        self.leave_out("the number of the file", "DocumentID", "ID", "AlternateDocumentID")
        self.leave_out("the name of the person once more", "CandidateSupplier")
        self.leave_out("a setting of Europass", "RenderingInformation", "ProcessingInformation")
        self.leave_out("the kind of a value", "typeCode", "languageID", "schemeName", "schemeID", "name", "type")
        self._attachments(profile)
        self._person(self.root.at("CandidatePerson"))
        self.builder.extend("bio", field_blocks(profile.take("ExecutiveSummary")))
        for node in profile.all("EmploymentHistory", "EmployerHistory"):
            self._work(node)
        for node in profile.all("EducationHistory", "EducationOrganizationAttendance"):
            self._education(node)
        for node in profile.all("PersonQualifications", "PersonCompetency"):
            self._competency(node)
        for label, (id_, title, tag) in _SIMPLE.items():
            for node in [inner for outer in profile.all(label) for inner in _leaves(outer)]:
                self._simple(node, id_, title, (tag,) if tag else ())
        for label, name in _SKILLS.items():
            for outer in [*profile.all(label), *profile.all("Skills", label)]:
                self._skill_group(outer, name)
        licences = []
        for node in [*profile.all("Licenses", "License")]:
            licences.append(node.take("LicenseTypeCode") or node.take("LicenseName"))
        if any(licences):
            text = f"**Driving licence**: {escape(', '.join(part for part in licences if part))}"
            rest = profile.at("Licenses").take_rest()
            self.builder.add("skills", ItemList(items=[Item(text=text, blocks=rest)]))
        for outer in profile.all("Others"):
            for node in outer.inside:
                self._other(node)

    def _attachments(self, profile: Fields) -> None:
        for node in profile.all("Attachment"):
            self.cv.left_out += node.leave_out("the name of an attached file")

    def _person(self, root: Fields) -> None:
        person = self.cv.person
        names = root.at("PersonName")
        given = [names.take(label) for label in ("GivenName", "MiddleName", "FamilyName")]
        person.name = " ".join(part for part in given if part) or names.take("FormattedName")
        person.honorific = names.take_first("PreferredSalutationCode", "TitleAffixCode", "QualificationAffixCode")
        for node in root.all("Communication"):
            self._communication(node)
        if born := edtf(root.at("BirthDate").text):
            self.cv.read_as.append(ReadAs(root.take("BirthDate"), born))
            person.born = born
        birth = root.at("BirthPlace")
        if place := self.place(birth.take("City") or birth.take("CityName"), "", birth.take("CountryCode")):
            person.facts.append(("Place of birth", place))
        if gender := root.take("GenderCode"):
            person.facts.append(("Gender", readable(gender)))
        for code in root.take_all("NationalityCode"):
            person.facts.append(("Nationality", self.place("", "", code)))
        for node in root.all("PrimaryLanguageCode"):
            code = node.take()
            name = language_name(code, self.cv.lang)
            self.cv.read_as.append(ReadAs(code, name))
            mother = "Muttersprache" if self.cv.lang.startswith("de") else "native"
            self.builder.add("languages", ItemList(items=[Item(text=f"**{inline(name)}** ({mother})")]))
        for node in root.all("Visa"):
            if place := self.place("", "", node.take("IssuingCountryCode")):
                person.facts.append(("Work permit", place))

    def _communication(self, node: Fields) -> None:
        person = self.cv.person
        channel, use = node.take("ChannelCode"), node.take("UseCode")
        self.cv.read_as += [ReadAs(channel, ""), ReadAs(use, "")]
        uri = node.take_first("URI", "URL", "Text")
        channel = channel.lower().replace(" ", "")
        if node.all("Address"):
            self._address(node.at("Address"))
        elif channel == "email" and uri and not person.email:
            person.email = uri
        elif number := node.take("DialNumber"):
            prefix = node.take("CountryDialing").lstrip("+")
            self.cv.left_out += node.leave_out("the country of a telephone number", "CountryCode")
            number = f"+{prefix} {number}" if prefix and not number.startswith("+") else number
            if use == "work" and not person.phone:
                person.phone = number
            elif not person.mobile:
                person.mobile = number
            else:
                person.facts.append(("Phone", number))
        elif uri:
            label = re.sub(r"^https?://(?:www\.)?|/$", "", uri)
            is_web = "://" in uri or re.fullmatch(r"[\w-]+(\.[\w-]+)+(/\S*)?", uri)
            if is_web:
                person.links.append(Link(label, uri if "://" in uri else f"https://{uri}"))
            else:
                person.facts.append((readable(use or channel) or "Contact", uri))

    def _address(self, node: Fields) -> None:
        person = self.cv.person
        lines = node.take_all("AddressLine")
        city, postal = node.take("CityName"), node.take("PostalCode")
        region = node.take("CountrySubDivisionCode") or node.take("CountrySubDivisionName")
        place = self.place(city, region, node.take("CountryCode"))
        if not person.location:
            person.location = place
        if lines or postal:
            last = " ".join(part for part in (postal, city) if part)
            person.private_address += [line for line in [*lines, last] if line]

    def _date(self, node: Fields) -> str:
        """Return a date in an element, or in `FormattedDateTime` inside."""
        inner = node.at("FormattedDateTime") if node.all("FormattedDateTime") else node
        if date := edtf(inner.text):
            self.cv.read_as.append(ReadAs(inner.take(), date))
        return date

    def _period(self, node: Fields) -> str:
        start, end = self._date(node.at("StartDate")), self._date(node.at("EndDate"))
        flags = [node.take("CurrentIndicator"), node.take("Ongoing")]
        self.cv.read_as += [ReadAs(flag, "") for flag in flags if flag]
        if not start and not end and node.text:
            return self._date(node)
        return _interval(start, end, is_open="true" in flags)

    def _organisation(self, node: Fields) -> tuple[str, str, list[Block]]:
        name, place = node.take("OrganizationName"), ""
        found: list[Block] = []
        for contact in node.all("OrganizationContact", "Communication"):
            self.cv.read_as += [ReadAs(contact.take(label), "") for label in ("ChannelCode", "UseCode")]
            address = contact.at("Address")
            city, country = address.take("CityName"), address.take("CountryCode")
            place = place or self.place(city, "", country)
            lines = [*address.take_all("AddressLine"), address.take("PostalCode")]
            if street := ", ".join(line for line in lines if line):
                found.append(Paragraph(text=escape(street)))
            if url := contact.take_first("URI", "URL"):
                found.append(Paragraph(text=_show(url)))
        if url := node.take("Link"):
            found.append(Paragraph(text=_show(url)))
        self.cv.left_out += node.leave_out("the code of an industry", "IndustryCode")
        return name, place, found

    def _work(self, node: Fields) -> None:
        org, place, details = self._organisation(node)
        department = node.take("Department")
        org = ", ".join(part for part in (department, org) if part)
        positions = node.all("PositionHistory") or [node]
        for position in positions:
            period = (
                position.at("EmploymentPeriod") if position.all("EmploymentPeriod") else node.at("EmploymentPeriod")
            )
            city, country = position.take("City"), position.take("Country")
            own = self.place(city, "", country) or place
            if place and own != place:
                details.append(Paragraph(text=escape(place)))
            elif place and city:
                self.cv.read_as += [ReadAs(place, own)]
            entry = Entry(
                title=field_inline(position.take("PositionTitle")), date=self._period(period), org=org, place=own
            )
            entry.blocks = [*field_blocks(position.take("Description")), *details]
            details = []
            self.entry("positions", entry, position if position is not node else Fields())
        rest = node.take_rest()
        if rest and (last := self.builder.section("positions").blocks[-1]) and isinstance(last, Entry):
            last.blocks += rest

    def _education(self, node: Fields) -> None:
        org, place, details = self._organisation(node)
        degree = node.at("EducationDegree")
        title, program = degree.take("DegreeName"), node.take("ProgramName")
        if program and (not title or program == title):
            self.cv.read_as.append(ReadAs(program, title))
            title, program = title or program, ""
        entry = Entry(title=field_inline(title), date=self._period(node.at("AttendancePeriod")), org=org, place=place)
        facts = [program] if program else []
        fields = degree.at("FieldOfStudy")
        facts += [inner.take() for inner in fields.nodes() if inner.text and not inner.taken]
        facts += [f"EQF level {level}"] if (level := node.take("EducationLevelCode")) else []
        if text := " · ".join(escape(fact) for fact in facts if fact):
            entry.blocks.append(Paragraph(text=text))
        for label in ("OccupationalSkillsCovered", "Description"):
            entry.blocks += field_blocks(degree.take(label) or node.take(label))
        for label, name in (("FinalGrade", "Final grade"), ("Thesis", "Thesis"), ("NumberOfCredits", "Credits")):
            outer = degree.at(label) if degree.all(label) else node.at(label)
            if text := " ".join(inner.take() for inner in outer.nodes() if inner.text):
                entry.blocks.append(Paragraph(text=f"*{name}:* {field_inline(text)}"))
        entry.blocks += details
        self.entry("education", entry, node)

    def _competency(self, node: Fields) -> None:
        taxonomy = node.take("TaxonomyID")
        self.cv.read_as.append(ReadAs(taxonomy, ""))
        name = node.take_first("CompetencyName", "CompetencyID")
        levels = []
        for dimension in node.all("CompetencyDimension"):
            kind, level = dimension.take("CompetencyDimensionTypeCode"), dimension.take("Score", "ScoreText")
            area = _area_of(kind)
            self.cv.read_as.append(ReadAs(kind, area))
            if level:
                levels.append((area, level))
        if taxonomy.lower() == "language":
            shown = language_name(name, self.cv.lang)
            self.cv.read_as.append(ReadAs(name, shown))
            self.language(shown, levels, node.take_rest())
            return
        text = escape(name) + (f" ({escape(', '.join(level for _, level in levels))})" if levels else "")
        self.builder.add("skills", ItemList(items=[Item(text=text, blocks=node.take_rest())]))

    def _simple(self, node: Fields, id_: str, title: str, tags: tuple[str, ...]) -> None:
        """Read a thing with a title, a date, a description and an address."""
        label = "FormattedPublicationDescription"
        name = node.take_first("Title", "Name", "CertificationName", label, "PublicationTitle", "FormattedName")
        outer = node.at("Date") if node.all("Date") else node
        date = self._period(outer)
        for other in ("Year", "IssuedDate", "FirstIssuedDate", "PublicationDate"):
            if not date and node.all(other):
                date = self._date(node.at(other))
        parts = [f"**{field_inline(name)}**"] if name else []
        parts += [field_inline(part) for key in _AUTHORITIES if (part := node.take(key))]
        place = self.place(node.take("City"), "", node.take("Country"))
        parts += [escape(place)] if place else []
        parts += [_show(url) for key in ("Reference", "Link", "URL") for url in node.take_all(key)]
        self.cv.left_out += [LeftOut(again, "the title once more") for again in node.take_all(label) if again == name]
        blocks = [block for text in node.take_all("Description") for block in field_blocks(text)]
        blocks += node.take_rest()
        if parts or blocks:
            self.builder.add(id_, ItemList(items=[Item(text=", ".join(parts), date=date, blocks=blocks)]), title, tags)

    def _skill_group(self, outer: Fields, name: str) -> None:
        """Read a group of skills: names, each with a description, or groups of names."""
        items = []
        for node in outer.inside:
            title, description = node.take("Title"), node.take("Description")
            names = [
                text for inner in node.inside if inner.label not in ("Title", "Description") for text in _take(inner)
            ]
            own = node.take()
            text = ", ".join(escape(part) for part in [*([own] if own else []), *names])
            shown = f"**{field_inline(title)}**: {text}" if title and text else field_inline(title) or text
            if shown or description:
                items.append(Item(text=shown or "…", blocks=field_blocks(description)))
        if items:
            self.builder.add("skills", ItemList(items=[Item(text=f"**{name}**", blocks=[ItemList(items=items)])]))

    def _other(self, node: Fields) -> None:
        """Read a section that the person named."""
        title = node.take("Title") or readable(node.label)
        found = recognise(title, self.cv.lang)
        id_ = found.section.id if found and found.exact else ""
        if id_:
            self.cv.read_as.append(ReadAs(title, id_))
            title = ""
        for inner in [*node.all("Content"), *node.all("OtherContent"), *node.all("Item")] or [node]:
            self._simple(inner, id_, title, ())


_AUTHORITIES = (
    "IssuingAuthority",
    "IssuingOrganization",
    "OrganizationName",
    "Publisher",
    "Journal",
    "Role",
    "PositionTitle",
)
_AREAS = {
    "listening": "Listening",
    "reading": "Reading",
    "interaction": "Spoken interaction",
    "production": "Spoken production",
    "writing": "Writing",
}


def _area_of(kind: str) -> str:
    """Return the area of a level, such as “Spoken interaction” for `CEF-Speaking-Interaction`."""
    words = kind.lower().split("-")
    if "writing" in words:
        return "Writing"
    return next((_AREAS[word] for word in words if word in _AREAS), kind.removeprefix("CEF-"))


def _take(node: Fields) -> Iterator[str]:
    """Yield all texts of a node that were not used."""
    for inner in node.nodes():
        if not inner.taken and (text := inner.take()):
            yield text


def _leaves(outer: Fields) -> list[Fields]:
    """Return the things in a list. Some lists have another element around each of them."""
    return [
        node.inside[0] if len(node.inside) == 1 and node.inside[0].inside and not node.text else node
        for node in outer.inside
        if node.texts()
    ]
