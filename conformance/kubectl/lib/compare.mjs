import { mask, sorted } from './mask.mjs'

// Lists in the order of random names, and events in the order of a clock.
const UNORDERED =
  /^(get (all|deploy,rs|pods|events|rs)|events|describe (deploy|rs|pods|ns|job|svc)|rollout (history|status)|delete (rs|pods|-f)|drain|diff)/

/** Compares an answer with the recorded one: `same`, `order` (same lines in another order, where order is random), or what differs. */
export function compare(command, recorded, ours) {
  const parts = ['code', 'stdout', 'stderr'].filter((part) => !sameText(recorded[part], ours[part], mask))
  if (parts.length === 0) return { verdict: 'same' }
  const unordered = isJson(recorded.stdout) || UNORDERED.test(command)
  if (unordered && parts.every((part) => part !== 'code' && sameText(recorded[part], ours[part], orderFree)))
    return { verdict: 'order' }
  return { verdict: 'differs', parts }
}

function sameText(a, b, view) {
  return typeof a === 'number' ? a === b : view(a) === view(b)
}

function isJson(text) {
  return text.startsWith('{') && text.trimEnd().endsWith('}')
}

// Documents compare by value, whatever the order of their members.
function orderFree(text) {
  return isJson(text) && !text.includes('\n    ') ? canonical(JSON.parse(mask(text))) : sorted(text)
}

function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).sort().join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  return `{${Object.entries(value)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, member]) => `${JSON.stringify(name)}:${canonical(member)}`)
    .join(',')}}`
}
