import { FunctionTable, TemplateSet, fromJs } from '@slipway/gotemplate'
import { sprigFunctions } from '@slipway/sprig'
import { nodeCrypto, nodeRandom } from '@slipway/sprig/node'
import { expect, test } from 'vitest'

function render(text: string, timeZone: string): string {
  const now = (): bigint => BigInt(Date.parse('2024-07-01T12:00:00Z')) * 1_000_000n
  const functions = new FunctionTable(sprigFunctions({ random: nodeRandom, now, timeZone, crypto: nodeCrypto() }))
  const set = new TemplateSet({ functions })
  set.parse('t', text)
  return set.execute('t', fromJs({}))
}

// What Go prints with TZ set to the zone.
test.each([
  ['Europe/Berlin', '{{ now }}', '2024-07-01 14:00:00 +0200 CEST'],
  ['Europe/Berlin', '{{ now | date "2006-01-02 15:04 MST" }}', '2024-07-01 14:00 CEST'],
  ['Europe/Berlin', '{{ date "15:04 MST -07:00" 1700000000 }}', '23:13 CET +01:00'],
  ['Europe/Berlin', '{{ toDate "2006-01-02" "2024-07-01" }}', '2024-07-01 00:00:00 +0200 CEST'],
  ['Europe/Berlin', '{{ toDate "2006-01-02 MST" "2024-07-01 CEST" }}', '2024-07-01 00:00:00 +0200 CEST'],
  ['Europe/Berlin', '{{ toDate "2006-01-02 -0700" "2024-07-01 +0200" }}', '2024-07-01 00:00:00 +0200 CEST'],
  ['Europe/Berlin', '{{ toDate "2006-01-02 -0700" "2024-07-01 -0100" }}', '2024-07-01 00:00:00 -0100 -0100'],
  ['America/Sao_Paulo', '{{ now }}', '2024-07-01 09:00:00 -0300 -03'],
  ['Asia/Kathmandu', '{{ now }}', '2024-07-01 17:45:00 +0545 +0545'],
  ['', '{{ now }}', '2024-07-01 12:00:00 +0000 UTC'],
  ['No/Where', '{{ now }}', '2024-07-01 12:00:00 +0000 UTC'],
  ['Europe/Berlin', '{{ ago (now | dateModify "-90m") }}', '1h30m0s'],
  ['Europe/Berlin', '{{ dateInZone "15:04" now "UTC" }}', '12:00'],
  ['Europe/Berlin', '{{ now.UTC }}', '2024-07-01 12:00:00 +0000 UTC'],
  ['Europe/Berlin', '{{ now | printf "%#v" }}', 'time.Date(2024, time.July, 1, 14, 0, 0, 0, time.Local)'],
])('with %s as the local zone %s gives %s', (zone, text, expected) => {
  expect(render(text, zone)).toBe(expected)
})
