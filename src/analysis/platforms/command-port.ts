/** Ways in which a command says where its program listens. */
const flags = [/(?:^|\s)(?:--port|--http-port|--server\.port|-p|--listen|-l)[= ](?:tcp:\/\/)?(?:[\w.*]+:)?(\d{2,5})\b/, /(?:--bind|-b|--listen|--address|--addr|--http)[= ]['"]?[\w.[\]]*:(\d{2,5})\b/, /\bPORT=(\d{2,5})\b/, /-Dserver\.port=(\d{2,5})/, /\brunserver (?:[\w.]+:)?(\d{2,5})/, /-S [\w.]+:(\d{2,5})/, /\$\{PORT:-(\d{2,5})\}/, /http\.server (\d{2,5})/];

/** The ports that a command names: `uvicorn app:app --port 8080`, `gunicorn -b :8080 app`. */
export function portsIn(command: string): number[] {
  return flags.flatMap((flag) => Number(flag.exec(command)?.[1] ?? NaN)).filter((port) => port > 0 && port < 65536);
}
