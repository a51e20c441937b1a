// Forms in which every field is saved by itself as soon as it was changed. `known` is what the field showed before: the
// server refuses to overwrite what somebody else has written since, and the person chooses.
import { word } from '../words.js'

const PAUSE = 700
const RETRY = 5000
const waiting = new Map()
let queue = Promise.resolve()

const formOf = (node) => node.closest?.('form[data-autosave]')
const isTyped = (field) => field.matches('textarea, input:not([type=radio], [type=date])')
const groupOf = (form, name) => [...form.querySelectorAll(`[name="${CSS.escape(name)}"]`)]

document.addEventListener('input', ({ target }) => {
  const form = formOf(target)
  if (form && target.name) plan(form, target.name, isTyped(target) ? PAUSE : 0)
})
// Whoever leaves a field has finished it.
document.addEventListener('change', ({ target }) => {
  const form = formOf(target)
  if (form && target.name) plan(form, target.name, 0)
})
document.addEventListener('submit', (event) => {
  if (formOf(event.target)) event.preventDefault()
})
// Whoever leaves the page has finished with all of it; what waits for its turn would be lost.
addEventListener('pagehide', () => document.querySelectorAll('form[data-autosave]').forEach(sendAll))

function plan(form, name, delay) {
  clearTimeout(waiting.get(name))
  waiting.set(name, setTimeout(() => send(form, name), delay))
}

function send(form, name) {
  waiting.delete(name)
  queue = queue.then(() => save(form, name)).catch(() => {
    say(form, form.dataset.failed ?? word('failed'), true)
    plan(form, name, RETRY)
  })
}

function sendAll(form) {
  const names = new Set([...form.elements].filter((field) => field.name && field.type !== 'hidden').map((field) => field.name))
  for (const name of names) {
    if (isChanged(form, name) && !clashOf(form, name)) post(form, name)
  }
}

const isChanged = (form, name) => valueOf(form, name) !== knownOf(form, name)

function post(form, name) {
  const body = new FormData()
  body.set('csrfmiddlewaretoken', form.querySelector('[name=csrfmiddlewaretoken]').value)
  for (const [key, text] of Object.entries({ field: name, value: valueOf(form, name), known: knownOf(form, name) })) body.set(key, text)
  return fetch(form.dataset.autosave, { method: 'POST', body, credentials: 'same-origin', keepalive: true })
}

async function save(form, name) {
  if (!isChanged(form, name) || !form.isConnected) return
  const value = valueOf(form, name)
  const answer = await post(form, name)
  const told = await answer.json()
  clearClash(form, name)
  if (answer.ok) settle(form, name, value)
  if (answer.status === 409) clash(form, name, told)
  say(form, told.message, !answer.ok)
}

function valueOf(form, name) {
  const fields = groupOf(form, name)
  if (fields[0].type === 'radio') return fields.find((field) => field.checked)?.value ?? ''
  return fields[0].value
}

function knownOf(form, name) {
  const fields = groupOf(form, name)
  if (fields[0].type === 'radio') return fields.find((field) => field.defaultChecked)?.value ?? ''
  if (fields[0].matches('select')) return [...fields[0].options].find((option) => option.defaultSelected)?.value ?? ''
  return fields[0].defaultValue
}

// From now on the saved value is what the field is compared with, here and when the page follows others.
function settle(form, name, value) {
  for (const field of groupOf(form, name)) {
    if (field.type === 'radio') field.defaultChecked = field.value === value
    else if (field.matches('select')) for (const option of field.options) option.defaultSelected = option.value === value
    else field.defaultValue = value
  }
}

function clash(form, name, { message, stored }) {
  const [field] = groupOf(form, name)
  const box = Object.assign(document.createElement('div'), { className: 'k-clash', role: 'alert' })
  box.dataset.clash = name
  box.dataset.liveKeep = ''
  box.append(Object.assign(document.createElement('span'), { textContent: message }))
  box.append(button(form.dataset.theirs, () => { settle(form, name, stored); show(form, name, stored); clearClash(form, name) }))
  box.append(button(form.dataset.mine, () => { settle(form, name, stored); send(form, name) }))
  ;(field.closest('.k-field') ?? field.parentElement).append(box)
}

function button(text, act) {
  const made = Object.assign(document.createElement('button'), { type: 'button', className: 'k-button k-button--sm', textContent: text })
  made.addEventListener('click', act)
  return made
}

function show(form, name, value) {
  for (const field of groupOf(form, name)) {
    if (field.type === 'radio') field.checked = field.value === value
    else field.value = value
  }
}

const clashOf = (form, name) => form.querySelector(`[data-clash="${CSS.escape(name)}"]`)
const clearClash = (form, name) => clashOf(form, name)?.remove()

function say(form, text, isWrong) {
  const place = form.querySelector('[data-autosave-status]')
  if (!place) return
  place.textContent = text
  place.classList.toggle('k-error', isWrong)
}
