// An order of importance by pressing the answers one after the other; the fields of the form below it keep the order.
export function orderByPressing(item, sentence) {
  const box = item.querySelector('[data-ranking]')
  const places = [...box.querySelectorAll('select')]
  const order = () => places.map((place) => place.value).filter(Boolean)
  const list = Object.assign(document.createElement('div'), { className: 'k-survey__options' })
  const buttons = [...places[0].options].filter((option) => option.value).map((option) => {
    const button = Object.assign(document.createElement('button'), { type: 'button', className: 'k-survey__option' })
    const mark = Object.assign(document.createElement('span'), { className: 'k-survey__mark num' })
    button.dataset.value = option.value
    button.append(mark, Object.assign(document.createElement('span'), { textContent: option.text }))
    button.addEventListener('click', () => press(option.value))
    list.append(button)
    return button
  })
  box.before(Object.assign(document.createElement('p'), { className: 'k-help', textContent: sentence }), list)
  box.hidden = true
  item.addEventListener('answering:emptied', show)
  show()

  function press(value) {
    const now = order()
    const next = now.includes(value) ? now.filter((one) => one !== value) : [...now, value].slice(0, places.length)
    places.forEach((place, at) => { place.value = next[at] ?? '' })
    places[0].dispatchEvent(new Event('change', { bubbles: true }))
    show()
  }

  function show() {
    const now = order()
    for (const button of buttons) {
      const place = now.indexOf(button.dataset.value) + 1
      button.firstChild.textContent = place || ''
      button.setAttribute('aria-pressed', place > 0)
    }
  }
}
