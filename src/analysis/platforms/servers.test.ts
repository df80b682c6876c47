import { describe, expect, it } from 'vitest';
import { planOf } from '../fixture.ts';

describe('a command of a server that is known', () => {
  it('says where that listens by custom, and that it answers', async () => {
    const flower = await planOf({ 'requirements.txt': 'celery\nflower\nredis\n', 'tasks.py': "import os\nfrom celery import Celery\napp = Celery('tasks', broker=os.environ['REDIS_URL'])\n", Procfile: 'web: celery --app tasks flower\n' });
    expect(flower.services.find(({ start }) => start?.includes('flower'))).toMatchObject({ kind: 'web', ports: [{ port: 5555 }] });
    const framework = await planOf({ 'requirements.txt': 'functions-framework\n', 'main.py': 'def greet(request):\n    return "hello"\n', Dockerfile: 'FROM python:3.13\nCOPY . .\nCMD ["functions-framework", "--target=greet"]\n' });
    expect(framework.questions).toEqual([]);
    expect(framework.services).toMatchObject([{ kind: 'api', framework: 'functions-framework', start: 'functions-framework --target=greet', ports: [{ port: 8080 }], readsPort: true }]);
  });
});
