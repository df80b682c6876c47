/** A JSON Schema, as far as zod writes one. */
export interface JsonSchema {
  readonly $ref?: string;
  readonly type?: string | string[];
  readonly enum?: unknown[];
  readonly const?: unknown;
  readonly items?: JsonSchema;
  readonly prefixItems?: JsonSchema[];
  readonly anyOf?: JsonSchema[];
  readonly oneOf?: JsonSchema[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly additionalProperties?: JsonSchema | boolean;
  readonly required?: string[];
}

/** A schema in a cell of Markdown. Named ones are linked to, in this page or where `elsewhere` says. */
export function schemaText(schema: JsonSchema, elsewhere: Readonly<Record<string, string>> = {}): string {
  const text = (inner: JsonSchema) => schemaText(inner, elsewhere);
  if (schema.$ref !== undefined) {
    const name = schema.$ref.split('/').at(-1)!;
    return `[${name}](${elsewhere[name] ?? `#${name.toLowerCase()}`})`;
  }
  if (schema.enum !== undefined) return schema.enum.map((value) => `\`${String(value)}\``).join(', ');
  if (schema.const !== undefined) return `\`${String(schema.const)}\``;
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices !== undefined) return choices.map(text).join(' or ');
  if (schema.prefixItems !== undefined) return `[${schema.prefixItems.map(text).join(', ')}]`;
  if (schema.type === 'array') return `array of ${schema.items === undefined ? 'values' : text(schema.items)}`;
  if (schema.properties !== undefined) return `object {${Object.entries(schema.properties).map(([name, inner]) => `${name}: ${text(inner)}`).join('; ')}}`;
  if (schema.type === 'object' && typeof schema.additionalProperties === 'object') return `object of ${text(schema.additionalProperties)}`;
  return schema.type === undefined ? 'any' : [schema.type].flat().join(' or ');
}
