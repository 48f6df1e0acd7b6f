/** The record of a hub under test, as the demonstration's administrator writes it: what happened outside the pages. */
import { join } from 'node:path'
import type { Bundle, Parameters, ParametersParameter, Resource, ServiceRequest } from '@medplum/fhirtypes'
import { tokenSource } from '@platform/service/token-source'
import type { JWK } from 'jose'
import { DEMO_ID } from '@handrail/fhir-profiles/demo'
import { readFileSync } from 'node:fs'

export interface AdminRecord {
  /** `Type/<id>` of something the demonstration brought, by its key. */
  find(type: string, key: string): Promise<string>
  create<T extends Resource>(resource: T): Promise<string>
  /** Calls an operation, such as `Organization/<id>/$link-route`. */
  operate(path: string, ...parameter: readonly ParametersParameter[]): Promise<Parameters>
  /**
   * What the community team asked for somebody of the demonstration, sent already: what a walk begins with where asking is not its subject.
   *
   * @param by keys of the organisation that is asked, and of its service; without them the single point of access decides
   */
  asks(person: string, need: string, by?: { readonly service?: string; readonly organization: string }): Promise<string>
}

/** Signs in as `demo-admin` with the key that the hub made. */
export function adminRecord(url: string, home: string): AdminRecord {
  const key = JSON.parse(readFileSync(join(home, 'demo-clients', 'demo-admin.jwk.json'), 'utf8')) as JWK
  const tokens = tokenSource({ tokenUrl: `${url}/identity/token`, clientId: 'demo-admin', key })
  const ask = async (path: string, init: { body: string; type: string }): Promise<Resource> => {
    const headers = { authorization: `Bearer ${await tokens.get()}`, 'content-type': init.type, accept: 'application/fhir+json' }
    const response = await fetch(`${url}/fhir/${path}`, { method: 'POST', headers, body: init.body })
    const answer = (await response.json()) as Resource
    if (!response.ok) throw new Error(`${path} answered ${response.status}: ${JSON.stringify(answer)}`)
    return answer
  }
  const record: AdminRecord = {
    async find(type, name) {
      const body = new URLSearchParams({ identifier: `${DEMO_ID}|${name}` }).toString()
      const { entry = [] } = (await ask(`${type}/_search`, { body, type: 'application/x-www-form-urlencoded' })) as Bundle
      const id = entry[0]?.resource?.id
      if (id === undefined) throw new Error(`The demonstration has no ${type} ${name}.`)
      return `${type}/${id}`
    },
    async create(resource) {
      const { id } = await ask(resource.resourceType, { body: JSON.stringify(resource), type: 'application/fhir+json' })
      return `${resource.resourceType}/${id ?? ''}`
    },
    async operate(path, ...parameter) {
      const body = JSON.stringify({ resourceType: 'Parameters', parameter })
      return (await ask(path, { body, type: 'application/fhir+json' })) as Parameters
    },
    async asks(person, need, by) {
      const [subject, requester, ...performer] = await Promise.all([
        record.find('Patient', person),
        record.find('Organization', 'community-team'),
        ...(by?.service === undefined ? [] : [record.find('HealthcareService', by.service)]),
        ...(by === undefined ? [] : [record.find('Organization', by.organization)]),
      ])
      return record.create<ServiceRequest>({
        resourceType: 'ServiceRequest',
        status: 'active',
        intent: 'order',
        priority: 'routine',
        category: [{ coding: [{ system: 'https://handrail.example/fhir/CodeSystem/request-category', code: 'neuro-rehabilitation' }] }],
        code: { text: need },
        subject: { reference: subject },
        requester: { reference: requester },
        ...(performer.length === 0 ? {} : { performer: performer.map((reference) => ({ reference })) }),
        authoredOn: new Date().toISOString(),
      })
    },
  }
  return record
}
