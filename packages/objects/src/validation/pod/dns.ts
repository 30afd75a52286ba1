import { existing, items, type Json } from '../../defaults/fields.ts'
import { address } from '../addresses.ts'
import { underscoredSubdomain } from '../names.ts'
import type { Place } from '../place.ts'
import { textOf, textsOf } from '../shared.ts'

const MOST_SERVERS = 3
const MOST_SEARCHES = 32
const LONGEST_SEARCHES = 2048

/** The resolver of a pod; without a policy it must be complete. */
export function dns(spec: Json, place: Place): void {
  const config = existing(spec, 'dnsConfig')
  const servers = textsOf(config, 'nameservers')
  if (spec['dnsPolicy'] === 'None') {
    if (config === undefined) place.required('must provide `dnsConfig` when `dnsPolicy` is None')
    else if (servers.length === 0)
      place.at('nameservers').required('must provide at least one DNS nameserver when `dnsPolicy` is None')
    if (servers.length === 0) return
  }
  if (config === undefined) return
  if (servers.length > MOST_SERVERS)
    place.at('nameservers').invalid(servers, `must not have more than ${MOST_SERVERS} nameservers`)
  for (const [index, server] of servers.entries()) address(server, place.at('nameservers').nth(index))
  searches(textsOf(config, 'searches'), place.at('searches'))
  for (const [index, option] of items(config, 'options').entries())
    if (textOf(option, 'name') === '') place.at('options').nth(index).required('must not be empty')
}

function searches(all: readonly string[], place: Place): void {
  if (all.length > MOST_SEARCHES) place.invalid(all, `must not have more than ${MOST_SEARCHES} search paths`)
  if (all.join(' ').length > LONGEST_SEARCHES)
    place.invalid(all, `must not have more than ${LONGEST_SEARCHES} characters (including spaces) in the search list`)
  for (const [index, search] of all.entries())
    if (search !== '.') place.nth(index).named(search.replace(/\.$/, ''), underscoredSubdomain)
}
