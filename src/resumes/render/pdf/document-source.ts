/**
 * The program that lays a resume out, in typst. It is constant: the resume reaches it as data by `sys.inputs` and is never
 * part of a program. Every entry's head sticks to what follows it, so that no page break parts them.
 */
export const DOCUMENT_SOURCE = String.raw`
#let v = json(bytes(sys.inputs.at("view")))
#let accent = rgb(v.accent)
#let soft = rgb("#555555")
#let isCompact = v.template == "compact"
#let isModern = v.template == "modern"
#let isRtl = v.direction == "rtl"
#let gutter = if isCompact { 31mm } else { 0mm }

#set document(title: v.title, author: if v.name == none { () } else { (v.name,) }, date: none)
#set page(paper: if v.pageSize == "A4" { "a4" } else { "us-letter" }, margin: (x: 16mm, y: 14mm))
#set text(
  font: if v.template == "classic" { ("Libertinus Serif", "DejaVu Serif") } else { ("Inter", "Source Sans 3", "Noto Sans", "Liberation Sans", "DejaVu Sans", "Libertinus Serif") },
  size: if isCompact { 8.6pt } else if isModern { 9.3pt } else { 10.5pt },
  lang: v.lang, region: v.region, dir: if isRtl { rtl } else { ltr }, fill: rgb("#1b1b1b"), hyphenate: auto,
  // Programs that read applications don't know that ﬁ is fi; what scripts must join stays joined.
  ligatures: false,
)
#set par(leading: 0.55em, spacing: 0.75em, justify: false)
#set list(marker: text(fill: accent)[•], indent: 0.3em, body-indent: 0.5em, spacing: 0.5em)
// A word that no line can hold breaks anywhere: between boxes a line may break, and no character is added to the text.
#show regex("\S{42,}"): it => it.text.clusters().map(box).join()
#show heading.where(level: 1): it => text(size: 1.9em, weight: if v.template == "classic" { "regular" } else { "bold" }, it.body)
#show heading.where(level: 2): it => if isCompact { text(size: 1em, weight: "bold", fill: accent, it.body) } else {
  block(sticky: true, above: 1.5em, below: 0.7em, width: 100%, stroke: if isModern { none } else { (bottom: 0.6pt + accent) }, inset: (bottom: if isModern { 0pt } else { 0.25em }),
    text(size: if isModern { 1.12em } else { 0.95em }, weight: if isModern { "bold" } else { "regular" }, fill: accent, if isModern or isRtl { it.body } else { upper(it.body) }))
}
#show heading.where(level: 3): it => text(size: 1em, weight: "bold", it.body)
#let linked(href, body) = if href == none { body } else { link(href, body) }
#let lines(paragraph) = paragraph.split("\n").map(line => [#line]).join(linebreak())

// A contact stays on one line unless it is longer than that.
#let contacts = v.contacts.map(c => {
  let shown = if c.href == none [#c.text] else { text(dir: ltr, linked(c.href, [#c.text])) }
  if c.text.len() > 40 { shown } else { box(shown) }
})
#let name = if v.name == none { none } else { heading(level: 1, outlined: false, [#v.name]) }
#let label = if v.label == none { none } else { text(size: 1.1em, fill: if isModern { accent } else { soft }, [#v.label]) }
#if isCompact {
  block(width: 100%, stroke: (bottom: 1.2pt + accent), inset: (bottom: 0.6em), below: 1.1em, grid(
    columns: (1fr, if v.contacts.any(c => c.text.len() > 45) { 45% } else { auto }), column-gutter: 8mm,
    stack(spacing: 0.7em, name, label),
    align(if isRtl { left } else { right }, stack(spacing: 0.45em, ..contacts)),
  ))
} else if isModern {
  block(width: 100%, stroke: if isRtl { (right: 4pt + accent) } else { (left: 4pt + accent) }, inset: (x: 1em, y: 0.15em), stack(spacing: 0.9em, name, label, par(contacts.join(h(1.1em)))))
} else {
  align(center, stack(spacing: 1em, name, label, par(contacts.join(h(1.1em)))))
}

#let head(entry) = {
  let side = (entry.dates, entry.location).filter(part => part != none)
  let hasTitle = entry.title != none or entry.href != none
  let title = if hasTitle { heading(level: 3, outlined: false, linked(entry.href, [#if entry.title == none { entry.href } else { entry.title }])) }
  let subtitle = if entry.subtitle == none { none } else if v.template == "classic" and not isRtl { emph[#entry.subtitle] } else { text(fill: soft)[#entry.subtitle] }
  if not hasTitle and subtitle == none and side.len() == 0 { none } else {
    let main = stack(spacing: 0.5em, ..(title, subtitle).filter(part => part != none))
    if side.len() == 0 { main } else {
      grid(columns: (1fr, if side.any(part => part.len() > 40) { 40% } else { auto }), column-gutter: 5mm, main, align(end, stack(spacing: 0.5em, ..side.map(part => text(fill: soft)[#part]))))
    }
  }
}

#let told(section, entry) = {
  let paragraphs = entry.summary.map(lines)
  if paragraphs.len() > 0 {
    if section.kind == "quotes" {
      block(stroke: if isRtl { (right: 1.5pt + accent) } else { (left: 1.5pt + accent) }, inset: (x: 0.8em, y: 0.2em), above: 0.6em, if isRtl { paragraphs.join(parbreak()) } else { emph(paragraphs.join(parbreak())) })
    } else { block(above: 0.6em, paragraphs.join(parbreak())) }
  }
  if entry.highlights.len() > 0 { block(above: 0.6em, list(..entry.highlights.map(point => block(breakable: false)[#point]))) }
  if entry.keywords.len() > 0 { block(above: 0.6em, text(fill: soft)[#entry.keywords.join(" · ")]) }
}

#let short(entry, isFirst) = {
  let level = if entry.subtitle == none { none } else { text(fill: soft)[ #entry.subtitle] }
  let colon = if entry.keywords.len() > 0 and (entry.title != none or entry.subtitle != none) { ": " }
  block(above: if isFirst and isCompact { 0pt } else { 0.55em }, below: 0.55em, breakable: false)[#if entry.title != none { strong[#entry.title] }#level#colon#entry.keywords.join(", ")]
}

#for section in v.sections {
  let title = heading(level: 2, [#section.title])
  if isCompact {
    block(sticky: true, above: 1.25em, below: 0pt, height: 0pt, width: 100%, place(top + start, block(width: gutter - 3mm, title)))
  } else { title }
  pad(..if isRtl { (right: gutter) } else { (left: gutter) }, {
    for (index, entry) in section.entries.enumerate() {
      if section.kind == "lines" { short(entry, index == 0) } else {
        let top = head(entry)
        if top != none { block(sticky: true, breakable: false, width: 100%, above: if index == 0 { 0pt } else { 1.1em }, below: 0.5em, top) }
        told(section, entry)
      }
    }
  })
}
`;
