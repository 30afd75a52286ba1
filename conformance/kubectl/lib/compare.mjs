import { LOOSE } from './loose.mjs'
import { mask } from './mask.mjs'

/** Compares an answer with the recorded one: `same`, `loose` (same but for what `loose.mjs` says of that command), or what differs. */
export function compare(command, recorded, ours) {
  const parts = ['code', 'stdout', 'stderr'].filter((part) => !sameText(recorded[part], ours[part], mask))
  if (parts.length === 0) return { verdict: 'same' }
  const view = LOOSE[command]?.view
  const loosely =
    view !== undefined && parts.every((part) => sameText(recorded[part], ours[part], (text) => view(mask(text))))
  return loosely ? { verdict: 'loose' } : { verdict: 'differs', parts }
}

function sameText(a, b, view) {
  return typeof a === 'number' ? a === b : view(a) === view(b)
}
