import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client'

/** The service's own series; the registry also holds prom-client's process and event-loop series. */
export interface Metrics {
  readonly registry: Registry
  readonly requests: Counter<'method' | 'route' | 'status'>
  readonly durations: Histogram<'method' | 'route' | 'status'>
  readonly inFlight: Gauge
}

export function createMetrics(): Metrics {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const registers = [registry]
  const labelNames = ['method', 'route', 'status'] as const
  return {
    registry,
    requests: new Counter({ name: 'http_requests_total', help: 'Requests answered', labelNames, registers }),
    durations: new Histogram({
      name: 'http_request_duration_seconds',
      help: 'Time from the request to the end of the answer',
      labelNames,
      buckets: [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
      registers,
    }),
    inFlight: new Gauge({ name: 'http_requests_in_flight', help: 'Requests being answered', registers }),
  }
}
