import { describe, expect, it } from 'vitest';
import { planOf } from '../fixture.ts';

const servlet = 'package shop;\nimport jakarta.servlet.http.HttpServlet;\npublic class A extends HttpServlet {}\n';

describe('servlets without a build', () => {
  it('are a web application that a container serves', async () => {
    const plan = await planOf({ 'WebContent/index.jsp': '<html></html>', 'src/shop/A.java': servlet });
    expect(plan.services).toMatchObject([{ path: '.', kind: 'web', language: 'java', ports: [{ port: 8080 }] }]);
  });

  it('may be kept beside their descriptor, in a directory of any code', async () => {
    const plan = await planOf({ 'src/WEB-INF/web.xml': '<web-app></web-app>', 'src/list.jsp': '<html></html>', 'src/shop/A.java': servlet });
    expect(plan.services).toMatchObject([{ path: '.', kind: 'web', language: 'java', ports: [{ port: 8080 }] }]);
  });

  it('may be a directory with their descriptor and nothing around it', async () => {
    const files = { 'shop/index.jsp': '<html></html>', 'shop/WEB-INF/web.xml': '<web-app/>', 'shop/WEB-INF/classes/shop/Cart.java': 'package shop;\nimport jakarta.servlet.http.HttpServlet;\npublic class Cart extends HttpServlet {}\n', 'back/requirements.txt': 'flask\n', 'back/app.py': 'from flask import Flask\napp = Flask(__name__)\napp.run(port=5000)\n' };
    expect((await planOf(files)).services.map(({ path, kind, language }) => `${path} ${kind} ${language}`).sort()).toEqual(['back api python', 'shop web java']);
  });

  it('are none without code', async () => {
    expect((await planOf({ 'web/index.jsp': '<html></html>', 'package.json': { scripts: { start: 'node a.js' } }, 'a.js': 'require("http").createServer(f).listen(3000)' })).services.filter(({ language }) => language === 'java')).toEqual([]);
  });
});
