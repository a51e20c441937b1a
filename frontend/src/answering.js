// The questions of a survey, one at a time. Without this script the page is one long form that does the same, and the
// server checks everything again.
import { Branches } from './answering/branches.js'
import { keepDraft } from './answering/draft.js'
import { listenToKeys } from './answering/keys.js'
import { excludeUnknown } from './answering/options.js'
import { solve } from './answering/proof.js'
import { orderByPressing } from './answering/ranking.js'
import { Screens } from './answering/screens.js'

for (const form of document.querySelectorAll('[data-answering]')) begin(form)
for (const form of document.querySelectorAll('[data-dense]')) listenToKeys(form)

function begin(form) {
  excludeUnknown(form)
  for (const item of form.querySelectorAll('[data-kind="ranking"]')) orderByPressing(item, form.dataset.wordOrder)
  const screens = new Screens(form, new Branches(form))
  listenToKeys(form, screens)
  keepDraft(form)
  if (form.dataset.task) solve(form)
  screens.begin()
}
