/** From a FHIR document to the page. Narratives of others are taken apart and put together from a short list of elements; nothing else of them is kept. */

const ALLOWED = new Set([
  'div',
  'p',
  'ul',
  'ol',
  'li',
  'dl',
  'dt',
  'dd',
  'strong',
  'b',
  'em',
  'i',
  'br',
  'span',
  'table',
  'caption',
  'thead',
  'tbody',
  'tfoot',
  'tr',
  'th',
  'td',
  'h2',
  'h3',
  'h4',
  'h5',
  'h6',
  'pre',
  'sub',
  'sup',
])
const ATTRIBUTES = ['lang', 'colspan', 'rowspan', 'scope']
/** Headings of a narrative stand below that of its section. */
const HEADING = { h2: 'h3' }

export function element(name, { text, ...attributes } = {}, ...children) {
  const made = document.createElement(name)
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value)
  if (text !== undefined) made.textContent = text
  made.append(...children)
  return made
}

function copied(node) {
  if (node.nodeType === Node.TEXT_NODE) return [document.createTextNode(node.data)]
  if (node.nodeType !== Node.ELEMENT_NODE) return []
  const name = node.localName.toLowerCase()
  const inside = [...node.childNodes].flatMap(copied)
  if (name === 'script' || name === 'style') return []
  if (!ALLOWED.has(name)) return inside
  const made = document.createElement(HEADING[name] ?? name)
  for (const attribute of ATTRIBUTES) if (node.hasAttribute(attribute)) made.setAttribute(attribute, node.getAttribute(attribute))
  made.append(...inside)
  return [made]
}

function narrative(div) {
  const parsed = new DOMParser().parseFromString(div, 'application/xhtml+xml')
  if (parsed.querySelector('parsererror') !== null) return []
  return [...parsed.documentElement.childNodes].flatMap(copied)
}

const nameOf = ({ name = [] }) => {
  const one = name.find(({ use }) => use === 'official') ?? name[0]
  return one?.text ?? [...(one?.given ?? []), one?.family].filter(Boolean).join(' ')
}

/** A date as it was given: 2024 stays 2024. */
export function showDate(date, language) {
  const [year, month, day] = date.slice(0, 10).split('-').map(Number)
  const options = { year: 'numeric', ...(month ? { month: 'long' } : {}), ...(day ? { day: 'numeric' } : {}), timeZone: 'UTC' }
  return new Intl.DateTimeFormat(language === 'cy' ? 'cy' : 'en-GB', options).format(Date.UTC(year, (month || 1) - 1, day || 1))
}

/** The person and the sections of a document. */
export function showDocument(bundle, words, language) {
  const resources = (bundle.entry ?? []).map(({ resource }) => resource)
  const composition = resources.find(({ resourceType }) => resourceType === 'Composition')
  const patient = resources.find(({ resourceType }) => resourceType === 'Patient')
  const shown = []
  if (patient !== undefined) {
    const number = patient.identifier?.find(({ system }) => system === 'https://fhir.nhs.uk/Id/nhs-number')?.value
    shown.push(element('p', { class: 'person', text: nameOf(patient) }))
    const facts = [
      patient.birthDate === undefined ? undefined : `${words.bornOn} ${showDate(patient.birthDate, language)}`,
      number === undefined ? undefined : `${words.nhsNumber} ${number.replace(/^(\d{3})(\d{3})(\d{4})$/, '$1 $2 $3')}`,
    ]
    shown.push(element('p', { text: facts.filter(Boolean).join(' · ') }))
  }
  for (const [index, { title, text }] of (composition?.section ?? []).entries())
    shown.push(
      element(
        'section',
        { class: index === 0 ? 'first' : 'block', lang: composition.language ?? 'en-GB' },
        element('h2', { text: title ?? '' }),
        ...narrative(text?.div ?? '<div/>'),
      ),
    )
  if (composition === undefined)
    for (const resource of resources)
      if (resource !== patient)
        shown.push(element('section', {}, element('h2', { text: resource.resourceType }), element('pre', { text: codesOf(resource) })))
  return shown
}

/** A card has codes and no words: they are shown as they are. */
function codesOf(value, path = '') {
  if (Array.isArray(value)) return value.map((one) => codesOf(one, path)).join('')
  if (typeof value === 'object' && value !== null)
    return Object.entries(value)
      .map(([key, one]) => (key === 'resourceType' ? '' : codesOf(one, path === '' ? key : `${path}.${key}`)))
      .join('')
  return `${path}: ${value}\n`
}
