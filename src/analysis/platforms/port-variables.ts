/** Variables by which frameworks are told where to listen, besides `PORT`. */
const known = /^(ASPNETCORE_URLS|ASPNETCORE_HTTP_PORTS|HTTP_PORTS|URLS|SERVER_PORT|QUARKUS_HTTP_PORT|MICRONAUT_SERVER_PORT|KTOR_PORT|ROCKET_PORT|LEPTOS_SITE_ADDR|HTTP_PORT|APP_PORT|WEB_PORT|API_PORT|LISTEN_PORT|LISTEN_ADDR|LISTEN_ADDRESS|BIND_ADDR|BIND_ADDRESS|HTTP_ADDR|SERVER_ADDR|ADDR|NITRO_PORT|FLASK_RUN_PORT|UVICORN_PORT|GF_SERVER_HTTP_PORT|GRPC_PORT)$/;

/** The port that a variable sets: `ASPNETCORE_URLS=http://+:8080` → 8080; undefined for other variables and what is no port. */
export function portOfVariable(name: string, value: string | null): number | undefined {
  if (value === null || !known.test(name)) return undefined;
  const all = [...value.matchAll(/(?:(https?):\/\/[^:;,/]*:|^[\w.*+[\]:-]*:|^|;)(\d{2,5})(?=$|[;,/])/g)];
  const port = Number((all.find((match) => match[1] !== 'https') ?? all[0])?.[2]);
  return port > 0 && port < 65536 ? port : undefined;
}
