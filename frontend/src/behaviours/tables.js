// A table that becomes cards on a phone shows each column's head beside its value.
export function labelTables(root) {
  const tables = [...(root.querySelectorAll?.('.k-table--cards') ?? [])]
  const around = root.closest?.('.k-table--cards')
  if (around) tables.push(around)
  for (const table of tables) {
    const heads = [...table.querySelectorAll('thead tr:last-child > *')].map((cell) => cell.textContent.trim())
    for (const row of table.querySelectorAll('tbody tr')) {
      if (row.cells.length === heads.length) [...row.cells].forEach((cell, at) => { cell.dataset.label ??= heads[at] })
    }
  }
}
