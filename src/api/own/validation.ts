/** The validator's findings as faults that name parameter, value and expectation. Schemas say the latter as `description`. */
import type { FastifySchemaValidationError } from 'fastify';
import type { ParameterFault } from './problem.ts';

/** Asked for so that a finding carries the value and the schema it broke; nothing is coerced or dropped on the way. */
export const AJV_OPTIONS = { coerceTypes: false, removeAdditional: false, allErrors: true, verbose: true } as const;

interface SchemaPart {
  readonly description?: string;
  readonly properties?: Readonly<Record<string, SchemaPart>>;
}

type Finding = FastifySchemaValidationError & { readonly data?: unknown; readonly parentSchema?: SchemaPart };

export function faultsOf(findings: readonly FastifySchemaValidationError[], context: string): ParameterFault[] {
  const faults = new Map<string, ParameterFault>();
  for (const finding of findings) {
    const fault = faultOf(finding, context);
    if (!faults.has(fault.parameter)) faults.set(fault.parameter, fault);
  }
  return [...faults.values()];
}

function faultOf(finding: Finding, context: string): ParameterFault {
  const { keyword, params, parentSchema } = finding;
  const properties = parentSchema?.properties ?? {};
  if (keyword === 'required') {
    const parameter = String(params['missingProperty']);
    return { parameter, expected: properties[parameter]?.description ?? 'a value' };
  }
  if (keyword === 'additionalProperties') {
    const parameter = String(params['additionalProperty']);
    return { parameter, received: Reflect.get(Object(finding.data), parameter), expected: onlyThese(properties) };
  }
  return {
    parameter: finding.instancePath.slice(1).replaceAll('/', '.') || context,
    received: finding.data ?? null,
    expected: parentSchema?.description ?? finding.message ?? 'another value',
  };
}

function onlyThese(properties: Readonly<Record<string, SchemaPart>>): string {
  return `no parameter but ${Object.keys(properties).join(', ')}`;
}
