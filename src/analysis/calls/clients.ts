/** Annotations and functions by which code names another service of its app. `service` says where: a position or a member. */
export interface NamedCall {
  name: RegExp;
  owner?: RegExp;
  service: readonly (number | string)[];
  protocol: string;
}

/** Clients that are told a service's name rather than an address. */
export const namedCalls: readonly NamedCall[] = [
  { name: /^(FeignClient|ReactiveFeignClient)$/, service: ['url', 'name', 'value', 'serviceId', 0], protocol: 'http' },
  { name: /^RibbonClient$/, service: ['name', 'value', 0], protocol: 'http' },
  { name: /^(Client|HttpClient)$/, owner: /^$/, service: ['id', 'value', 0], protocol: 'http' },
  { name: /^(RegisterRestClient|HttpExchange)$/, service: ['baseUri', 'url', 'configKey', 'value', 0], protocol: 'http' },
  { name: /^GrpcClient$/, service: ['value', 0], protocol: 'grpc' },
  { name: /^(invoke|invokeMethod|invoke_method|InvokeMethod|InvokeMethodAsync|InvokeMethodWithContent|InvokeMethodGrpcAsync|CreateInvokeHttpClient|CreateInvokableHttpClient|CreateInvokeMethodRequest|create_invoke_method_request)$/, service: ['app_id', 'appId', 0, 1], protocol: 'http' },
  { name: /^(getInstances|getNextServerFromEureka|choose|getApplication|getInstancesById)$/, service: [0], protocol: 'http' },
];

const noted = new Set(namedCalls.flatMap(({ name }) => name.source.replace(/^\^\(?|\)?\$$/g, '').split('|')));

/** Whether calls of a function of this name may name another service. */
export function isNamedCall(name: string): boolean {
  return noted.has(name);
}
