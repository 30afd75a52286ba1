import { API } from './api.ts'
import { ARGO } from './argo.ts'
import { CHARTS } from './charts.ts'
import { COMMANDS } from './commands.ts'
import { DELIVERY } from './delivery.ts'
import type { Room } from './example.ts'
import { GIT } from './git.ts'
import { IMAGES } from './images.ts'
import { KUSTOMIZE } from './kustomize.ts'
import { PODS } from './pods.ts'

/** Every example, in the order of docs/errors.md. */
export const ROOMS: readonly Room[] = [COMMANDS, GIT, IMAGES, DELIVERY, ARGO, CHARTS, KUSTOMIZE, API, PODS]
