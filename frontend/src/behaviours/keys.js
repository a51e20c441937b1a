// Keys of a page that is driven from the keyboard, active while the focus is inside it and nobody is typing.
document.addEventListener('DOMContentLoaded', () => document.querySelector('[data-keys]')?.focus({ preventScroll: true }))

document.addEventListener('keydown', (event) => {
  const place = event.target.closest?.('[data-keys]')
  if (!place || event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return
  const isRadio = event.target.matches('input[type=radio]')
  if (event.target.matches('input, textarea, select, [contenteditable]') && !(isRadio && !event.key.startsWith('Arrow'))) return
  const found = place.querySelector(`[data-key="${CSS.escape(event.key)}"]`) ?? choiceOf(place, event.key)
  if (!found) return
  event.preventDefault()
  const pressed = found.matches('form') ? found.querySelector('button') : found
  pressed.click()
})

// "1234" on a group: the first of its choices answers to 1, the second to 2 …
function choiceOf(place, key) {
  for (const group of place.querySelectorAll('[data-choice-keys]')) {
    const number = group.dataset.choiceKeys.indexOf(key)
    if (key.length === 1 && number >= 0) return group.querySelectorAll('input[type=radio]')[number]
  }
  return undefined
}
