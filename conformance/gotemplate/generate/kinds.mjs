/** Operands by the kind of value that they are: what every function and every printf verb is given. */
export const KINDS = {
  nil: ['.nil', 'nil', '.missing'],
  bool: ['.t', '.f', 'true', 'false'],
  string: ['.s', '.e', '.u', '.n', '.v', '.d', '.x', '.multi', '.bin', '"a"', '"1.5"', '"b c"', '`r`'],
  int: ['.i', '.i0', '.ineg', '1', '2', '3', '-4', "'x'"],
  int64: ['.i64', '.i32'],
  uint: ['.u8', '.u8', '.u8', '.u8', '.u64'],
  float: ['.fl', '.fneg', '.fint', '.ftiny', '1.25', '-3.5'],
  complex: ['.c', '2i', '1+2i'],
  list: ['.list', '.mixed', '.nested', '.empty'],
  'typed list': ['.strs', '.ints'],
  bytes: ['.bytes'],
  map: ['.m', '.one', '.deep', '.em'],
  'typed map': ['.sm'],
  'nil container': ['.nl', '.nm'],
  time: ['.time'],
  duration: ['.dur'],
  pointer: ['.sem', '.prec', '.nrec'],
  struct: ['.rec'],
}

/** The names of the kinds. */
export const KIND_NAMES = Object.keys(KINDS)

const KIND_OF = new Map(Object.entries(KINDS).flatMap(([kind, texts]) => texts.map((text) => [text, kind])))
const NUMBER = /^[-+]?(?:\d|\.\d)/

/** The kind of an operand by its text; undefined for calls and fields of fields. */
export function kindOfText(text) {
  const known = KIND_OF.get(text)
  if (known !== undefined) return known
  if (/^["`]/.test(text)) return 'string'
  if (text.startsWith("'")) return 'int'
  if (!NUMBER.test(text)) return undefined
  if (text.endsWith('i')) return 'complex'
  return /[.pe]/.test(text) && !/^0[xX][^.pP]*$/.test(text) ? 'float' : 'int'
}
