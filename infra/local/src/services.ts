/** The services of the one-process hub. Each is one entry: its settings, its addresses, and how it is opened here. */
import type { FastifyInstance } from 'fastify'
import { buildApp as buildAlerts } from '@services/alerts/app'
import { readConfig as readAlerts } from '@services/alerts/config'
import { measureAlerts } from '@services/alerts/metrics'
import { mounts as alertsMounts } from '@services/alerts/mounts'
import { openAlerts } from '@services/alerts/open'
import { startAlerts } from '@services/alerts/start'
import { buildApp as buildIdentity } from '@services/identity/app'
import { readConfig as readIdentity } from '@services/identity/config'
import { mounts as identityMounts } from '@services/identity/mounts'
import { openCodeWays } from '@services/identity/open'
import { publishedKeys } from '@services/identity/store/published-keys'
import { openSeal } from '@services/identity/store/sealing'
import { buildApp as buildPassport } from '@services/passport/app'
import { readConfig as readPassport } from '@services/passport/config'
import { mounts as passportMounts } from '@services/passport/mounts'
import { openPools, openRecord } from '@services/passport/open'
import { startPassport } from '@services/passport/start'
import { beginEpoch } from '@services/passport/store/audit-chain'
import { openSharingSecrets } from '@services/passport/store/share-secrets'
import { buildApp as buildPortal } from '@services/portal/app'
import { openIssuer } from '@services/portal/clients/issuer'
import { linkClient } from '@services/portal/clients/links'
import { openLocalRecords } from '@services/portal/clients/local-records'
import { recordClient } from '@services/portal/clients/record'
import { operatorClient } from '@services/portal/clients/operator'
import { reportClient } from '@services/portal/clients/reports'
import { readConfig as readPortal } from '@services/portal/config'
import { mounts as portalMounts } from '@services/portal/mounts'
import { openSeal as openPortalSeal } from '@services/portal/session/seal'
import { buildApp as buildReferrals } from '@services/referrals/app'
import { readConfig as readReferrals } from '@services/referrals/config'
import { measureReferrals } from '@services/referrals/metrics'
import { mounts as referralsMounts } from '@services/referrals/mounts'
import { openReferrals } from '@services/referrals/open'
import { startReferrals } from '@services/referrals/start'
import type { Clock } from '@platform/service/clock'
import type { ClientKey, InternalClientId } from '@services/identity/provision'
import { openDatabase, type Database } from '@platform/service/database'
import type { Metrics } from '@platform/service/health'
import { homeKey } from '@platform/service/home-key'
import type { NewId } from '@platform/service/ids'
import type { Log } from '@platform/service/log'
import type { Bell } from '@platform/service/outbox'
import type { Queues } from '@platform/service/queues'
import type { Environment } from './config.ts'
import type { Mount } from './dispatch.ts'

/** What all services of this process share. */
export interface Shared {
  readonly database: Database
  readonly queues: Queues
  readonly bell: Bell
  readonly clock: Clock
  readonly newId: NewId
  readonly home: string
  /** The numbers of this process; each service adds its own. */
  readonly metrics: Metrics
  /** The private key of each of the hub's own clients. */
  readonly keys: Readonly<Record<InternalClientId, ClientKey>>
  /** Keeps what a service opened for itself until the hub closes; it is closed after the service's routes. */
  readonly keep: <T extends AsyncDisposable>(opened: T) => T
  /** Opens the log of one service. */
  readonly log: (name: string) => Log
}

/** What runs beside the routes of a service: consumers, listeners, timers. */
export interface Running extends AsyncDisposable {
  /** Does everything that is due at this time, for the demo clock. */
  sweep?(now: Date): Promise<void>
}

/** A service that is built, and listens to nothing yet. */
export interface OpenService {
  readonly app: FastifyInstance
  /** Called once the hub listens. */
  readonly start?: () => Promise<Running>
}

/** One entry. */
export interface HubService {
  readonly name: string
  readonly readConfig: (environment: Environment) => unknown
  readonly mounts: readonly Mount[]
  readonly open: (environment: Environment, shared: Shared) => Promise<OpenService>
}

const identity: HubService = {
  name: 'identity',
  readConfig: readIdentity,
  mounts: identityMounts,
  open: async (environment, { database, home, clock, log }) => ({
    app: await buildIdentity(readIdentity(environment), {
      database,
      ways: openCodeWays(readIdentity(environment), database, () => clock.now()),
      seal: await openSeal(home),
      log: log('identity'),
      otherKeys: publishedKeys(home),
    }),
  }),
}

const passport: HubService = {
  name: 'passport',
  readConfig: readPassport,
  mounts: passportMounts,
  open: async (environment, { database: { url }, bell, clock, newId, home, keep, log: logOf }) => {
    const log = logOf('passport')
    const { database, searching } = await openPools(url, log)
    keep(database)
    keep(searching)
    await beginEpoch(database)
    const config = readPassport(environment)
    const dependencies = await openRecord(config, {
      database,
      searching,
      bell,
      clock,
      newId,
      log,
      key: await homeKey(home, 'passport.key'),
      secrets: await openSharingSecrets(home, new Date()),
    })
    return {
      app: await buildPassport(config, dependencies),
      start: () => startPassport({ ...dependencies, downtime: dependencies, database, home, log, clock }),
    }
  },
}

const referrals: HubService = {
  name: 'referrals',
  readConfig: readReferrals,
  mounts: referralsMounts,
  open: async (environment, { database, queues, clock, newId, metrics, log }) => {
    const config = readReferrals(environment)
    const dependencies = await openReferrals(config, { database, clock, newId, log: log('referrals') })
    measureReferrals(metrics, dependencies)
    return { app: await buildReferrals(dependencies), start: () => startReferrals(config, { ...dependencies, queues }) }
  },
}

const alerts: HubService = {
  name: 'alerts',
  readConfig: readAlerts,
  mounts: alertsMounts,
  open: async (environment, { database: { url }, queues, bell, clock, newId, metrics, keep, log: logOf }) => {
    const log = logOf('alerts')
    // Of its own: taking over a change of the register keeps a connection while the record answers.
    const database = keep(await openDatabase(url, { name: 'alerts', max: 20, log }))
    const config = readAlerts(environment)
    const dependencies = await openAlerts(config, { database, clock, newId, log })
    measureAlerts(metrics, dependencies)
    return {
      app: await buildAlerts(dependencies),
      start: async () => {
        const running = await startAlerts(config, { ...dependencies, queues, localBell: bell })
        if (config.MLLP_PORT === 0) process.stderr.write(`HL7 v2 is taken at mllp://${config.MLLP_HOST}:${running.mllpPort}\n`)
        return running
      },
    }
  },
}

const portal: HubService = {
  name: 'portal',
  readConfig: readPortal,
  mounts: portalMounts,
  open: async (environment, { home, keys, clock, newId, log }) => {
    const config = readPortal(environment)
    const { PUBLIC_URL: publicUrl, PASSPORT_URL: passportUrl, IDENTITY_URL: identityUrl } = config
    const record = recordClient(`${passportUrl}/fhir`)
    const reports = reportClient(passportUrl)
    const operator = operatorClient(passportUrl)
    const links = linkClient(`${passportUrl}/fhir`)
    const issuer = openIssuer({ publicUrl, identityUrl, key: keys['handrail-portal'] })
    return {
      app: await buildPortal(config, {
        record,
        links,
        reports,
        operator,
        localRecords: openLocalRecords(config.LOCAL_RECORDS, publicUrl),
        issuer,
        seal: await openPortalSeal(home),
        clock,
        newId,
        log: log('portal'),
      }),
    }
  },
}

/** In the order in which they are opened; they are closed in reverse. */
export const services: readonly HubService[] = [identity, passport, referrals, alerts, portal]
