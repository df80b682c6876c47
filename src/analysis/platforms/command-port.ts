/** Ways in which a command says where its program listens. */
const flags = [/(?:^|\s)(?:--port|--http-port|--server\.port|-p|--listen|-l)[= ](?:tcp:\/\/)?(?:[\w.*]+:)?(\d{2,5})\b/, /(?:--bind|-b|--listen|--address|--addr|--http)[= ]['"]?[\w.[\]]*:(\d{2,5})\b/, /\bPORT=(\d{2,5})\b/, /-Dserver\.port=(\d{2,5})/, /\brunserver (?:[\w.]+:)?(\d{2,5})/, /-S [\w.]+:(\d{2,5})/, /http\.server (\d{2,5})/].map(({ source }) => new RegExp(source, 'd'));
const fallback = /\$\{PORT:-(\d{2,5})\}/;

/** The ports that a command names: `uvicorn app:app --port 8080`, `gunicorn -b :8080 app`. */
export function portsIn(command: string): number[] {
  return [...flags, fallback].flatMap((flag) => Number(flag.exec(command)?.[1] ?? NaN)).filter((port) => port > 0 && port < 65536);
}

/** Where a command tells its program to listen on `port`: the first and the last index of the digits, the last place first. */
export function placesOfPort(command: string, port: number): (readonly [from: number, to: number])[] {
  const places = flags.flatMap((flag) => {
    const match = flag.exec(command);
    return Number(match?.[1]) === port ? [match!.indices![1]!] : [];
  });
  return [...new Map(places.map((place) => [place[0], place])).values()].sort(([a], [b]) => b - a);
}
