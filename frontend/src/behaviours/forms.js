import { word } from '../words.js'

document.addEventListener('change', (event) => {
  if (event.target.closest('[data-autosubmit]')) event.target.form.requestSubmit()
  const all = event.target.closest('[data-select-all]')
  if (all) for (const box of boxes(all)) setChecked(box, all.checked)
  if (event.target.matches('[data-upload] input[type=file]')) showChosen(event.target)
})

const boxes = (all) => document.querySelectorAll(`input[type=checkbox][name="${CSS.escape(all.dataset.selectAll)}"]`)

function setChecked(box, checked) {
  if (box.checked === checked) return
  box.checked = checked
  box.dispatchEvent(new Event('change', { bubbles: true }))
}

// A file may be dropped anywhere on its zone.
for (const name of ['dragover', 'dragleave', 'drop']) {
  document.addEventListener(name, (event) => {
    const zone = event.target.closest?.('[data-upload]')
    if (!zone) return
    if (name !== 'dragleave') event.preventDefault()
    zone.classList.toggle('is-over', name === 'dragover')
    if (name !== 'drop' || !event.dataTransfer.files.length) return
    const field = zone.querySelector('input[type=file]')
    field.files = event.dataTransfer.files
    field.dispatchEvent(new Event('change', { bubbles: true }))
  })
}

function showChosen(field) {
  field.closest('[data-upload]').classList.toggle('is-chosen', field.files.length > 0)
}

// Leaving with words that are not saved asks first.
const unsaved = new Set()
document.addEventListener('input', (event) => {
  const form = event.target.closest('form[data-warn-unsaved]')
  if (form) unsaved.add(form)
})
document.addEventListener('submit', (event) => unsaved.delete(event.target))
window.addEventListener('beforeunload', (event) => {
  const open = [...unsaved].some((form) => form.isConnected)
  if (open) {
    event.preventDefault()
    event.returnValue = word('unsaved')
  }
})

// Enter inside one question answers that question instead of sending the whole form; not while kana are converted.
document.addEventListener('keydown', (event) => {
  const field = event.target.closest?.('[data-enter]')
  if (!field || event.key !== 'Enter' || event.isComposing) return
  event.preventDefault()
  document.getElementById(field.dataset.enter)?.click()
})
