import { failure } from '../errors.ts'

type Requirement = (labels: ReadonlyMap<string, string>) => boolean

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
  return requirements.every((matches) => matches(map))
}

const TERM =
  /^\s*(?:(?<not>!)\s*(?<absent>[^\s!=,()<>]+)|(?<key>[^\s!=,()<>]+)\s*(?:(?<eq>==|=|!=)\s*(?<value>[^\s!=,()<>]*)|(?<set>in|notin)\s*\((?<values>[^()]*)\)|(?<cmp>[<>])\s*(?<number>[^\s!=,()<>]+))?)\s*(?:,|$)/

function parseSelector(selector: string): Requirement[] {
  const requirements: Requirement[] = []
  let rest = selector
  while (rest.trim() !== '') {
    const match = TERM.exec(rest)
    const groups = match?.groups
    if (match === null || groups === undefined) throw failure(`unable to parse requirement: found '${rest.trim()}'`)
    requirements.push(requirementOf(groups))
    rest = rest.slice(match[0].length)
  }
  return requirements
}

type Groups = Readonly<Record<string, string | undefined>>

function requirementOf(groups: Groups): Requirement {
  const { absent, key = '', eq, value = '', set, values, cmp, number } = groups
  if (absent !== undefined) return (labels) => !labels.has(absent)
  if (eq === '!=') return (labels) => labels.get(key) !== value
  if (eq !== undefined) return (labels) => labels.get(key) === value
  const listed = new Set((values ?? '').split(',').map((each) => each.trim()))
  if (set === 'in') return (labels) => labels.has(key) && listed.has(labels.get(key) ?? '')
  if (set === 'notin') return (labels) => !labels.has(key) || !listed.has(labels.get(key) ?? '')
  if (cmp !== undefined) return compare(key, cmp, Number(number))
  return (labels) => labels.has(key)
}

function compare(key: string, operator: string, bound: number): Requirement {
  return (labels) => {
    const value = Number(labels.get(key))
    return labels.has(key) && Number.isInteger(value) && (operator === '<' ? value < bound : value > bound)
  }
}
