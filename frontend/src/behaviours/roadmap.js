// The roadmap: a bar, or its end, can be taken hold of. What that would do is shown in a dialog before anything is
// saved; the same form stands on a page of its own for the keyboard and without scripts.
import htmx from 'htmx.org'

const DAY = 86_400_000
const STILL = 4 // pixels that a hand trembles
let held

document.addEventListener('pointerdown', (event) => {
  const grip = event.target.closest?.('[data-grip]')
  // A finger scrolls; on a phone the form does the rest.
  if (!grip || held || event.button !== 0 || event.pointerType === 'touch') return
  const row = grip.closest('[data-move]')
  const road = grip.closest('[data-road]')
  const field = grip.closest('.k-road__field')
  held = { grip, row, road, field, kind: grip.dataset.grip, x: event.clientX, from: day(row.dataset.from), to: day(row.dataset.to) }
  held.perDay = field.clientWidth / Number(road.dataset.days)
  grip.setPointerCapture(event.pointerId)
  event.preventDefault()
})

document.addEventListener('pointermove', (event) => {
  if (!held || held.isAsking) return
  if (!held.row.isConnected) return release()
  const dx = event.clientX - held.x
  held.hasMoved ||= Math.abs(dx) >= STILL
  if (held.hasMoved) show(placed(dx))
})

document.addEventListener('pointerup', () => {
  if (!held || held.isAsking) return
  const { row, target } = held
  if (!held.hasMoved) {
    release()
    open(row)
  } else if (target && (iso(target.from) !== row.dataset.from || iso(target.to) !== row.dataset.to)) ask()
  else release()
})
document.addEventListener('pointercancel', () => held && !held.isAsking && release())
document.addEventListener('keydown', (event) => {
  if (event.key === 'Escape' && held && !held.isAsking) release()
})

// A click on a bar that nobody may move opens it too; so does the name beside it, which keyboards reach.
document.addEventListener('click', (event) => {
  const field = event.target.closest?.('.k-road__row .k-road__field')
  if (field && !event.target.closest('[data-grip]')) open(field.closest('[data-row]'))
})
const open = (row) => row.querySelector('.k-road__name a')?.click()

// Where the hand is, in days. On the scale of years a bar goes from month to month.
function placed(dx) {
  const days = Math.round(dx / held.perDay)
  const { from, to, kind } = held
  const byMonth = held.road.classList.contains('k-road--year')
  // What has begun keeps its beginning: only the rest is put off.
  if (kind === 'end' || 'begun' in held.row.dataset) {
    const end = byMonth ? monthEnd(plus(to, days)) : plus(to, days)
    return { from, to: end < from ? from : end }
  }
  const start = byMonth ? monthStart(plus(from, days)) : plus(from, days)
  return { from: start, to: new Date(to.getTime() + start.getTime() - from.getTime()) }
}

function show(target) {
  const first = day(held.road.dataset.first)
  const percent = (date) => ((date - first) / DAY / Number(held.road.dataset.days)) * 100
  const ghost = (held.ghost ??= makeGhost(held.field))
  const x = percent(target.from)
  ghost.bar.setAttribute('x', `${x}%`)
  ghost.bar.setAttribute('width', `${Math.max(percent(plus(target.to, 1)) - x, 0)}%`)
  ghost.text.setAttribute('x', `${Math.min(Math.max(x, 0), 70)}%`)
  ghost.text.textContent = `${said(target.from)}–${said(target.to)}`
  held.row.classList.add('is-held')
  held.target = target
}

function makeGhost(field) {
  const make = (name, attributes) => {
    const part = document.createElementNS('http://www.w3.org/2000/svg', name)
    for (const [key, value] of Object.entries(attributes)) part.setAttribute(key, value)
    field.append(part)
    return part
  }
  return {
    bar: make('rect', { class: 'k-road__ghost', y: 5, height: 19, rx: 3 }),
    text: make('text', { class: 'k-road__ghostdates', y: 39 }),
  }
}

function ask() {
  const { row, road, kind, target } = held
  held.isAsking = true
  const dialog = document.getElementById('road-move')
  dialog.addEventListener('close', release, { once: true })
  dialog.showModal()
  const values = { step: 'effect', starts_on: iso(target.from), ends_on: iso(target.to), seen: road.dataset.seen }
  if (kind === 'bar') values.with_work = 'on'
  htmx.ajax('POST', row.dataset.move + location.search, { source: row, target: '#move', swap: 'outerHTML', values })
}

function release() {
  if (!held) return
  held.row.classList.remove('is-held')
  held.ghost?.bar.remove()
  held.ghost?.text.remove()
  held = undefined
}

const day = (text) => new Date(`${text}T00:00:00Z`)
const iso = (date) => date.toISOString().slice(0, 10)
const plus = (date, days) => new Date(date.getTime() + days * DAY)
const monthStart = (date) => new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + (date.getUTCDate() > 15 ? 1 : 0), 1))
const monthEnd = (date) => plus(new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + (date.getUTCDate() > 15 ? 1 : 0), 1)), -1)

// R8.4.1, as the page writes it.
function said(date) {
  if (document.documentElement.lang !== 'ja') return iso(date)
  const parts = new Intl.DateTimeFormat('ja-JP-u-ca-japanese', { era: 'narrow', year: 'numeric', month: 'numeric', day: 'numeric', timeZone: 'UTC' }).formatToParts(date)
  const part = (type) => parts.find((one) => one.type === type)?.value ?? ''
  return `${part('era')}${part('year') === '元' ? 1 : part('year')}.${part('month')}.${part('day')}`
}

// T changes between picture and table while the focus is in either; a key that worked everywhere would be in the way
// of those who speak to their computer.
document.addEventListener('keydown', (event) => {
  if (event.key !== 't' || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return
  if (event.target.closest?.('[data-road], .k-roadtools, .k-scroll:has(.k-roadtable)')) document.querySelector('[data-road-twin]')?.click()
})

// A picture wider than its frame opens where today is.
function goToToday(root) {
  for (const road of root.querySelectorAll?.('[data-road]') ?? []) {
    if (road.scrollWidth <= road.clientWidth) continue
    const field = road.querySelector('.k-road__axis .k-road__field')
    const names = field.offsetLeft ?? 0
    road.scrollLeft = names + (field.clientWidth * Number(road.dataset.now)) / 100 - (road.clientWidth + names) / 2
  }
}
document.addEventListener('DOMContentLoaded', () => goToToday(document))
document.addEventListener('htmx:load', (event) => goToToday(event.detail.elt))
