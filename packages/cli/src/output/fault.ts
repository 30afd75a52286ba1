import { DiagnosticError } from '@slipway/diag'
import { discover, renderEnvironment } from '@slipway/environments'
import type { Repository } from '@slipway/git'
import { systemClock } from '@slipway/objects'
import { renderInThread } from '@slipway/reconciler'

const OF_RENDERING = /failed exit status 1: Error: |[Ff]ailed to unmarshal/

/**
 * Where the fault lies that keeps an environment from being rendered, as `slipway render` shows it. `message` is what its Application says: nothing is looked
 * for when that is about something else. Renders in a thread of its own: a process that runs a cluster has no time for it.
 */
export async function renderFault(repository: Repository, name: string, message: string): Promise<string | undefined> {
  if (!OF_RENDERING.test(message)) return undefined
  const { environments } = await discover(repository)
  const environment = environments.find((each) => each.name === name)
  if (environment === undefined) return undefined
  const thread = renderInThread({ script: new URL('./render-thread.mjs', import.meta.url), clock: systemClock })
  try {
    await renderEnvironment(repository, environment, { render: thread.render })
    return undefined
  } catch (error) {
    // What it is has been said already; this only adds the place.
    return error instanceof DiagnosticError ? error.report : undefined
  } finally {
    await thread.close()
  }
}
