// "I do not know" stands alone: whoever chooses it takes the other answers back, and the other way round.
export function excludeUnknown(form) {
  const settle = ({ target }) => {
    const item = target.closest('[data-screen="item"]')
    const unknown = item?.querySelector('input[type=checkbox][data-unknown]')
    if (!unknown) return
    if (target !== unknown) {
      if (target.type !== 'checkbox' || target.checked) unknown.checked = false
      return
    }
    if (!unknown.checked) return
    for (const box of item.querySelectorAll('input[type=checkbox]:not([data-unknown])')) box.checked = false
    for (const field of item.querySelectorAll('select, input:not([type=checkbox], [type=radio])')) field.value = ''
    item.dispatchEvent(new CustomEvent('answering:emptied'))
  }
  form.addEventListener('change', settle)
  form.addEventListener('input', (event) => event.target.matches('input[type=text]') && settle(event))
}
