import { type Requirement, parseSelector } from './label-selector.ts'

const PARSED = new Map<string, readonly Requirement[]>()

/** Whether labels match a selector text (`a=b,c!=d,e in (f,g),!h`); an empty one matches all. */
export function matchesSelector(selector: string, labels: () => ReadonlyMap<string, string>): boolean {
  if (selector === '') return true
  let requirements = PARSED.get(selector)
  if (requirements === undefined) {
    requirements = parseSelector(selector)
    if (PARSED.size < 1000) PARSED.set(selector, requirements)
  }
  const map = labels()
  return requirements.every((each) => matches(map, each))
}

function matches(labels: ReadonlyMap<string, string>, { key, operator, values }: Requirement): boolean {
  const value = labels.get(key)
  switch (operator) {
    case 'exists':
      return value !== undefined
    case 'absent':
      return value === undefined
    case '=':
    case 'in':
      return value !== undefined && values.includes(value)
    case '!=':
    case 'notin':
      return value === undefined || !values.includes(value)
    case '<':
    case '>':
      return value !== undefined && /^[-+]?\d+$/.test(value) && compares(Number(value), operator, Number(values[0]))
  }
}

function compares(value: number, operator: '<' | '>', bound: number): boolean {
  return operator === '<' ? value < bound : value > bound
}
