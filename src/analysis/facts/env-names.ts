/** `serverPort`, `server.port` and `server-port` as `SERVER_PORT`; `APIKey` as `API_KEY`. */
export function inCapitals(name: string): string {
  return name.replace(/(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])/g, '_').replace(/[^A-Za-z0-9]+/g, '_').toUpperCase();
}
