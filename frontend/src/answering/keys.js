// Digits choose, Enter goes on. In the dense form of the office digits choose in the question that has the focus.
const TYPED = 'textarea, select, input:not([type=radio], [type=checkbox])'

export function listenToKeys(form, screens) {
  document.addEventListener('keydown', (event) => {
    const { key, target, isComposing } = event
    if (isComposing || event.ctrlKey || event.altKey || event.metaKey) return
    if (key === 'Enter' && screens && mayGoOn(target, screens)) {
      event.preventDefault()
      screens.now === screens.start ? screens.leaveStart() : screens.next()
    } else if (/^[0-9]$/.test(key) && !target.matches(TYPED)) {
      if (choose(placeOf(form, screens, target), Number(key))) event.preventDefault()
    }
  })
}

function mayGoOn(target, screens) {
  return screens.now !== screens.end && !target.matches('textarea, button, a, summary, select')
}

const placeOf = (form, screens, target) => (screens ? screens.now : form.contains(target) && target.closest('[data-screen="item"]'))

// 0 is "I do not know".
function choose(place, digit) {
  if (!place || place.dataset.screen !== 'item') return false
  const group = rowOf(place) ?? place
  const all = [...group.querySelectorAll('input[type=radio], input[type=checkbox], button.k-survey__option')]
  const numbered = all.filter((field) => !('unknown' in field.dataset))
  const found = digit ? numbered[digit - 1] : all.find((field) => 'unknown' in field.dataset)
  if (!found) return false
  found.click()
  found.focus()
  return true
}

// In a table the digit answers the row that has the focus, and the focus goes to the next.
function rowOf(place) {
  const rows = [...place.querySelectorAll('[data-row]')]
  if (!rows.length) return null
  const at = rows.findIndex((row) => row.contains(document.activeElement))
  const open = rows.find((row) => !row.querySelector(':checked'))
  return at >= 0 && !rows[at].querySelector(':checked') ? rows[at] : open ?? rows[Math.max(at, 0)]
}
