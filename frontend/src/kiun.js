import htmx from 'htmx.org'
import './behaviours/dialogs.js'
import './behaviours/small.js'
import './behaviours/search.js'
import './behaviours/forms.js'
import './behaviours/grid.js'
import './behaviours/live.js'
import './behaviours/autosave.js'
import './behaviours/keys.js'
import './behaviours/paper.js'
import './behaviours/roadmap.js'
import './behaviours/tasks.js'
import { labelTables } from './behaviours/tables.js'
import { drawCharts } from './behaviours/charts.js'
import { announce, word } from './words.js'

window.htmx = htmx

// `root` is a part that came new onto the page.
const dress = (root) => {
  labelTables(root)
  drawCharts(root)
}
document.addEventListener('DOMContentLoaded', () => dress(document))
document.addEventListener('htmx:load', (event) => dress(event.detail.elt))
document.addEventListener('kiun:morphed', (event) => dress(event.target))

// A finished job stops asking; a failed request says so instead of staying silent.
document.addEventListener('htmx:afterSwap', ({ detail }) => {
  const state = detail.target.querySelector?.('[data-state]')?.dataset.state
  const job = detail.target.closest?.('[data-job]')
  if (job && state) job.className = `k-job k-job--${state}`
})
for (const failure of ['htmx:sendError', 'htmx:responseError']) {
  document.addEventListener(failure, () => announce(word('failed')))
}
