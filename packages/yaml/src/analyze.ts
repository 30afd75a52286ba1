import { isBlank, isBlankOrEnd, isBreak } from './characters.ts'
import type { Dialect } from './dialect.ts'

/** What a text allows its scalar to look like. */
export interface ScalarFacts {
  readonly multiline: boolean
  readonly flowPlain: boolean
  readonly blockPlain: boolean
  readonly singleQuoted: boolean
  readonly block: boolean
}

const EMPTY: ScalarFacts = { multiline: false, flowPlain: false, blockPlain: true, singleQuoted: true, block: false }
const WORD: ScalarFacts = { multiline: false, flowPlain: true, blockPlain: true, singleQuoted: true, block: true }
const SIMPLE = /^[A-Za-z0-9_/.][A-Za-z0-9_/.-]*$/

/** libyaml's scalar analysis (emitterc.go, yaml_emitter_analyze_scalar). */
export function analyzeScalar(text: string, dialect: Dialect): ScalarFacts {
  if (text === '') return EMPTY
  if (SIMPLE.test(text) && !text.startsWith('...')) return WORD
  const indicators = findIndicators(text)
  const spaces = findSpaces(text)
  const special = findSpecial(text, dialect)
  const edges = spaces.leading || spaces.trailing
  const plain = !(
    edges ||
    spaces.breakSpace ||
    spaces.spaceBreak ||
    special.unprintable ||
    special.tab ||
    spaces.multiline
  )
  return {
    multiline: spaces.multiline,
    flowPlain: plain && !indicators.flow,
    blockPlain: plain && !indicators.block,
    singleQuoted: !(spaces.breakSpace || spaces.spaceBreak || special.unprintable || special.tab),
    block: !(spaces.trailingSpace || spaces.spaceBreak || special.unprintable),
  }
}

function findIndicators(text: string): { flow: boolean; block: boolean } {
  let flow = text.startsWith('---') || text.startsWith('...')
  let block = flow
  const first = text.charAt(0)
  if ('#,[]{}&*!|>\'"%@`'.includes(first)) return { flow: true, block: true }
  if ('?:-'.includes(first)) {
    const spaced = text.length === 1 || isBlank(text.charCodeAt(1))
    flow ||= first !== '-' || spaced
    block ||= spaced
  }
  for (let at = 1; at < text.length; at++) {
    const code = text.charCodeAt(at)
    // , ? [ ] { }
    if (code === 0x2c || code === 0x3f || code === 0x5b || code === 0x5d || code === 0x7b || code === 0x7d) flow = true
    else if (code === 0x3a) {
      flow = true
      if (at + 1 === text.length || isBlank(text.charCodeAt(at + 1))) block = true
    } else if (code === 0x23 && isBlankOrEnd(text.charCodeAt(at - 1))) {
      flow = true
      block = true
    }
  }
  return { flow, block }
}

interface Spaces {
  readonly leading: boolean
  readonly trailing: boolean
  readonly trailingSpace: boolean
  readonly breakSpace: boolean
  readonly spaceBreak: boolean
  readonly multiline: boolean
}

function findSpaces(text: string): Spaces {
  const last = text.length - 1
  let breakSpace = false
  let spaceBreak = false
  let multiline = false
  let previous: 'space' | 'break' | 'other' = 'other'
  for (let at = 0; at <= last; at++) {
    const code = text.charCodeAt(at)
    if (code === 0x20) {
      breakSpace ||= previous === 'break'
      previous = 'space'
    } else if (isBreak(code)) {
      multiline = true
      spaceBreak ||= previous === 'space'
      previous = 'break'
    } else previous = 'other'
  }
  const first = text.charCodeAt(0)
  const leading = first === 0x20 || isBreak(first)
  return {
    leading,
    trailing: previous !== 'other',
    trailingSpace: previous === 'space',
    breakSpace,
    spaceBreak,
    multiline,
  }
}

// is_printable of yamlprivateh.go works on bytes of UTF-8: four-byte characters, the byte order mark and what lies below U+00A0 are not printable.
const UNPRINTABLE = /[^\n\x20-\x7e\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd]/
const UNPRINTABLE_BUT_TAB = /[^\t\n\x20-\x7e\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd]/

function findSpecial(text: string, dialect: Dialect): { unprintable: boolean; tab: boolean } {
  if (dialect === 'sigs') return { unprintable: UNPRINTABLE.test(text), tab: false }
  return { unprintable: UNPRINTABLE_BUT_TAB.test(text), tab: text.includes('\t') }
}

/** Whether a character of a double quoted scalar has to be escaped. */
export function isUnprintable(char: string): boolean {
  return UNPRINTABLE.test(char)
}
