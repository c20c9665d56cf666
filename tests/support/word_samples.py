"""Sixteen Word CVs of invented people, in the manner of real ones: each with other habits."""

from __future__ import annotations

from word_builder import (
    bold,
    deleted,
    docx,
    field,
    footnote,
    inserted,
    item,
    link,
    para,
    picture,
    table,
    text,
    text_box,
)  # fmt: skip


def styles() -> bytes:
    """Heading styles, a title, bullets by style, links."""
    return docx(
        para("Maren Okafor, PhD", style="Title"),
        para("Associate Professor of Ecology", style="Subtitle"),
        para("Department of Biology, University of Northmere | 12 Lake Road, Northmere, Canada"),
        para("maren.okafor@northmere.example | +1 555 010 2030 | ", link("mokafor.example", "https://mokafor.example")),
        para("Education", style="Heading1"),
        para("PhD in Ecology", style="Heading2"),
        para("University of Southport, Southport, United Kingdom\tSept. 2008 – June 2012"),
        para("Thesis: “Lakes in winter”."),
        para("BSc in Biology", style="Heading2"),
        para("College of Example, Boston, MA\t2005–2008"),
        para("Professional Experience", style="Heading1"),
        para("Associate Professor\t2018 – present", style="Heading2"),
        para("University of Northmere, Northmere, Canada"),
        para("Leads a group of twelve.", style="ListBullet"),
        para("Teaches ", text("Ecology I", style="Emphasis"), " and ", text("II", "i"), ".", style="ListBullet"),
        para("Postdoctoral Fellow\t2012 – 2018", style="Heading2"),
        para("Institute of Freshwater Research, Uppsala, Sweden"),
        para("Awards and Honours", style="Heading1"),
        para("Early Career Prize, Society for Limnology, 2016", style="ListBullet"),
        para("Best Poster Award (2010)", style="ListBullet"),
        para("Publications", style="Heading1"),
        para("Journal articles", style="Heading2"),
        item("Okafor M, Lind A (2021). Ice cover & light*. ", text("J. Lakes", "i"), " 12(3):1–20. doi:10.1234/abc_d", number=2),
        item("Lind A, Okafor M (2019). Winter {blooms}. ", text("Ecology", "i"), " 9:33–40.", number=2),
        para("Languages", style="Heading1"),
        para("English (native), German (B2), Swedish (A2)"),
        links=("https://mokafor.example",), author="Maren Okafor",
    )  # fmt: skip


def no_styles() -> bytes:
    """No styles at all: bold headings, dates before a tab, typed bullets."""
    return docx(
        para(text("CURRICULUM VITAE", "b", 28)),
        para(text("Tomás Beltrán", "b", 32)),
        para("Senior Research Scientist"),
        para("Tel: +34 600 000 000"),
        para("Email: tomas.beltran@lab.example"),
        para("ORCID: 0000-0002-1825-0097"),
        bold("Employment"),
        para("2019–present\tSenior Research Scientist, Institute of Optics, Madrid, Spain"),
        para("\tHead of the laser laboratory"),
        para("2015–2019\tPostdoc, University of Glass, Jena, Germany"),
        bold("Education"),
        para("2011–2015\tPhD in Physics, University of Glass"),
        para("2009–2011\tMSc in Physics, Universidad de Ejemplo"),
        bold("Grants"),
        para("2020–2023\t“Slow light” (PI), 350,000 €, Ministry of Science"),
        para("2017\tTravel grant, Optical Society"),
        bold("Skills"),
        para("• Programming: C++, Python, MATLAB"),
        para("• Languages: Spanish (native), English (C1)"),
        bold("Selected publications"),
        para("1. Beltrán T, Weiss K (2022) Slow light in fast media. Opt. Lett. 4:1-9."),
        para("2. Weiss K, Beltrán T (2018) Glass. Phys. Rev. X 1:2."),
        title="Microsoft Word - cv_final_v3", author="user",
    )  # fmt: skip


def capitals() -> bytes:
    """German; headings in capitals with a line below, dates at the right, organisations on the second line."""
    line = '<w:pBdr><w:bottom w:val="single"/></w:pBdr>'
    return docx(
        para(text("DR. ANNIKA VOGELSANG", "", 36)),
        para("Waldweg 3, 12345 Beispielstadt · Mobil: 0170 1234567 · a.vogelsang@uni-beispiel.example"),
        para("BERUFLICHER WERDEGANG", properties=line),
        para(text("Wissenschaftliche Mitarbeiterin", "b"), "\tseit Okt. 2021"),
        para("Universität Beispielstadt, Institut für Romanistik"),
        para("– Lehre im Umfang von vier Stunden"),
        para("– Organisation des Kolloquiums"),
        para(text("Lektorin", "b"), "\t03/2017 – 09/2021"),
        para("Verlag Muster GmbH, Leipzig, Deutschland"),
        para("AUSBILDUNG", properties=line),
        para(text("Promotion in Romanistik (summa cum laude)", "b"), "\t2017"),
        para("Universität Beispielstadt"),
        para(text("Magister Artium", "b"), "\t2007 – 2013"),
        para("Universität Muster, Musterstadt"),
        para("PREISE UND STIPENDIEN", properties=line),
        para("Promotionsstipendium der Stiftung Beispiel\t2014 – 2016"),
        para("SPRACHKENNTNISSE", properties=line),
        para("Französisch (verhandlungssicher), Italienisch (gut)"),
        para("VORTRÄGE", properties=line),
        para("„Proust und die Uhr“, Tagung der Romanisten, Wien, 12. Mai 2019"),
        para("„Die verlorene Zeit“, Universität Muster, 3. Juni 2018"),
    )  # fmt: skip


def own_style() -> bytes:
    """French; a style of small capitals that is no heading, and tables with dates for the entries."""
    return docx(
        para(text("Camille Durand-Leroy", "b", 40)),
        para("Maîtresse de conférences"),
        para("Laboratoire d’Exemple, Université de Modèle"),
        para("12, rue des Essais, 75000 Paris, France"),
        para("Tél. : 01 23 45 67 89"),
        para("Courriel : camille.durand@exemple.example"),
        para("Expérience professionnelle", style="CVSection"),
        table(
            ["Depuis sept. 2019", para(text("Maîtresse de conférences", "b")) + para("Université de Modèle, Lyon, France")],
            ["2016 – 2019", para(text("Chercheuse postdoctorale", "b")) + para("Institut d’Exemple, Genève, Suisse")
             + item("Analyse de données") + item("Encadrement de deux thèses")],
        ),
        para("Formation", style="CVSection"),
        table(
            ["2012 – 2016", "Doctorat en linguistique, Université de Modèle"],
            ["2010 – 2012", "Master de linguistique, École d’Exemple"],
        ),
        para("Prix et distinctions", style="CVSection"),
        table(["2017", "Prix de thèse de l’Académie"], ["2011", "Bourse d’excellence"]),
        para("Langues", style="CVSection"),
        table(["Anglais", "courant"], ["Allemand", "bon niveau"]),
        para("Activités éditoriales", style="CVSection"),
        para("Relectrice pour ", text("Langue", "i"), " et ", text("Parole", "i"), "."),
    )  # fmt: skip


def one_table() -> bytes:
    """Spanish; the whole CV in one table, with the headings in the first column."""
    return docx(
        para(text("Curriculum Vitae de Lucía Herrero Sanz", "b", 30)),
        table(
            [para(text("Datos personales", "b")),
             para("Fecha de nacimiento: 14 de marzo de 1985") + para("Nacionalidad: española") + para("Correo electrónico: "
             "lucia@ejemplo.example")],
            [para(text("Formación académica", "b")),
             para("2008–2012: Doctorado en Historia, Universidad de Modelo") + para("2003–2008: Licenciatura en Historia")],
            [para(text("Experiencia profesional", "b")),
             para("2012–actualidad: Profesora titular, Universidad de Modelo, Sevilla, España")
             + para("2010–2012: Becaria, Archivo de Ejemplos")],
            [para(text("Publicaciones", "b")),
             para("Herrero, L. (2020). El archivo y la mesa. Madrid: Ejemplo.") + para("Herrero, L. (2015). Papeles. "
             "Revista de Historia, 3, 1-20.")],
            [para(text("Idiomas", "b")), para("Inglés: C1. Francés: B2, con certificado oficial.")],
        ),
    )  # fmt: skip


def text_boxes() -> bytes:
    """Contact, skills and a quotation in text boxes, in the manner of a template."""
    side = (
        para(text("CONTACT", "b")) + para("jonas.iversen@mail.example") + para("+47 555 00 111")
        + para("linkedin.com/in/jonas-iversen") + para(text("SKILLS", "b")) + para("Python") + para("GIS") + para("Hydrology")
    )  # fmt: skip
    return docx(
        para(text_box(para(text("Jonas Iversen", "", 52)) + para("Hydrologist"))),
        para(text_box(side)),
        para(text("PROFILE", "b")),
        para(
            "Hydrologist with ten years of field work in cold regions, and a taste for simple models that can be tested."
        ),
        para(text("EXPERIENCE", "b")),
        para(text("Project Manager", "b"), " | Water Agency, Oslo, Norway | 01/2018 – present"),
        para("Plans measuring networks for rivers in the north."),
        para(text("Engineer", "b"), " | Flow Consulting AS, Bergen, Norway | 06/2014 – 12/2017"),
        para(text("EDUCATION", "b")),
        para(text("MSc in Hydrology", "b"), " | University of the North | 2012 – 2014"),
        para(text("CERTIFICATES", "b")),
        para("First aid (2019)"),
        para("Boat licence (2013)"),
    )


def headers() -> bytes:
    """Italian; name and contact in the page header, page numbers, footnotes, underlined headings."""
    return docx(
        para(text("Esperienza professionale", "b u")),
        para("2018 – oggi\tRicercatrice, Università di Esempio, Pisa, Italia", footnote(1)),
        para("2014 – 2018\tAssegnista, Istituto Modello"),
        para(text("Istruzione", "b u")),
        para("2010 – 2014\tDottorato in chimica, Università di Esempio"),
        para(text("Pubblicazioni", "b u")),
        para("Ferrari G., Neri P., “Acqua e sale”, Chimica 3 (2019) 1-10.", footnote(2)),
        para("Neri P., Ferrari G., “Sale”, Chimica 1 (2016) 5-9."),
        para(text("Attività didattica", "b u")),
        para("Chimica generale, Università di Esempio, 2019–2023"),
        para("Laboratorio di chimica, Università di Esempio, 2016–2018"),
        header=para("Giulia Ferrari – giulia.ferrari@esempio.example – +39 050 000000"),
        footer=para("Curriculum vitae, pagina ", field("PAGE", "1"), " di ", field("NUMPAGES", "2")),
        footnotes=(para("In congedo nel 2020."), para("Premio della rivista.")),
    )


def tracked_changes() -> bytes:
    """Dutch; tracked changes, comments and hidden text."""
    return docx(
        para("Sanne de Wit", style="Title"),
        para("E-mail: sanne@voorbeeld.example; Telefoon: 020 555 0123"),
        para("Werkervaring", style="Heading1"),
        para(
            "2020 – heden\tUniversitair docent",
            deleted(" (tijdelijk)"),
            inserted(text(", vast")),
            ", Universiteit Voorbeeld",
        ),
        para("2016 – 2020\tPromovendus, Universiteit Voorbeeld"),
        inserted(""),
        para("Opleiding", style="Heading1"),
        para("2014 – 2016\tMaster Geschiedenis", text("geheim", "vanish")),
        para("Nevenfuncties", style="Heading1"),
        item("Lid van de redactie, Tijdschrift voor Voorbeelden, 2019–2023"),
        item(inserted(text("Penningmeester, Vereniging, 2018"))),
        comments=("Klopt dit jaartal?",),
    )


def numbered() -> bytes:
    """A long list of publications with typed numbers, newest first, and a portrait."""
    return docx(
        para(picture()),
        para(text("Prof. Dr. Ji-woo Han", "b", 30)),
        para("Chair of Robotics, Technical University of Sampleton"),
        para("Room 1.23, Main Street 5, 54321 Sampleton, Germany"),
        para("Phone +49 30 555-0100, Fax +49 30 555-0101, E-mail han@sample.example, www.han.example"),
        para(text("1. Academic positions", "b")),
        para("04/2015 – today", text("\n"), "Full professor of robotics, Technical University of Sampleton"),
        para("10/2010 – 03/2015", text("\n"), "Group leader, Institute of Samples, Zurich, Switzerland"),
        para(text("2. List of publications", "b")),
        para(text("2.1 Journal papers", "i b")),
        para("[3] J. Han, P. Roy: “Grasping”, Robotics 5, 2021."),
        para("[2] P. Roy, J. Han: “Walking”, Robotics 2, 2018."),
        para("[1] J. Han: “Seeing”, Vision 1, 2012."),
        para(text("2.2 Conference papers", "i b")),
        item("J. Han, A. Ek: “Hands”, Proc. ROBO 2020, pp. 1950–1962.", number=3),
        item("A. Ek, J. Han: “Feet”, Proc. ROBO 2014, pp. 1–8.", number=3),
        para(text("3. Patents", "b")),
        para("Han J., “Gripper”, EP 1234567, 2019"),
        pictures=("image1.png",),
    )


def personal_data() -> bytes:
    """German “tabellarischer Lebenslauf”: personal facts in a table, a portrait, place and date at the end."""
    return docx(
        para(text("Lebenslauf", "b", 32)),
        para(text("Persönliche Daten", "b")),
        table(
            ["Name:", "Jannis Obermaier"],
            ["Geburtsdatum:", "03.09.1990 in Kassel"],
            ["Staatsangehörigkeit:", "deutsch"],
            ["Familienstand:", "verheiratet, ein Kind"],
            ["Anschrift:", "Gartenstraße 7, 34117 Kassel"],
            ["Telefon:", "0561 123456"],
            ["E-Mail:", "jannis@obermaier.example"],
        ),
        para(picture()),
        para(text("Schulbildung", "b")),
        table(["1997 – 2001", "Grundschule am See, Kassel"], ["2001 – 2009", "Gymnasium Beispiel, Kassel, Abitur (1,7)"]),
        para(text("Studium", "b")),
        table(["10/2009 – 09/2012", "Bachelor Maschinenbau, Universität Muster"],
              ["10/2012 – 03/2015", "Master Maschinenbau, Universität Muster"]),
        para(text("Berufserfahrung", "b")),
        table(["seit 04/2015", "Ingenieur, Beispiel AG, Kassel"]),
        para(text("EDV-Kenntnisse", "b")),
        table(["CAD", "sehr gut"], ["MS Office", "gut"]),
        para(text("Interessen", "b")),
        para("Klettern, Chor"),
        para("Kassel, den 1. Februar 2024"),
        pictures=("image1.png",),
    )  # fmt: skip


def sidebar() -> bytes:
    """A table with one row for a side bar, icons, and nested tables."""
    left = (
        para(text("Amara Nwosu", "b", 36)) + para("Data Scientist")
        + para(text("\uf02a", font="Wingdings"), " amara@nwosu.example") + para(text("\uf028", font="Wingdings"), " +234 555 0000")
        + para(text("Languages", "b", 24)) + para("English") + para("Igbo") + para(text("Interests", "b", 24)) + para("Chess")
    )  # fmt: skip
    right = (
        para(text("Work Experience", "b", 24))
        + para(text("Data Scientist", "b")) + para("Example Bank, Lagos, Nigeria, Mar 2020 - Present")
        + item("Built models for credit risk.") + item("Cut costs by 20 %.")
        + para(text("Analyst", "b")) + para("Sample Ltd, Abuja, Nigeria, Jan 2017 - Feb 2020")
        + para(text("Education", "b", 24))
        + table(["2013 - 2016", "BSc Statistics, University of Samples"], ["2011", "School certificate"])
        + para(text("References", "b", 24)) + para("Available on request")
    )  # fmt: skip
    return docx(table([left, right]))


def mixed() -> bytes:
    """Portuguese; spaced-out headings, line breaks inside paragraphs, contents, a formula, nested lists, a cover page."""
    contents = (
        "<w:sdt><w:sdtPr><w:docPartObj><w:docPartGallery w:val=\"Table of Contents\"/></w:docPartObj></w:sdtPr><w:sdtContent>"
        + para("Índice") + para("Formação\t1", style="TOC1") + "</w:sdtContent></w:sdt>"
    )  # fmt: skip
    formula = "<m:oMath><m:r><m:t>E=m</m:t></m:r></m:oMath>"
    return docx(
        para(text("CURRICULUM VITAE", "b", 40)),
        para(text("João Pedro Tavares", "b", 40)),
        contents,
        para(text("F O R M A Ç Ã O", "b")),
        para(text("Doutoramento em Física\nUniversidade de Exemplo, Porto, Portugal\n2009 – 2013")),
        para(text("Licenciatura em Física\nUniversidade de Modelo\n2005 – 2009")),
        para(text("E X P E R I Ê N C I A", "b")),
        para(text("2013 – presente\nInvestigador, Instituto de Exemplo")),
        item("Medidas de ", formula, " em cristais"),
        item("com lasers", level=1),
        item("com raios X", level=1),
        para(text("A T I V I D A D E S  D E  E N S I N O", "b")),
        para("Física I (2015), Física II (2016)"),
        para(text("P U B L I C A Ç Õ E S", "b")),
        para("Tavares JP. Cristais. Física 2014;3:1-9. PMID: 123456"),
        para("Tavares JP, Lopes R. Luz. Física 2012;1:10-19."),
    )


def layout() -> bytes:
    """A layout of several rows, a table with data, dots before dates, and blanks in dates."""
    contact = (
        para(text("Olga Brandt", "b", 36)) + para("3 Hill Road") + para("43210 Sampleton") + para("olga@brandt.example")
    )
    work = (
        para(text("Work experience", "b", 26))
        + para(text("City Museum of Samples", "i"), ", Sampleton ……………………… 07 / 2015 - Present")
        + para("Restores clocks.")
        + para(text("Clock Works Ltd", "i"), " ............................ 03 / 2012 - 06 / 2015")
    )
    grants = table(
        ["Grant", "Funder", "Amount"], ["Old springs", "Clock Trust", "$5,000"], ["New hands", "City", "$900"]
    )
    return docx(
        table([contact, para(text("RESTORER", "b"))], [work, para(text("Languages", "b", 26)) + para("German")]),
        para(text("Grants", "b", 26)),
        grants,
    )


def odd_styles() -> bytes:
    """German; headings are bold lines, heading styles make entries bold, labels and values in two columns of tabs."""
    return docx(
        para("28.04.2024"),
        bold("Angaben zur Person"),
        para("\tNAME\tFriederike Amsel"),
        para("\tMOBIL\t+49 170 5550100"),
        para("GEBURTSDATUM\t03/10/1991", style="Heading2"),
        bold("Studium"),
        para("01/10/2018–andauernd\tMasterstudium Ornithologie", style="Heading1"),
        para("\tUniversität Nirgendwo"),
        para("01/10/2014-31/08/2017\tBachelorstudium Biologie", style="Heading1"),
        para("Universität Nirgendwo"),
        bold("Praxiserfahrung"),
        para("01/02/2021-30/04/2021 Praktikantin", style="Heading1"),
        para("Vogelwarte Beispiel"),
        para("▪ Beringung von Staren"),
        para("01/03/2019-31/08/2019\tStudentische Hilfskraft", style="Heading1"),
        para("Institut für Vogelkunde"),
        bold("Computersprachen"),
        item("Python"),
        item(""),
        item("R"),
        bold("Führerschein"),
        item("16.09.2009"),
        bold("Telefon: 0301234567"),
        author="Friederike Amsel",
    )  # fmt: skip


def date_column() -> bytes:
    """Dutch; a name below the first section, dates in a column of their own, entries as headings like sections."""
    return docx(
        para("Scholing", style="Heading1"),
        table(
            [
                para(text("Bachelor Waterbouw", "b")) + para("Hogeschool Voorbeeld")
                + para(text("Havo", "b")) + para("Lyceum Nergens") + para("Profiel natuur en techniek"),
                para("2019 - 2023") + para("2013 - 2018"),
            ],
        ),
        para(text("Joris", "", 72)),
        para(text("van Dijkstra", "", 72)),
        para("Profiel", style="Heading2"),
        para("Ik bouw graag dijken."),
        para("Contact", style="Heading2"),
        para("Telefoonnummer:"),
        para("020 555 0100"),
        para("Geboortedatum:"),
        para("21-10-2000"),
        para("Werkervaringen", style="Heading1"),
        para("Dijkwachter", style="Heading1"),
        para("Waterschap Voorbeeld, Utrecht"),
        para("09/2023 – heden"),
        para("Tulpenplukker", style="Heading1"),
        para("Kwekerij Nergens, Lisse"),
        para("06/2018 – 08/2018"),
        para("Vaardigheden", style="Heading2"),
        para("Dijken tekenen", style="ListBullet"),
    )  # fmt: skip


def continued() -> bytes:
    """Paragraphs between numbered items, remarks below students, and courses with the years in which they were held."""
    return docx(
        para(text("Leocadia Wintergreen", "b", 36)),
        bold("EARNED DEGREES"),
        para("PhD in Hydrology, University of Nowhere, 2011."),
        bold("RESEARCH GRANTS"),
        item("Ministry of Rivers, 2018–2020", number=2),
        para("The colours of rivers, 80,000 €."),
        item("Academy of Lakes, 2015", number=2),
        para("A map of puddles."),
        bold("COURSES TAUGHT"),
        para("Hydrology I, 2016, 2018, 2019"),
        para("Puddles for Beginners, 2020"),
        bold("PHD STUDENTS"),
        para(text("Odo Brook, 2019", "b")),
        para("Thesis: Streams in the town"),
        para("Honors: Prize of the Academy of Lakes, 2020"),
        para(text("Ida Creek, 2021", "b")),
        para("Thesis: Ponds"),
    )  # fmt: skip


SAMPLES = {
    function.__name__: function
    for function in (
        styles, no_styles, capitals, own_style, one_table, text_boxes, headers, tracked_changes, numbered, personal_data,
        sidebar, mixed, layout, odd_styles, date_column,
        continued,
    )
}  # fmt: skip
"""The builders of the files, by name."""
