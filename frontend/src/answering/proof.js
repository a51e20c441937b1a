// Solves the task of the open link while the person reads: a number that, behind the task, gives a digest with so many
// zeros at its beginning. In small pieces, so that the page stays at hand.
import { firstWord } from './sha256.js'

const PIECE = 12

export function solve(form) {
  const { task, taskBits } = form.dataset
  const rest = 32 - Number(taskBits)
  let number = 0
  const work = () => {
    const until = performance.now() + PIECE
    while (performance.now() < until) {
      for (let tries = 0; tries < 200; tries += 1) {
        if (firstWord(`${task}:${number}`) >>> rest === 0) {
          form.elements.proof.value = number
          form.dispatchEvent(new CustomEvent('answering:solved'))
          return
        }
        number += 1
      }
    }
    setTimeout(work)
  }
  setTimeout(work)
}
