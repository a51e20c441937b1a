// A table of figures is filled as in a spreadsheet: a copied block goes in from the chosen field on, and Enter and the
// arrow keys move up and down.
const rowsOf = (field) => [...field.closest('tbody').rows]
const fieldsOf = (row) => [...row.querySelectorAll('input:not([type=hidden])')]

document.addEventListener('paste', (event) => {
  const field = event.target.closest?.('[data-grid] tbody input')
  const text = event.clipboardData?.getData('text/plain') ?? ''
  if (!field || !/[\t\n]/.test(text.trimEnd())) return
  event.preventDefault()
  fill(field, text.replace(/\r/g, '').replace(/\n$/, '').split('\n').map((line) => line.split('\t')))
})

function fill(field, block) {
  const [rows, column] = [rowsOf(field), columnOf(field)]
  const first = rows.indexOf(field.closest('tr'))
  block.forEach((line, down) => {
    const fields = rows[first + down] ? fieldsOf(rows[first + down]) : []
    line.forEach((text, across) => {
      const target = fields[column + across]
      if (!target) return
      target.value = text.trim()
      target.dispatchEvent(new Event('input', { bubbles: true }))
    })
  })
}

const columnOf = (field) => fieldsOf(field.closest('tr')).indexOf(field)

document.addEventListener('keydown', (event) => {
  const field = event.target.closest?.('[data-grid] tbody input')
  const step = { ArrowUp: -1, ArrowDown: 1, Enter: 1 }[event.key]
  if (!field || !step || event.isComposing) return
  event.preventDefault()
  const rows = rowsOf(field)
  const next = rows[rows.indexOf(field.closest('tr')) + step]
  fieldsOf(next ?? field.closest('tr'))[columnOf(field)]?.focus()
})
