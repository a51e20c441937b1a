// Native dialogs: openers, closers, a click beside them, and "are you sure" before a form is sent.
import { word } from '../words.js'

document.addEventListener('click', (event) => {
  const opener = event.target.closest('[data-dialog-open]')
  if (opener) {
    event.preventDefault()
    document.getElementById(opener.dataset.dialogOpen)?.showModal()
    return
  }
  if (event.target.closest('[data-dialog-close]')) {
    event.target.closest('dialog')?.close()
    return
  }
  if (event.target.matches('dialog[open]') && isBeside(event.target, event)) event.target.close()
})

function isBeside(dialog, { clientX: x, clientY: y }) {
  const box = dialog.getBoundingClientRect()
  return (x || y) && (x < box.left || x > box.right || y < box.top || y > box.bottom)
}

document.addEventListener(
  'submit',
  (event) => {
    const form = event.target
    if (!form.dataset.confirm || form.dataset.confirmed || isIncomplete(form)) return
    event.preventDefault()
    event.stopPropagation()
    ask(form.dataset.confirm, event.submitter?.textContent.trim()).then((agreed) => {
      if (!agreed) return
      form.dataset.confirmed = 'yes'
      form.requestSubmit(event.submitter)
      delete form.dataset.confirmed
    })
  },
  true,
)

// Sent as it is, without a question: the server says at each field what is missing.
function isIncomplete(form) {
  const isMissing = (field) => field.willValidate && field.validity.valueMissing
  const isUnchosen = (group) => !group.querySelector('input[name]:checked')
  return [...form.elements].some(isMissing) || [...form.querySelectorAll('[data-one-of]')].some(isUnchosen)
}

function ask(question, verb) {
  const dialog = document.createElement('dialog')
  dialog.className = 'k-dialog'
  const text = Object.assign(document.createElement('p'), { textContent: question, id: 'kiun-question' })
  dialog.setAttribute('aria-labelledby', text.id)
  const row = Object.assign(document.createElement('form'), { method: 'dialog', className: 'k-actions k-dialog__foot' })
  row.append(button(verb || word('confirm'), 'yes', 'primary'), button(word('cancel'), '', 'text'))
  dialog.append(text, row)
  document.body.append(dialog)
  dialog.showModal()
  return new Promise((answer) => {
    dialog.addEventListener('close', () => {
      answer(dialog.returnValue === 'yes')
      dialog.remove()
    })
  })
}

function button(text, value, variant) {
  return Object.assign(document.createElement('button'), {
    textContent: text,
    value,
    className: `k-button k-button--${variant}`,
  })
}
