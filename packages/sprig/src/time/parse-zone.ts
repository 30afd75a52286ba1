import type { Fields, ReadResult } from './parse.ts'
import { UTC } from './zone.ts'

/** Reads an offset as a layout such as `-07:00` or `Z0700` writes it. */
export function parseOffset(value: string, layout: string, fields: Fields): ReadResult | undefined {
  if (layout.startsWith('Z') && value.startsWith('Z')) {
    fields.zone = UTC
    return { rest: value.slice(1) }
  }
  const text = value.slice(0, layout.length)
  if (text.charCodeAt(0) >= 0x80) return undefined
  if (text.length < layout.length || [...layout].some((char, at) => char === ':' && text[at] !== ':')) return undefined
  const rest = value.slice(text.length)
  const pairs = (layout.slice(1).match(/[0-9]{2}/g) ?? []).map((_, at) => {
    const from = 1 + at * (layout.includes(':') ? 3 : 2)
    return text.slice(from, from + 2)
  })
  const bad = pairs.findIndex((pair) => !/^[0-9]{2}$/.test(pair))
  const [hours = 0, minutes = 0, seconds = 0] = pairs.slice(0, bad < 0 ? pairs.length : bad).map(Number)
  const range = ranges(hours, minutes, seconds)
  if (range !== undefined) return { rest, range }
  if (bad >= 0) return undefined
  if (text[0] !== '+' && text[0] !== '-') return undefined
  const offset = (hours * 60 + minutes) * 60 + seconds
  const signed = text[0] === '-' ? -offset : offset
  fields.offset = signed === -1 ? undefined : signed
  return { rest }
}

function ranges(hours: number, minutes: number, seconds: number): string | undefined {
  if (seconds > 60) return 'time zone offset second'
  if (minutes > 60) return 'time zone offset minute'
  return hours > 24 ? 'time zone offset hour' : undefined
}

/** Reads a zone abbreviation: `UTC`, three to five capitals, `GMT+3`, or a bare signed hour. */
export function parseZoneName(value: string, fields: Fields): ReadResult | undefined {
  if (value.startsWith('UTC')) {
    fields.zone = UTC
    return { rest: value.slice(3) }
  }
  const length = zoneNameLength(value)
  if (length === 0) return undefined
  fields.zoneName = value.slice(0, length)
  return { rest: value.slice(length) }
}

function zoneNameLength(value: string): number {
  if (value.length < 3) return 0
  if (value.startsWith('ChST') || value.startsWith('MeST')) return 4
  if (value.startsWith('GMT')) return 3 + signedHours(value.slice(3))
  if (/^[-+]/.test(value)) return signedHours(value)
  const capitals = /^[A-Z]{0,6}/.exec(value)?.[0] ?? ''
  if (capitals.length === 5) return capitals[4] === 'T' ? 5 : 0
  if (capitals.length === 4) return capitals[3] === 'T' || capitals === 'WITA' ? 4 : 0
  return capitals.length === 3 ? 3 : 0
}

function signedHours(value: string): number {
  const match = /^[-+]([0-9]+)/.exec(value)
  return match === null || Number(match[1]) > 23 ? 0 : match[0].length
}
