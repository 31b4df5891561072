"""How a Word document looks: its page, its letters, its styles. Nothing here knows what stands in it."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from docx.document import Document

WIDTH = 16.5  # centimetres of text on A4
SERIF, FIXED = "Times New Roman", "Courier New"
# Of equal widths, or at least with Cyrillic letters, where a machine lacks the fonts above.
FALLBACKS = {SERIF: "Liberation Serif;Tinos;DejaVu Serif", FIXED: "Liberation Mono;Cousine;DejaVu Sans Mono"}


def element(tag: str, /, **attributes: str) -> Any:
    """An element of Word's own language, such as `element("tab", val="left")`."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    made = OxmlElement(f"w:{tag}")
    for key, value in attributes.items():
        made.set(qn(f"w:{key}"), value)
    return made


def set_page(document: "Document") -> None:
    """A4 with room for binding, and the number of each page at its foot."""
    from docx.shared import Cm

    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin, section.right_margin = Cm(3), Cm(21 - 3 - WIDTH)
    section.top_margin = section.bottom_margin = Cm(2)
    section.different_first_page_header_footer = True


def set_styles(document: "Document", locale: str) -> None:
    """One family of letters, black on white, with headings that Word's navigation knows."""
    from docx.enum.style import WD_STYLE_TYPE
    from docx.shared import Pt, RGBColor

    styles: Any = document.styles
    for name, base in (("Code", "Normal"), ("Table Text", "Normal"), ("After Table", "Normal"), ("Figure", "Normal"),
                       ("Caption Figure", "Caption"), ("Caption Table", "Caption"), ("Lead", "Body Text"), ("Note", "Body Text"),
                       ("Under Picture", "Normal")):  # fmt: skip
        styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH).base_style = styles[base]
    for name in ("Code Words", "Code Cell"):
        styles.add_style(name, WD_STYLE_TYPE.CHARACTER)
    # points: letters, before, after; then whether bold
    looks: dict[str, tuple[float, float | None, float | None, bool]] = {
        "Normal": (12, 0, 0, False), "Body Text": (12, 0, 6, False), "List Bullet": (12, 0, 3, False),
        "Lead": (13, 0, 8, False), "Note": (10, 0, 6, False), "Under Picture": (8.5, 0, 0, False),
        "Title": (20, 0, 6, True), "Subtitle": (12, 0, 12, False),
        "Heading 1": (16, 18, 6, True), "Heading 2": (14, 14, 6, True), "Heading 3": (12, 10, 4, True),
        "Heading 4": (12, 8, 4, True),
        "Caption": (10, 0, 0, False), "Caption Figure": (10, 4, 12, False), "Caption Table": (10, 8, 4, False),
        "Table Text": (10, 1, 1, False), "After Table": (6, 0, 0, False), "Figure": (12, 6, 0, False),
        "Code": (9, 2, 2, False), "Code Words": (10.5, None, None, False),
        "Code Cell": (8.5, None, None, False),
    }  # fmt: skip
    for name, (size, before, after, bold) in looks.items():
        style = styles[name]
        _letters(style.element, FIXED if name.startswith("Code") else SERIF)
        style.font.size, style.font.bold, style.font.italic = Pt(size), bold, name == "Subtitle"
        style.font.color.rgb = RGBColor(0, 0, 0)
        if before is not None and after is not None:
            style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(before), Pt(after)
            style.paragraph_format.line_spacing = 1.15 if name in ("Body Text", "List Bullet", "Normal") else 1.0
    styles["Body Text"].paragraph_format.alignment = 3  # both edges
    for name in ("Title", "Subtitle", "Figure", "Caption Figure", "Under Picture"):
        styles[name].paragraph_format.alignment = 1
    for name in ("Figure", "Heading 1", "Heading 2", "Heading 3", "Heading 4"):
        styles[name].paragraph_format.keep_with_next = True
    _plain_title(styles["Title"].element)
    defaults = styles.element.find(".//{*}rPrDefault/{*}rPr")
    for language in defaults.findall("{*}lang"):
        defaults.remove(language)
    defaults.append(element("lang", val=locale, eastAsia=locale, bidi="ar-SA"))
    _name_fallbacks(document)


def _letters(style: Any, font: str) -> None:
    """Set all alphabets of a style; the template's theme would else win over the name."""
    from docx.oxml.ns import qn

    properties = style.get_or_add_rPr()
    for old in properties.findall(qn("w:rFonts")):
        properties.remove(old)
    properties.insert(0, element("rFonts", ascii=font, hAnsi=font, cs=font, eastAsia=font))


def _plain_title(style: Any) -> None:
    for border in style.findall(".//{*}pBdr"):
        border.getparent().remove(border)


def _name_fallbacks(document: "Document") -> None:
    """Write which fonts may stand for those that a machine lacks."""
    from docx.opc.constants import RELATIONSHIP_TYPE

    fonts = "".join(
        f'<w:font w:name="{name}"><w:altName w:val="{others}"/><w:charset w:val="CC"/>'
        f'<w:family w:val="{"modern" if name == FIXED else "roman"}"/>'
        f'<w:pitch w:val="{"fixed" if name == FIXED else "variable"}"/></w:font>'
        for name, others in FALLBACKS.items()
    )
    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    whole = f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<w:fonts xmlns:w="{space}">{fonts}</w:fonts>'
    table: Any = document.part.part_related_by(RELATIONSHIP_TYPE.FONT_TABLE)
    table._blob = whole.encode()
