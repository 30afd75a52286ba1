import { expect, test } from 'vitest'
import {
  CodedError,
  compareDiagnostics,
  formatDiagnostic,
  isSystemError,
  LineIndex,
  messageOf,
  rangeOf,
} from '@slipway/diag'
import type { Diagnostic } from '@slipway/diag'

const text = 'replicaCount: 1\nimage:\n\ttag: latest\n'
const lines = new LineIndex(text)
const at = (start: number, end: number) => rangeOf('values.yaml', lines, { start, end })

test('positions count lines and columns from one', () => {
  expect(lines.at(0)).toEqual({ offset: 0, line: 1, column: 1 })
  expect(lines.at(15)).toEqual({ offset: 15, line: 1, column: 16 })
  expect(lines.at(16)).toEqual({ offset: 16, line: 2, column: 1 })
  expect(lines.startOf(3)).toBe(23)
})

test('a diagnostic shows its line with a caret under the range, its hint and its related places', () => {
  const diagnostic: Diagnostic = {
    code: 'MUTABLE_TAG',
    severity: 'error',
    message: 'tag "latest" can change',
    range: at(29, 35),
    hint: 'set image.digest',
    related: [{ message: 'read here', range: at(0, 12) }],
  }
  expect(formatDiagnostic(diagnostic, () => text)).toBe(
    [
      'values.yaml:3:7: error: tag "latest" can change [MUTABLE_TAG]',
      '  3 |  tag: latest',
      '    |       ^^^^^^',
      '  hint: set image.digest',
      '  values.yaml:1:1: read here',
      '  1 | replicaCount: 1',
      '    | ^^^^^^^^^^^^',
    ].join('\n'),
  )
})

test('a long line is cut around the caret', () => {
  const long = `${'a'.repeat(300)}X${'b'.repeat(300)}`
  const range = rangeOf('f', new LineIndex(long), { start: 300, end: 301 })
  const [, shown, caret] = formatDiagnostic({ code: 'C', severity: 'error', message: 'm', range }, () => long).split(
    '\n',
  )
  expect(shown?.length).toBeLessThan(110)
  expect(shown?.[caret?.indexOf('^') ?? 0]).toBe('X')
})

test('a diagnostic whose file is gone still prints its place', () => {
  const diagnostic: Diagnostic = { code: 'C', severity: 'warning', message: 'm', range: at(0, 3) }
  expect(formatDiagnostic(diagnostic, () => undefined)).toBe('values.yaml:1:1: warning: m [C]')
})

test('diagnostics sort by file, place and severity', () => {
  const make = (file: string, start: number, severity: Diagnostic['severity']): Diagnostic => ({
    code: 'C',
    severity,
    message: '',
    range: { ...at(start, start + 1), file },
  })
  const sorted = [make('b', 0, 'error'), make('a', 9, 'error'), make('a', 2, 'info'), make('a', 2, 'error')].sort(
    compareDiagnostics,
  )
  expect(sorted.map((d) => `${d.range?.file}${d.range?.start.offset}${d.severity}`)).toEqual([
    'a2error',
    'a2info',
    'a9error',
    'b0error',
  ])
})

test('a coded error keeps its code, cause and fault', () => {
  const cause = Object.assign(new Error('no such file'), { code: 'ENOENT' })
  const error = new CodedError('MISSING', 'cannot read x', { cause, hint: 'make x' })
  expect(error).toMatchObject({ name: 'CodedError', code: 'MISSING', fault: 'user', hint: 'make x', cause })
  expect(isSystemError(cause, 'ENOENT')).toBe(true)
  expect(isSystemError(error, 'ENOENT')).toBe(false)
  expect(messageOf('text')).toBe('text')
})
