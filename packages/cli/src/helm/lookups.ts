import type { Lookup } from '@slipway/chart'
import type { HelmCluster } from './cluster.ts'

/** Renderings until no template asks for what was not fetched yet; one that asks for something new each time ends here. */
const MAX_ROUNDS = 32

/** Renders with what templates look up: a rendering cannot wait, so what it asks for is fetched behind it and it is done again. */
export async function withLookups<T>(cluster: HelmCluster, render: (lookup: Lookup) => T): Promise<T> {
  const known = new Map<string, unknown>()
  for (let round = 0; ; round++) {
    const asked = new Map<string, Parameters<Lookup>[0]>()
    const lookup: Lookup = (query) => {
      const key = JSON.stringify(query)
      if (!known.has(key)) asked.set(key, query)
      const answer = known.get(key)
      if (answer instanceof Error) throw answer
      return answer
    }
    const outcome = attempt(() => render(lookup))
    if (asked.size === 0 || round >= MAX_ROUNDS) return outcome()
    for (const [key, query] of asked) known.set(key, await cluster.get(query).catch((error: unknown) => error))
  }
}

/** What a call gave or threw, to be had later. */
function attempt<T>(work: () => T): () => T {
  try {
    const value = work()
    return () => value
  } catch (error) {
    return () => {
      throw error
    }
  }
}
