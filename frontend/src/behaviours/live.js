// Pages that follow a change by themselves: a tiny question every few seconds, and only then the page anew.
import { Idiomorph } from 'idiomorph/dist/idiomorph.esm.js'
import htmx from 'htmx.org'
import { announce, word } from '../words.js'

const EVERY = 4000
const LONGEST = 60000
let wait = EVERY
let timer
let asking = false

const regions = () => [...document.querySelectorAll('[data-live][id]')]

function plan(delay) {
  clearTimeout(timer)
  if (regions().length && !document.hidden) timer = setTimeout(look, delay)
}

async function look() {
  if (asking) return
  asking = true
  try {
    if (await hasChanged()) await refresh()
    wait = EVERY
  } catch {
    wait = Math.min(wait * 2, LONGEST)
  }
  asking = false
  plan(wait)
}

async function hasChanged() {
  const urls = new Map(regions().map((region) => [region.dataset.live, region.dataset.liveVersion]))
  for (const [url, known] of urls) {
    const answer = await fetch(url, { headers: { Accept: 'application/json' }, credentials: 'same-origin' })
    if (!answer.ok) throw new Error(String(answer.status))
    const { version } = await answer.json()
    if (String(version) !== known) return true
  }
  return false
}

async function refresh() {
  const answer = await fetch(location.href, { headers: { 'X-Kiun-Live': '1' }, credentials: 'same-origin' })
  if (!answer.ok || answer.redirected) throw new Error(String(answer.status))
  const page = new DOMParser().parseFromString(await answer.text(), 'text/html')
  for (const region of regions()) {
    const fresh = page.getElementById(region.id)
    if (fresh) morph(region, fresh)
  }
  announce(word('updated'))
}

function morph(region, fresh) {
  const opened = [...region.querySelectorAll('details[open][hx-get][hx-target]')]
  const loaded = new Set(opened.map((part) => document.querySelector(part.getAttribute('hx-target'))))
  Idiomorph.morph(region, fresh, {
    morphStyle: 'outerHTML',
    // Of anything else that has the focus, such as the region itself, the contents would stay behind.
    ignoreActiveValue: Boolean(document.activeElement?.matches('input, textarea, select')),
    callbacks: {
      beforeNodeMorphed: (old) => !loaded.has(old) && !isInHand(old) && !old.matches?.('[data-chart-canvas]'),
      beforeNodeRemoved: (old) => !holdsWhatIsInHand(old),
      beforeAttributeUpdated: (name, node) => !(name === 'open' && node.matches('details, dialog')) && !isDressing(name, node),
    },
  })
  const now = document.getElementById(region.id)
  htmx.process(now)
  opened.filter((part) => part.isConnected).forEach(loadAnew)
  now.dispatchEvent(new CustomEvent('kiun:morphed', { bubbles: true }))
}

// The fresh page holds only a link for what an opened part has loaded: it stays until its own fresh state is there.
function loadAnew(part) {
  const [url, target, select, swap] = ['hx-get', 'hx-target', 'hx-select', 'hx-swap'].map((name) => part.getAttribute(name))
  htmx.ajax('GET', url, { source: part, target, select, swap })
}

// What the scripts themselves put onto an element is not in the fresh page and must stay.
const isDressing = (name, node) => (name === 'class' && node.matches('[data-chart]')) || name === 'data-label'

// What somebody is writing stays whole, with the state it was begun upon: saving it then says that others were faster.
function isInHand(node) {
  if (isTypedIn(node) || node.matches?.('[data-live-keep]')) return true
  return Boolean(node.matches?.('form:not([data-autosave])') && [...node.elements].some(isTypedIn))
}

function holdsWhatIsInHand(node) {
  return isInHand(node) || [...(node.querySelectorAll?.('form, [data-live-keep]') ?? [])].some(isInHand)
}

function isTypedIn(node) {
  if (node.matches?.('input[type=checkbox], input[type=radio]')) return node.checked !== node.defaultChecked
  if (node.matches?.('input:not([type=hidden]), textarea')) return node.value !== node.defaultValue
  if (node.matches?.('select')) return [...node.options].some((option) => option.selected !== option.defaultSelected)
  return false
}

document.addEventListener('DOMContentLoaded', () => plan(EVERY))
document.addEventListener('visibilitychange', () => (document.hidden ? clearTimeout(timer) : plan(0)))
document.addEventListener('htmx:load', () => plan(wait))
