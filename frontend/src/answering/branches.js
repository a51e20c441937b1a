// Which questions are asked, as `answering.is_asked` says it: an answer counts only where its question was asked.
export class Branches {
  constructor(form) {
    this.items = [...form.querySelectorAll('[data-screen="item"]')]
  }

  asked() {
    const answers = new Map()
    return this.items.filter((item) => {
      const { onlyItem, onlyChoices, key } = item.dataset
      const isAsked = !onlyItem || onlyChoices.split(' ').some((choice) => answers.get(onlyItem)?.includes(choice))
      if (isAsked) answers.set(key, given(item))
      return isAsked
    })
  }
}

export function given(item) {
  const fields = [...item.querySelectorAll('input, select, textarea')]
  const chosen = fields.filter((field) => !/^(radio|checkbox)$/.test(field.type) || field.checked)
  return chosen.map((field) => field.value.trim()).filter(Boolean)
}

// The word of the form that says what is missing, or nothing.
export function missing(item) {
  if (!('required' in item.dataset)) return ''
  const rows = [...item.querySelectorAll('[data-row]')]
  if (rows.length && rows.some((row) => !given(row).length)) return 'wordRows'
  if (given(item).length) return ''
  return 'offersUnknown' in item.dataset ? 'wordUnknown' : 'wordRequired'
}
