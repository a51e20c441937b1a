// Ctrl-K / ⌘K opens the search from anywhere; arrows walk through what was found.
const dialog = () => document.getElementById('kiun-search')

const open = (event) => {
  if (!dialog()) return
  event.preventDefault()
  if (!dialog().open) dialog().showModal()
  dialog().querySelector('input').select()
}

document.addEventListener('DOMContentLoaded', () => {
  const key = document.querySelector('[data-search-open] kbd')
  if (key && /Mac|iPhone|iPad/.test(navigator.userAgent)) key.textContent = '⌘K'
})
document.addEventListener('click', (event) => {
  const plain = !(event.ctrlKey || event.metaKey || event.shiftKey)
  if (plain && event.target.closest('[data-search-open]')) open(event)
})
document.addEventListener('keydown', (event) => {
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k') open(event)
  // A search field keeps the first Escape for emptying itself.
  else if (dialog()?.open && event.key === 'Escape') dialog().close()
  else if (dialog()?.open && (event.key === 'ArrowDown' || event.key === 'ArrowUp')) walk(event)
})

function walk(event) {
  const stops = [dialog().querySelector('input'), ...dialog().querySelectorAll('.k-palette__list a')]
  const here = stops.indexOf(document.activeElement)
  const next = here + (event.key === 'ArrowDown' ? 1 : -1)
  if (next < 0 || next >= stops.length) return
  event.preventDefault()
  stops[next].focus()
}
