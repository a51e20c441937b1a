import { announce, word } from '../words.js'

const REVERT_AFTER = 2000

document.addEventListener('click', (event) => {
  const target = event.target.closest('[data-copy], [data-print], [data-back], [data-dismiss]')
  closeMenusExcept(event.target.closest('[data-menu]'))
  if (!target) return
  if ('copy' in target.dataset) copy(target)
  if ('print' in target.dataset) window.print()
  if ('back' in target.dataset) history.length > 1 ? history.back() : location.assign('/')
  if ('dismiss' in target.dataset) target.closest('.k-banner').remove()
})

document.addEventListener('keydown', (event) => {
  if (event.key !== 'Escape') return
  const menu = document.activeElement?.closest('[data-menu][open]') ?? document.querySelector('[data-menu][open]')
  if (!menu) return
  menu.open = false
  menu.querySelector('summary').focus()
})

function closeMenusExcept(kept) {
  for (const menu of document.querySelectorAll('[data-menu][open]')) if (menu !== kept) menu.open = false
}

// What opens beside its button moves sideways where it would leave the window.
const EDGE = 12
document.addEventListener(
  'toggle',
  (event) => {
    const box = event.target.matches('[data-menu][open]') && event.target.querySelector('.k-menu__list, .k-toggletip__text')
    if (!box) return
    box.style.translate = 'none'
    const { left, right } = box.getBoundingClientRect()
    const beyond = Math.max(right - (document.documentElement.clientWidth - EDGE), 0)
    box.style.translate = `${left < EDGE ? EDGE - left : -beyond}px 0`
  },
  true,
)

// The clipboard interface is missing where a town hall serves plain http; then a selection does the work.
async function copy(button) {
  if (navigator.clipboard) await navigator.clipboard.writeText(button.dataset.copy)
  else copyBySelection(button.dataset.copy)
  const label = button.querySelector('span') ?? button
  const before = label.textContent
  label.textContent = word('copied')
  announce(word('copied'))
  setTimeout(() => { label.textContent = before }, REVERT_AFTER)
}

function copyBySelection(text) {
  const field = Object.assign(document.createElement('textarea'), { value: text, className: 'k-hidden' })
  document.body.append(field)
  field.select()
  document.execCommand('copy')
  field.remove()
}

// After a rejected form the reader begins at what must be mended.
document.addEventListener('DOMContentLoaded', () => document.querySelector('[data-focus]')?.focus())
document.addEventListener('htmx:load', (event) => event.detail.elt.querySelector?.('[data-focus]')?.focus())

// In a form with several buttons, Enter presses the one that belongs to the field.
document.addEventListener('keydown', (event) => {
  const field = event.target.closest?.('[data-enter]')
  if (!field || event.key !== 'Enter' || event.isComposing) return
  event.preventDefault()
  document.getElementById(field.dataset.enter)?.click()
})

// What a choice needs opens with it, and closes with another.
document.addEventListener('change', (event) => {
  const { type, name, value, form } = event.target
  if (type !== 'radio' || !form) return
  for (const box of form.querySelectorAll(`[data-opens-with^="${name}="]`)) {
    box.open = box.dataset.opensWith === `${name}=${value}`
  }
})
