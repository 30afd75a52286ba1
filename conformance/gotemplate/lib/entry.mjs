import { FunctionTable, GoInt, GoObject } from '@slipway/gotemplate'
import { DURATION, UTC, VERSION_POINTER, parseVersion, sprigFunctions, timeValue } from '@slipway/sprig'
import { nodeCrypto, nodeRandom } from '@slipway/sprig/node'
import { askOurs as ask } from './ours.mjs'
import { registerType } from './values.mjs'

registerType('$duration', (arg) => new GoInt(DURATION, BigInt(arg)))
registerType('$semver', (arg) => new GoObject(VERSION_POINTER, parseVersion(arg)))
registerType('$time', (arg) => {
  const [, whole, fraction = ''] = /^([^.]*?)(?:\.(\d+))?Z$/.exec(arg)
  const nanoseconds = BigInt(Date.parse(`${whole}Z`)) * 1_000_000n + BigInt(fraction.padEnd(9, '0'))
  return timeValue({ nanoseconds, zone: UTC })
})

const environment = {
  random: nodeRandom,
  now: () => BigInt(Date.now()) * 1_000_000n,
  timeZone: 'UTC',
  crypto: nodeCrypto(),
}
const tables = { sprig: new FunctionTable(sprigFunctions(environment)) }

/** Our answer to a case. */
export function askOurs(one) {
  return ask(one, tables)
}
