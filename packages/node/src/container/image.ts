import { messageOf } from '@slipway/diag'
import type { Container, LocalImage } from '../types.ts'
import { Backoff } from './backoff.ts'
import { type ContainerHost, pause } from './host.ts'

/** Shows what a container waits for: a reason and a message of its status. */
export type ShowWaiting = (reason: string, message?: string) => void

/**
 * Waits until a container's image is on this machine, trying again with the kubelet's back-off; undefined when the pod ended first. An image that nobody here built is
 * `ErrImagePull`: Slipway pulls nothing.
 */
export async function awaitImage(
  container: Container,
  host: ContainerHost,
  stage: { readonly show: ShowWaiting; readonly signal: AbortSignal },
): Promise<LocalImage | undefined> {
  const backoff = new Backoff(host.clock)
  // An image is backed off from its first failure on.
  backoff.failed()
  while (!stage.signal.aborted) {
    const { image, fault } = await find(container, host)
    if (image !== undefined) {
      host.record(
        happening(
          container,
          'Normal',
          'Pulled',
          `Container image "${container.image}" already present on machine and can be accessed by the pod`,
        ),
      )
      return image
    }
    report(container, host, { fault, show: stage.show })
    const delay = backoff.failed()
    host.record(happening(container, 'Normal', 'BackOff', `Back-off pulling image "${container.image}"`))
    stage.show('ImagePullBackOff', `Back-off pulling image "${container.image}": ErrImagePull: ${fault}`)
    await pause(host.clock, delay, stage.signal)
  }
  return undefined
}

async function find(
  container: Container,
  host: ContainerHost,
): Promise<{ readonly image?: LocalImage; readonly fault: string }> {
  try {
    const image = await host.images.find(container.image)
    return image === undefined
      ? { fault: 'not built by this repository, and Slipway pulls no images' }
      : { image, fault: '' }
  } catch (error) {
    return { fault: messageOf(error) }
  }
}

function report(
  container: Container,
  host: ContainerHost,
  { fault, show }: { readonly fault: string; readonly show: ShowWaiting },
): void {
  if (container.imagePullPolicy === 'Never') {
    show('ErrImageNeverPull', `Container image "${container.image}" is not present with pull policy of Never`)
    host.record(
      happening(
        container,
        'Warning',
        'ErrImageNeverPull',
        `Container image "${container.image}" is not present with pull policy of Never`,
      ),
    )
    return
  }
  show('ErrImagePull', fault)
  host.record(happening(container, 'Warning', 'Failed', `Failed to pull image "${container.image}": ${fault}`))
  host.record(happening(container, 'Warning', 'Failed', 'Error: ErrImagePull'))
}

/** An event about a container. */
export function happening(container: Container, type: 'Normal' | 'Warning', reason: string, message: string) {
  return { type, reason, message, fieldPath: `spec.containers{${container.name}}` }
}
