/** Why text is no JSON object, in the words of Go's encoding/json for the faults that people make; undefined when it is one. */
export function jsonFault(text: string): string | undefined {
  try {
    const value: unknown = JSON.parse(text)
    if (value === null || (typeof value === 'object' && !Array.isArray(value))) return undefined
    return `json: cannot unmarshal ${kindOf(value)} into Go value of type map[string]interface {}`
  } catch (error) {
    const place = /position (\d+)/.exec(String(error))?.[1]
    const sign = place === undefined ? undefined : text[Number(place)]
    const [first] = text.trimStart()
    if (first === undefined || sign === undefined) return first === undefined || isCut(text) ? CUT : beginning(first)
    return Number(place) === text.length - text.trimStart().length
      ? beginning(sign)
      : `invalid character '${sign}' in JSON`
  }
}

const CUT = 'unexpected end of JSON input'
const beginning = (sign: string): string => `invalid character '${sign}' looking for beginning of value`
const isCut = (text: string): boolean => /^\s*[{["\d-]/.test(text)

function kindOf(value: unknown): string {
  if (Array.isArray(value)) return 'array'
  return typeof value === 'boolean' ? 'bool' : typeof value
}
