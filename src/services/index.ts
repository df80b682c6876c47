export { generatedSecrets } from './wiring.ts';
export { masked } from './masking.ts';
export { missingFindings } from './missing-env.ts';
export { credentialsIn, resolveArgv, resolveEnv, type EnvironmentSources } from './resolve.ts';
export { Secrets, type StoreCredentials } from './secrets.ts';
export { specify, type SpecifyOptions } from './specify.ts';
export { leftOutFindings, untoldFindings, neededStores, provideStores, storeDefinitions, type ProvidedStore, type StoreDefinition, type StoreFacts, type StoreProgram } from './stores/index.ts';
