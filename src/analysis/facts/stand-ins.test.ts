import { describe, expect, it } from 'vitest';
import type { Files } from '../fixture.ts';
import { planOf } from '../fixture.ts';

const flask = (port: number, more = '') => `import os\nfrom flask import Flask\n${more}app = Flask(__name__)\nif __name__ == "__main__":\n    app.run(host="0.0.0.0", port=${port})\n`;
const shop = (more: string): Files => ({ 'requirements.txt': 'flask\nrequests\n', 'shop/app.py': flask(5000, `import requests\n${more}`), 'mock-bank/app.py': flask(5001) });
const graph = async (files: Files) => {
  const { services, edges } = await planOf(files);
  return { services: services.map(({ name }) => name).sort(), edges: edges.map(({ from, to }) => `${from} → ${to}`).sort() };
};

describe('programs that stand in for what is elsewhere', () => {
  it('are services where the app calls them at the port where they listen', async () => {
    expect(await graph(shop('BANK = os.environ.get("BANK_URL", "http://localhost:5001/pay")\nrequests.post(BANK)\n'))).toEqual({ services: ['mock-bank', 'shop'], edges: ['shop → mock-bank'] });
  });

  it('are none where nothing but tests calls them', async () => {
    expect((await graph(shop(''))).services).toHaveLength(1);
    expect((await graph({ ...shop(''), 'tests/test_shop.py': 'import requests\nrequests.get("http://localhost:5001/pay")\n' })).services).toHaveLength(1);
  });

  it('are reached where a host of this machine and the port beside it lead', async () => {
    const socket = 'import socket\nPORT = 6000\nif __name__ == "__main__":\n    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as s:\n        s.bind(("0.0.0.0", PORT))\n        s.listen()\n        while True:\n            s.accept()\n';
    const files = { ...shop('BANK_URL = os.environ.get("BANK_URL", "http://localhost:5001")\nrequests.get(BANK_URL)\nDEPOT_HOST = os.environ.get("DEPOT_HOST", "localhost")\nDEPOT_PORT = int(os.environ.get("DEPOT_PORT", "6000"))\n'), 'mock-depot/server.py': socket };
    expect(await graph(files)).toEqual({ services: ['mock-bank', 'mock-depot', 'shop'], edges: ['shop → mock-bank', 'shop → mock-depot'] });
  });

  it('do not tell what the project is for', async () => {
    const files = { 'requirements.txt': 'requests\nflask\nredis\n', 'main.py': 'import requests\nimport time\nwhile True:\n    requests.get("http://localhost:5001/rates")\n    time.sleep(60)\n', 'mock_rates/server.py': flask(5001) };
    expect((await planOf(files)).services.find(({ start }) => start?.endsWith('main.py'))).toMatchObject({ kind: 'worker' });
  });
});

it('calls a worker after its directory where its file says no more than that it is one', async () => {
  const worker = 'import pika\nchannel = pika.BlockingConnection(pika.ConnectionParameters("localhost")).channel()\nchannel.basic_consume("orders", print)\nif __name__ == "__main__":\n    channel.start_consuming()\n';
  expect((await graph({ 'requirements.txt': 'flask\npika\n', 'shop/app.py': flask(5000), 'packing/worker.py': worker })).services).toContain('packing');
});
