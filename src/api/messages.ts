import { StringDecoder } from 'node:string_decoder';

/** One server-sent event. */
export interface Message {
  readonly event: string;
  readonly id: string | undefined;
  readonly data: unknown;
}

/** Reads an event stream whose data is JSON (WHATWG HTML §9.2.6; one `data` line per event, as our server writes it). */
export async function* readMessages(stream: AsyncIterable<Uint8Array>): AsyncGenerator<Message> {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  for await (const chunk of stream) {
    const blocks = (rest + decoder.write(chunk as Buffer)).split('\n\n');
    rest = blocks.pop()!;
    for (const block of blocks) {
      const message = parse(block);
      if (message !== undefined) yield message;
    }
  }
}

function parse(block: string): Message | undefined {
  let event = 'message';
  let id: string | undefined;
  let data: string | undefined;
  for (const line of block.split('\n')) {
    const colon = line.indexOf(':');
    const value = line.slice(colon + 1).replace(/^ /, '');
    const field = line.slice(0, colon);
    if (field === 'event') event = value;
    else if (field === 'id') id = value;
    else if (field === 'data') data = data === undefined ? value : `${data}\n${value}`;
  }
  return data === undefined ? undefined : { event, id, data: JSON.parse(data) };
}
