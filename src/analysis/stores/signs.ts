/** How the use of one kind of store is recognised. */
export interface StoreSigns {
  kind: string;
  /** Packages of any language whose presence among what the app depends on, or imports, says it. */
  packages: readonly string[];
  /** Modules as code imports them, where that is no package's name: matched at the start. */
  imports?: readonly string[];
  schemes: readonly string[];
  /** Names of variables that tell its address. */
  envVars: RegExp;
  /** Variables that its usual client reads by itself. */
  ambient?: readonly string[];
  /** Functions and types whose use chooses it. */
  calls?: RegExp;
  /** Keys of configuration, as `settingKey` spells them, that are only there for it; `key=value` to ask for a value, too. */
  keys?: RegExp;
  /** Words by which data layers choose it: dialects, drivers, adapters, backends. */
  dialects?: RegExp;
  /** What an AWS client is made for. */
  clients?: RegExp;
  /** Hosts of a service that is reached over HTTP. */
  hosts?: RegExp;
  images: RegExp;
  ports: readonly number[];
  /** For what is no server that has to run beside the app: a service that somebody else offers, or a library within the app. */
  place?: 'elsewhere' | 'within';
}
