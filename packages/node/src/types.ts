import type { KubeObject } from '@slipway/objects'

/** A handler of a probe or hook. */
export interface Handler {
  readonly exec?: { readonly command?: readonly string[] }
  readonly httpGet?: {
    readonly path?: string
    readonly port: number | string
    readonly host?: string
    readonly scheme?: string
    readonly httpHeaders?: readonly { name: string; value: string }[]
  }
  readonly tcpSocket?: { readonly port: number | string; readonly host?: string }
  readonly grpc?: { readonly port: number; readonly service?: string }
  readonly sleep?: { readonly seconds: number }
}

/** `core/v1.Probe` after defaulting. */
export interface Probe extends Handler {
  readonly initialDelaySeconds?: number
  readonly timeoutSeconds?: number
  readonly periodSeconds?: number
  readonly successThreshold?: number
  readonly failureThreshold?: number
  readonly terminationGracePeriodSeconds?: number
}

/** `core/v1.EnvVar`. */
export interface EnvVar {
  readonly name: string
  readonly value?: string
  readonly valueFrom?: {
    readonly fieldRef?: { readonly fieldPath: string }
    readonly resourceFieldRef?: ResourceRef
    readonly configMapKeyRef?: KeyRef
    readonly secretKeyRef?: KeyRef
  }
}

/** A request or limit of a container, such as `limits.cpu`. */
export interface ResourceRef {
  readonly containerName?: string
  readonly resource: string
  readonly divisor?: string
}

/** A key of a ConfigMap or Secret. */
export interface KeyRef {
  readonly name: string
  readonly key: string
  readonly optional?: boolean
}

/** `core/v1.Container`, as the node reads it. */
export interface Container {
  readonly name: string
  readonly image: string
  readonly command?: readonly string[]
  readonly args?: readonly string[]
  readonly workingDir?: string
  readonly ports?: readonly { readonly name?: string; readonly containerPort: number; readonly protocol?: string }[]
  readonly env?: readonly EnvVar[]
  readonly envFrom?: readonly {
    readonly prefix?: string
    readonly configMapRef?: SourceRef
    readonly secretRef?: SourceRef
  }[]
  readonly resources?: { readonly requests?: Record<string, string>; readonly limits?: Record<string, string> }
  readonly volumeMounts?: readonly VolumeMount[]
  readonly livenessProbe?: Probe
  readonly readinessProbe?: Probe
  readonly startupProbe?: Probe
  readonly lifecycle?: { readonly postStart?: Handler; readonly preStop?: Handler }
  readonly restartPolicy?: string
  readonly restartPolicyRules?: readonly RestartRule[]
  readonly stdin?: boolean
  readonly stdinOnce?: boolean
  readonly tty?: boolean
  readonly terminationMessagePath?: string
  readonly terminationMessagePolicy?: string
  readonly imagePullPolicy?: string
  readonly securityContext?: Record<string, unknown>
  readonly [field: string]: unknown
}

/** `core/v1.ContainerRestartRule`. */
export interface RestartRule {
  readonly action: string
  readonly exitCodes?: { readonly operator: string; readonly values?: readonly number[] }
}

/** A whole ConfigMap or Secret. */
export interface SourceRef {
  readonly name: string
  readonly optional?: boolean
}

/** `core/v1.VolumeMount`. */
export interface VolumeMount {
  readonly name: string
  readonly mountPath: string
  readonly subPath?: string
  readonly subPathExpr?: string
  readonly readOnly?: boolean
}

/** Keys of a ConfigMap or Secret as files. */
export interface KeysSource {
  readonly items?: readonly FileItem[]
  readonly optional?: boolean
  readonly defaultMode?: number
}

/** Fields of the pod as files. */
export interface DownwardSource {
  readonly items?: readonly (FileItem & {
    readonly fieldRef?: { readonly fieldPath: string }
    readonly resourceFieldRef?: ResourceRef
  })[]
  readonly defaultMode?: number
}

/** `core/v1.Volume`, as the node reads it. */
export interface Volume {
  readonly name: string
  readonly emptyDir?: { readonly medium?: string; readonly sizeLimit?: string }
  readonly configMap?: KeysSource & { readonly name: string }
  readonly secret?: KeysSource & { readonly secretName: string }
  readonly downwardAPI?: DownwardSource
  readonly projected?: { readonly sources?: readonly ProjectedSource[]; readonly defaultMode?: number }
  readonly [source: string]: unknown
}

/** One source of a projected volume. */
export interface ProjectedSource {
  readonly configMap?: KeysSource & { readonly name: string }
  readonly secret?: KeysSource & { readonly name: string }
  readonly downwardAPI?: DownwardSource
  readonly [source: string]: unknown
}

/** A file made of a key. */
export interface FileItem {
  readonly key?: string
  readonly path: string
  readonly mode?: number
}

/** A pod, as the node reads it. */
export interface Pod extends KubeObject {
  spec: {
    readonly nodeName?: string
    readonly hostname?: string
    readonly restartPolicy?: string
    readonly terminationGracePeriodSeconds?: number
    readonly serviceAccountName?: string
    readonly enableServiceLinks?: boolean
    readonly containers: readonly Container[]
    readonly initContainers?: readonly Container[]
    readonly volumes?: readonly Volume[]
    readonly readinessGates?: readonly { readonly conditionType: string }[]
    readonly securityContext?: Record<string, unknown>
    readonly [field: string]: unknown
  }
  status: PodStatus
}

/** A pod's status, as the node writes it. */
export interface PodStatus {
  phase?: string
  reason?: string
  message?: string
  podIP?: string
  podIPs?: { ip: string }[]
  hostIP?: string
  hostIPs?: { ip: string }[]
  startTime?: string
  qosClass?: string
  observedGeneration?: number
  conditions?: {
    type: string
    status: string
    reason?: string
    message?: string
    lastTransitionTime?: string
    lastProbeTime?: null
    observedGeneration?: number
  }[]
  containerStatuses?: ContainerStatus[]
  initContainerStatuses?: ContainerStatus[]
  [field: string]: unknown
}

/** `core/v1.ContainerState`: exactly one member. */
export interface ContainerState {
  waiting?: { reason: string; message?: string }
  running?: { startedAt: string }
  terminated?: {
    exitCode: number
    signal?: number
    reason: string
    message?: string
    startedAt: string
    finishedAt: string
    containerID: string
  }
}

/** `core/v1.ContainerStatus`. */
export interface ContainerStatus {
  name: string
  state: ContainerState
  lastState: ContainerState
  ready: boolean
  started?: boolean
  restartCount: number
  image: string
  imageID: string
  containerID?: string
}

/** An image that is on this machine: where its files are and how it starts. */
export interface LocalImage {
  /** `repository@sha256:...`, as `imageID` shows it. */
  readonly id: string
  /** The folder that holds the image's own files, laid out as in the image. */
  readonly rootfs: string
  readonly entrypoint: readonly string[]
  readonly cmd: readonly string[]
  readonly env: readonly string[]
  readonly workingDir: string
  /** STOPSIGNAL of the Dockerfile: a name or a number. */
  readonly stopSignal?: string | undefined
}

/** Finds images on this machine; undefined for one that is not here. */
export interface ImageSource {
  find(reference: string): Promise<LocalImage | undefined>
}
