import { casesOf } from '../lib/cases.mjs'

const claim = casesOf('PersistentVolumeClaim', {
  spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
})
const volume = casesOf('PersistentVolume', {
  spec: { accessModes: ['ReadWriteOnce'], capacity: { storage: '1Gi' }, hostPath: { path: '/x' } },
})
const storageClass = casesOf('StorageClass')
const dataSource = { kind: 'PersistentVolumeClaim', name: 'b' }

export const cases = [
  claim.spec('a claim', {}),
  claim.make('a claim of nothing', { spec: {} }),
  claim.spec('unknown access modes', { accessModes: ['ReadWriteOnce', 'X', 'ReadWriteOncePod'] }),
  claim.spec('a negative size', { resources: { requests: { storage: '-1' } } }),
  claim.spec('no size', { resources: { requests: { storage: '0' } } }),
  claim.spec('a size in thousandths', { resources: { requests: { storage: '1500m' } } }),
  claim.spec('a bad class', { storageClassName: 'A_B' }),
  claim.spec('an unknown volume mode', { volumeMode: 'X' }),
  claim.spec('a bad selector', { selector: { matchExpressions: [{ key: 'a', operator: 'In' }] } }),
  claim.spec('a source of an unknown kind', { dataSource: { kind: 'Foo', name: '' } }),
  claim.spec('a source of another group', {
    dataSource: { apiGroup: 'snapshot.storage.k8s.io', kind: 'X', name: 'b' },
  }),
  claim.spec('two sources', { dataSource, dataSourceRef: { ...dataSource, name: 'c' } }),
  claim.changeSpec('other access modes', {}, { accessModes: ['ReadWriteMany'] }),
  claim.changeSpec('a smaller size', {}, { resources: { requests: { storage: '1Mi' } } }),
  claim.changeSpec('a larger size', {}, { resources: { requests: { storage: '2Gi' } } }),
  claim.changeSpec('a class later', {}, { storageClassName: 'x' }),
  claim.changeSpec('another class', { storageClassName: 'y' }, { storageClassName: 'x' }),
  claim.changeSpec('a volume', {}, { volumeName: 'x' }),
  claim.changeSpec('another volume', { volumeName: 'y' }, { volumeName: 'x' }),
  claim.changeSpec('another volume mode', {}, { volumeMode: 'Block' }),

  volume.spec('a volume', {}),
  volume.make('a volume of nothing', { spec: {} }),
  volume.spec('a volume of two kinds', { nfs: { server: 's', path: '/x' } }),
  volume.spec('a volume with a bad path', { hostPath: { path: '/a/../b' } }),
  volume.spec('a volume without a path', { hostPath: { path: '' } }),
  volume.spec('an unknown policy', { persistentVolumeReclaimPolicy: 'X' }),
  volume.spec('a negative capacity', { capacity: { storage: '-1' } }),
  volume.spec('another capacity', { capacity: { cpu: '1' } }),
  volume.spec('a volume with a bad class', { storageClassName: 'A_B' }),
  volume.spec('a volume of an unknown mode', { volumeMode: 'X' }),
  volume.spec('a recycled root', { hostPath: { path: '/' }, persistentVolumeReclaimPolicy: 'Recycle' }),
  volume.spec('unknown modes of a volume', { accessModes: ['X'] }),
  volume.spec('a file system without server', { hostPath: null, nfs: { server: '', path: 'x' } }),
  volume.spec('a driver without a handle', { hostPath: null, csi: { driver: 'a.b', volumeHandle: '' } }),
  volume.spec('a local volume', { hostPath: null, local: { path: '/x' } }),
  volume.spec('a bad affinity', { nodeAffinity: { required: { nodeSelectorTerms: [] } } }),
  volume.changeSpec('another volume source', {}, { hostPath: { path: '/y' } }),
  volume.changeSpec('another mode of a volume', {}, { volumeMode: 'Block' }),

  storageClass.make('a storage class', { provisioner: 'x.y/z' }),
  storageClass.make('a class without provisioner', {}),
  storageClass.make('a class with a bad provisioner', { provisioner: 'a/b/c' }),
  storageClass.make('a class of an unknown policy', { provisioner: 'p', reclaimPolicy: 'Recycle' }),
  storageClass.make('a class of an unknown mode', { provisioner: 'p', volumeBindingMode: 'X' }),
  storageClass.make('an empty parameter', { provisioner: 'p', parameters: { '': 'x' } }),
  storageClass.make('a topology without values', {
    provisioner: 'p',
    allowedTopologies: [{ matchLabelExpressions: [{ key: 'a', values: [] }] }],
  }),
  storageClass.change('another provisioner', { provisioner: 'p' }, { provisioner: 'q' }),
  storageClass.change('other parameters', { provisioner: 'p', parameters: { a: 'b' } }, { parameters: { a: 'c' } }),
  storageClass.change('another policy', { provisioner: 'p' }, { reclaimPolicy: 'Retain' }),
  storageClass.change('another binding mode', { provisioner: 'p' }, { volumeBindingMode: 'WaitForFirstConsumer' }),
  storageClass.change('may expand', { provisioner: 'p' }, { allowVolumeExpansion: true }),
]
