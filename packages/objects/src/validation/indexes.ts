/** How many indexes a list such as `0-2,5` names, below `completions`; a sentence for what is none. */
export function indexCount(text: string, completions: number): number | string {
  if (text === '') return 0
  let total = 0
  let last: number | undefined
  for (const part of text.split(',')) {
    const interval = readInterval(part, completions)
    if (typeof interval === 'string') return interval
    const [from, to] = interval
    if (last !== undefined && last >= from) return disorder(last, from)
    total += to - from + 1
    last = to
  }
  return total
}

function readInterval(text: string, completions: number): readonly [number, number] | string {
  const parts = text.split('-')
  if (parts.length > 2)
    return `the fragment ${JSON.stringify(text)} violates the requirement that an index interval can have at most two parts separated by '-'`
  const numbers: number[] = []
  for (const part of parts) {
    if (!/^[+]?\d+$/.test(part)) return `cannot convert string to integer for index: ${JSON.stringify(part)}`
    if (Number(part) >= completions) return `too large index: ${JSON.stringify(part)}`
    numbers.push(Number(part))
  }
  const [from = 0, to = from] = numbers
  return numbers.length === 2 && from >= to ? disorder(from, to) : [from, to]
}

const disorder = (previous: number, current: number): string =>
  `non-increasing order, previous: ${previous}, current: ${current}`
