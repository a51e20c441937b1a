// Lists and boards of tasks: keys that can be switched off, cards that are dragged, and lines that grow as they fill.
const SWITCH = 'kiun-keys'
const items = () => [...document.querySelectorAll('[data-items] [data-item]')]
const here = () => document.activeElement?.closest?.('[data-item]')
const press = (selector) => here()?.querySelector(selector)?.click()

const isOn = () => {
  try {
    return localStorage.getItem(SWITCH) !== 'off'
  } catch {
    return true
  }
}

const KEYS = {
  j: () => walk(1),
  k: () => walk(-1),
  x: () => press('[data-item-done]') ?? press('button[name=status][value=done]'),
  e: () => press('[data-item-edit]'),
  s: () => press('[data-item-choose]'),
  n: () => document.querySelector('[data-item-new]')?.click(),
  '?': () => document.getElementById('task-keys')?.showModal(),
}
// Without a line in hand the arrows scroll, as everywhere.
const ARROWS = {
  ArrowDown: () => walk(1),
  ArrowUp: () => walk(-1),
  ArrowRight: () => move(1),
  ArrowLeft: () => move(-1),
}

document.addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || !document.querySelector('[data-items]')) return
  if (event.target.closest('input:not([type=checkbox]), textarea, select, dialog, [contenteditable]')) return leave(event)
  const act = (isOn() && KEYS[event.key]) || (here() && ARROWS[event.key])
  if (!act || (event.key in ARROWS && event.target.matches('button, input'))) return
  event.preventDefault()
  act()
})

// Escape closes a line that was opened for editing.
function leave(event) {
  if (event.key === 'Escape') event.target.closest('[data-item]')?.querySelector('[data-item-cancel]')?.click()
}

function walk(step) {
  const list = items()
  const next = list[list.indexOf(here()) + step] ?? (here() ? null : list[0])
  const target = next?.querySelector('[data-item-open]') ?? next?.querySelector('input, select')
  target?.focus()
  next?.scrollIntoView({ block: 'nearest' })
}

function move(step) {
  const columns = [...document.querySelectorAll('[data-column]')]
  const column = columns[columns.indexOf(here()?.closest('[data-column]')) + step]
  if (column) send(here(), column.dataset.column)
}

function send(card, status) {
  focusAgain = `#${card.id} [data-item-open]`
  card.querySelector(`button[name=status][value="${CSS.escape(status)}"]`)?.click()
}

// What was in hand stays in hand when its list comes anew.
let focusAgain = ''
document.addEventListener('htmx:beforeRequest', ({ detail }) => {
  const item = detail.elt.closest?.('[data-item], .k-mine, .k-step')
  if (item?.id) focusAgain ||= `#${CSS.escape(item.id)} :is(a, button)`
})
document.addEventListener('htmx:afterSettle', () => {
  if (focusAgain && (document.activeElement === document.body || !document.activeElement)) {
    document.querySelector(focusAgain)?.focus({ preventScroll: true })
  }
  focusAgain = ''
})

document.addEventListener('change', (event) => {
  if (!event.target.matches('[data-keys-switch]')) return
  try {
    localStorage.setItem(SWITCH, event.target.checked ? 'on' : 'off')
  } catch {
    // Where nothing may be stored, the keys stay on.
  }
})
document.addEventListener('DOMContentLoaded', () => {
  for (const box of document.querySelectorAll('[data-keys-switch]')) box.checked = isOn()
})

let dragged = null
document.addEventListener('dragstart', (event) => {
  dragged = event.target.closest?.('[data-card]')
  if (!dragged) return
  event.dataTransfer.effectAllowed = 'move'
  event.dataTransfer.setData('text/plain', dragged.id)
  dragged.classList.add('is-dragged')
})
for (const name of ['dragover', 'dragleave', 'drop']) {
  document.addEventListener(name, (event) => {
    const column = dragged && event.target.closest?.('[data-column]')
    if (!column) return
    if (name !== 'dragleave') event.preventDefault()
    column.classList.toggle('is-over', name === 'dragover')
    if (name === 'drop' && column !== dragged.closest('[data-column]')) send(dragged, column.dataset.column)
  })
}
document.addEventListener('dragend', () => {
  dragged?.classList.remove('is-dragged')
  dragged = null
})

// An empty line is always left to write in.
document.addEventListener('input', (event) => {
  const row = event.target.closest?.('[data-rows] > li')
  if (!row || row.nextElementSibling || !event.target.value) return
  const next = row.cloneNode(true)
  for (const field of next.querySelectorAll('input, select')) {
    field.removeAttribute('id')
    if (field.matches('input')) field.value = ''
  }
  row.after(next)
  window.htmx.process(next)
})
