import type { Identity } from './identity.ts'
import { page } from './page.ts'
import { type Answer, json } from './respond.ts'
import { MAX_WORK_MS, work, workTime } from './work.ts'

/** What a route sees of a request. */
export interface Query {
  readonly accept: string
  readonly search: URLSearchParams
}

export interface Route {
  /** The label of the metrics: a fixed set, whatever paths are asked for. */
  readonly name: string
  answer(query: Query): Answer | Promise<Answer>
}

/** The routes of the public port, by exact path: what is not listed is 404. */
export function createRoutes(identity: Identity, options: { workEndpoint: boolean }): ReadonlyMap<string, Route> {
  const html = page(identity)
  const routes = new Map<string, Route>()
  routes.set('/', {
    name: '/',
    answer: (query) => (prefersHtml(query.accept) ? html : json(200, identity, { vary: 'accept' })),
  })
  if (options.workEndpoint) routes.set('/work', { name: '/work', answer: answerWork })
  return routes
}

async function answerWork(query: Query): Promise<Answer> {
  const ms = workTime(query.search)
  if (ms === undefined) return json(400, { error: `ms must be a whole number from 0 to ${MAX_WORK_MS}` })
  return json(200, { ms, rounds: await work(ms) })
}

/** Browsers name text/html first; curl says only that it takes anything. */
function prefersHtml(accept: string): boolean {
  const html = accept.indexOf('text/html')
  const data = accept.indexOf('application/json')
  return html !== -1 && (data === -1 || html < data)
}
