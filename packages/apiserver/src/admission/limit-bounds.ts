import { compareQuantities, parseQuantity } from '@slipway/objects'

/** Amounts by the name of their resource. */
export type Quantities = Readonly<Record<string, string>>

/** One limit of a LimitRange. */
export interface Bounds {
  readonly type: string
  readonly min?: Quantities
  readonly max?: Quantities
  readonly maxLimitRequestRatio?: Quantities
}

/** What is asked for; claims have no limits. */
export interface Asked {
  readonly requests: Quantities
  readonly limits: Quantities | undefined
}

/** How what is asked for breaks the bounds, in the words of the real server and in the order of min, max, ratio. */
export function limitFaults(bounds: Bounds, asked: Asked): readonly string[] {
  const of = (list: Quantities = {}): [string, string][] => Object.entries(list).sort(([a], [b]) => (a < b ? -1 : 1))
  const faults = [
    ...of(bounds.min).map(([name, least]) => below(asked, name, least)),
    ...of(bounds.max).map(([name, most]) => above(asked, name, most)),
    ...of(bounds.maxLimitRequestRatio).map(([name, most]) => beyond(asked, { name, most, type: bounds.type })),
  ]
  return faults.flatMap((fault) => (fault === undefined ? [] : [fault(bounds.type)]))
}

type Words = (type: string) => string

function below({ requests, limits = {} }: Asked, name: string, least: string): Words | undefined {
  const [request, limit] = [requests[name], limits[name]]
  const say =
    (why: string): Words =>
    (type) =>
      `minimum ${name} usage per ${type} is ${least}${why}`
  if (request === undefined) return say('.  No request is specified')
  if (compareQuantities(request, least) < 0) return say(`, but request is ${request}`)
  return limit !== undefined && compareQuantities(limit, least) < 0 ? say(`, but limit is ${limit}`) : undefined
}

function above({ requests, limits }: Asked, name: string, most: string): Words | undefined {
  const request = requests[name]
  const say =
    (why: string): Words =>
    (type) =>
      `maximum ${name} usage per ${type} is ${most}${why}`
  const limit = limits?.[name]
  if (limits === undefined) {
    if (request === undefined) return say('.  No request is specified')
  } else if (limit === undefined) return say('.  No limit is specified')
  else if (compareQuantities(limit, most) > 0) return say(`, but limit is ${limit}`)
  return request !== undefined && compareQuantities(request, most) > 0 ? say(`, but request is ${request}`) : undefined
}

function beyond(
  { requests, limits = {} }: Asked,
  { name, most, type }: { name: string; most: string; type: string },
): Words | undefined {
  const say =
    (why: string): Words =>
    () =>
      `${name} max limit to request ratio per ${type} is ${most}, but ${why}`
  const [request, limit] = [amountOf(requests[name]), amountOf(limits[name])]
  if (request === 0) return say('no request is specified or request is 0')
  if (limit === 0) return say('no limit is specified or limit is 0')
  const ratio = limit / request
  return ratio > amountOf(most) ? say(`provided ratio is ${ratio.toFixed(6)}`) : undefined
}

function amountOf(quantity: string | undefined): number {
  return quantity === undefined ? 0 : Number(parseQuantity(quantity).nano) / 1e9
}
