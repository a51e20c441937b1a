// Shows one question at a time, follows the branches, and goes on by itself after a single choice.
import { missing } from './branches.js'

// Long enough to see what was chosen.
const PAUSE = 220
const LONGEST_PRESS = 1000

export class Screens {
  constructor(form, branches) {
    this.form = form
    this.branches = branches
    this.start = form.querySelector('[data-screen="start"]')
    this.end = form.querySelector('[data-screen="end"]')
    this.nav = form.querySelector('[data-nav]')
    this.progress = form.querySelector('[data-progress]')
    this.now = this.start ?? branches.items[0]
    this.pressedAt = -LONGEST_PRESS
  }

  begin() {
    this.form.classList.add('is-paged')
    for (const part of this.form.querySelectorAll('[data-with-script]')) part.hidden = false
    for (const part of this.form.querySelectorAll('[data-condition], [data-summary]')) part.hidden = true
    this.form.addEventListener('pointerdown', () => { this.pressedAt = performance.now() })
    this.form.addEventListener('click', (event) => this.click(event))
    this.form.addEventListener('submit', (event) => this.submit(event))
    this.form.addEventListener('change', ({ target }) => forgive(target.closest('[data-screen]')))
    window.addEventListener('popstate', () => this.back() && this.guard())
    const { at } = this.form.dataset
    this.show(at ? document.getElementById(at) : this.now, { isFirst: !at })
  }

  get list() {
    return [this.start, ...this.branches.asked(), this.end].filter(Boolean)
  }

  click(event) {
    const { target } = event
    if (target.closest('[data-start]')) this.leaveStart()
    else if (target.closest('[data-next]')) this.next()
    else if (target.closest('[data-back]')) this.back()
    else if (choosesOne(target) && this.isPress()) this.goOnSoon(target.closest('[data-screen]'))
  }

  // By finger or mouse: arrow keys choose too, and must not run on.
  isPress() {
    return performance.now() - this.pressedAt < LONGEST_PRESS
  }

  leaveStart() {
    this.guard()
    this.next()
  }

  // The back button of a phone goes back one question, not out of the page.
  guard() {
    if (!history.state?.answering) history.pushState({ answering: true }, '')
  }

  goOnSoon(screen) {
    setTimeout(() => screen === this.now && this.next(), PAUSE)
  }

  next() {
    const problem = this.now.dataset.screen === 'item' ? missing(this.now) : ''
    if (problem) {
      this.complain(this.form.dataset[problem])
      return
    }
    const { list } = this
    const following = list[list.indexOf(this.now) + 1]
    if (following) this.show(following)
  }

  back() {
    const { list } = this
    const before = list[list.indexOf(this.now) - 1]
    if (!before) return false
    this.show(before)
    return before !== this.start
  }

  complain(sentence) {
    const error = this.now.querySelector('[data-error]')
    error.hidden = false
    error.lastElementChild.textContent = sentence
    error.setAttribute('role', 'alert')
    this.now.querySelector('input, textarea, button')?.focus()
  }

  show(screen, { isFirst = false } = {}) {
    this.now = screen
    const { list } = this
    for (const one of this.form.querySelectorAll('[data-screen]')) one.hidden = one !== screen
    for (const section of this.form.querySelectorAll('[data-section]')) showSection(section, screen, list)
    this.tellPlace(list)
    this.nav.hidden = screen === this.start
    this.nav.querySelector('[data-next]').hidden = screen === this.end
    this.form.classList.toggle('is-at-start', screen === this.start)
    if (isFirst) return
    window.scrollTo(0, 0)
    screen.querySelector('.k-survey__question, h1')?.focus({ preventScroll: true })
  }

  tellPlace(list) {
    const items = list.filter((screen) => screen.dataset.screen === 'item')
    const at = items.indexOf(this.now) + 1
    this.progress.hidden = this.now === this.start
    this.progress.querySelector('[data-place]').textContent = at ? `${at} / ${items.length}` : `${items.length} / ${items.length}`
    Object.assign(this.progress.querySelector('[data-bar]'), { max: items.length || 1, value: at ? at - 1 : items.length })
  }

  // Sent once. What is missing on the way is shown instead.
  submit(event) {
    if (event.submitter?.name) return
    const incomplete = this.branches.asked().find((item) => missing(item))
    if (incomplete) {
      event.preventDefault()
      this.show(incomplete)
      this.complain(this.form.dataset[missing(incomplete)])
    } else if (this.isSent) event.preventDefault()
    else this.isSent = !event.defaultPrevented
  }
}

// Whoever mends something need not read any more that it was wrong.
function forgive(screen) {
  const error = screen?.querySelector('[data-error]')
  if (error) error.hidden = true
}

function showSection(section, screen, list) {
  section.hidden = !section.contains(screen)
  const text = section.querySelector('[data-section-text]')
  if (text) text.hidden = list.find((one) => section.contains(one)) !== screen
}

function choosesOne(target) {
  const radio = target.matches('input[type=radio]') && target
  return radio && !radio.closest('[data-row]')
}
