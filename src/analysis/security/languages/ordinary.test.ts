import { describe, expect, it } from 'vitest';
import { withFiles } from '../../fixture.ts';
import { openTree } from '../../tree/tree.ts';
import { securityFindings } from '../findings.ts';

const findingsIn = async (files: Record<string, string>) => withFiles(files, (directory) => securityFindings(openTree(directory)).map(({ rule, file, line }) => `${rule} ${file}:${line}`));

/** What every app has, and nobody should be warned of. */
const harmless: readonly (readonly [what: string, file: string, code: string])[] = [
  ['a redirect to a path', 'a.js', 'app.get("/", (req, res) => { const to = `/users/${req.params.id}`; res.redirect(to); res.redirect("/x/" + req.query.y) })'],
  ['a redirect to a route by its name', 'a.py', 'from flask import request, redirect, url_for\n@app.route("/")\ndef f():\n    return redirect(url_for("home", q=request.args["q"]))\n'],
  ['a redirect to a route of Rails', 'a.rb', 'def go\n  redirect_to user_path(params[:id])\nend\n'],
  ['a redirect to a page with a query', 'a.php', '<?php\nheader("Location: list.php?id=" . $_GET["id"]);\n'],
  ['a redirect to where somebody came from', 'a.php', '<?php\nheader("Location: " . $_SERVER["HTTP_REFERER"]);\n'],
  ['a call of a host that settings name', 'a.js', 'app.get("/", async (req, res) => { const r = await fetch(`${API_URL}/items/${req.params.id}`); const s = await axios.get(process.env.BACKEND + "/x/" + req.query.q); res.json(await r.json()) })'],
  ['a page that calls its own server', 'a.js', 'const q = new URLSearchParams(window.location.search).get("q");\nfetch("/api/" + q);\nfetch(q);'],
  ['what is found by input', 'a.js', 'app.get("/", async (req, res) => { const user = await users.findOne(req.query.id); res.send(user.page) })'],
  ['what is found by input', 'a.php', '<?php\n$items = $model->getItems($_GET["type"]);\nforeach ($items as $item) { echo $item["name"]; }\n'],
  ['a message for the next page', 'a.php', '<?php\n$_SESSION["success"] = "Saved " . $_POST["name"];\n'],
  ['the place of an upload', 'a.php', '<?php\n$to = "up/" . uniqid() . "." . pathinfo($_FILES["a"]["name"], PATHINFO_EXTENSION);\nmove_uploaded_file($_FILES["a"]["tmp_name"], $to);\n'],
  ['a log of input', 'a.php', '<?php\nerror_log("got " . print_r($_POST, true));\n'],
  ['the method of a request', 'a.php', '<?php\necho $_SERVER["REQUEST_METHOD"];\n'],
  ['a die', 'a.js', 'export const roll = () => 1 + Math.floor(Math.random() * 6);'],
  ['a name of its own', 'a.py', 'import random\ndef jitter():\n    return random.random() * 3\n\ndef token():\n    return secrets.token_hex(8)\n'],
  ['a key of a cache', 'a.py', 'import hashlib\ndef cache_path(name):\n    return hashlib.md5(name).hexdigest()\n'],
  ['a path that was checked', 'a.js', 'const fs = require("fs");\napp.use(async (ctx) => { const p = path.resolve(root, ctx.query.f); if (!p.startsWith(root)) ctx.throw(400); ctx.body = fs.createReadStream(p) })'],
  ['a path that was checked', 'A.java', 'class A { @GetMapping("/a") byte[] a(@RequestParam String f) throws Exception { Path p = root.resolve(f).normalize(); if (!p.startsWith(root)) throw new Exception(); return Files.readAllBytes(p); } }'],
  ['a text that is no page', 'A.java', '@RestController class A { @GetMapping(value = "/a", produces = "text/plain") String a(@RequestParam String q) { return "Got " + q; } }'],
  ['a body that no link sends', 'A.java', '@RestController class A { @PostMapping("/a") String a(@RequestBody Order order) { return "Got " + order.getName(); } }'],
  ['a text that is no page', 'a.php', '<?php\nheader("Content-Type: text/plain; charset=UTF-8");\nif ($x) {\n  exit($_GET["challenge"]);\n}\n'],
  ['a text that is no page', 'a.js', 'app.get("/", (req, res) => {\n  res.setHeader("Content-Type", "text/plain");\n  if (req.query.b) {\n    res.send("got " + req.query.a);\n  }\n})'],
  ['a picture that a library makes', 'a.js', 'const { makeBadge } = require("badge-maker");\napp.get("/", (req, res) => {\n  const svg = makeBadge({ label: req.query.label });\n  res.type("image/svg+xml");\n  res.send(svg);\n})'],
  ['the query of an address of its own', 'a.ts', 'const url = new URL(process.env.DATABASE_URL);\nconst schema = url.searchParams.get("schema");\ndb.query(`SET search_path TO "${schema}"`);'],
  ['an example of an address', 'a.vue', '<template><p>{{ t("Example", ["sms://Account:AuthToken@Phone"]) }}</p></template>'],
  ['a text that is no page', 'a.rb', 'require "sinatra"\nget "/" do\n  content_type :json\n  "{\\"a\\": \\"#{params[:a]}\\"}"\nend\n'],
  ['a text that is no page', 'A.cs', 'app.MapGet("/", (string name) => Results.Content(name, "text/plain"));'],
  ['a rule for a form', 'a.php', "<?php\n$rules = ['password' => 'required|string|min:6'];\n"],
  ['a variable without a value', '.env.production', 'DB_PASSWORD=\nBROADCAST_DRIVER=log4\nAPI_SECRET=\n\nAWS_DEFAULT_REGION=us-east-1\n'],
  ['a message', 'i18n/messages.properties', 'login.password = Passwort1:\n'],
  ['a label', 'a.tmpl', '<label for="password">Password:</label>'],
  ['a header that a constant names', 'a.js', 'const headers = { "x-api-key": MAILER_API_KEY };'],
  ['an upload', 'a.ts', 'app.post("/", (req, res) => { const file = req.file; fs.unlinkSync(path.join(tmp, file.filename)); res.json({}) })'],
  ['options of a request', 'a.js', 'app.post("/", (req, res) => { const o = { hostname: "pay.example", headers: { "X": req.body.a } }; https.request(o, () => {}); res.json({}) })'],
  ['a page that a template makes', 'a.js', 'app.get("/", async (req, res) => { const html = await ejs.renderFile("a.ejs", { a: req.query.a }); res.send(html) })'],
  ['where the app stands', 'a.jsp', '<a href="<%= request.getContextPath() %>/home">'],
  ['a cookie that is taken away', 'A.java', 'class A { void a(HttpServletResponse response) { Cookie c = new Cookie("session", ""); c.setMaxAge(0); response.addCookie(c); } }'],
  ['a method of which only a part comes in', 'a.rb', 'def go\n  send("#{params[:kind]}_path")\nend\n'],
  ['a search that is no database', 'a.go', 'package main\nfunc h(c *gin.Context) {\n\tq := c.Query("q")\n\tesClient.Search().Query(q)\n}\n'],
  ['a library that was copied in', 'public/js/vendor/r.js', 'exec("a" + location.href); const token = Math.random();'],
  ['a library under its licence', 'static/r.js', '/*! r 1.0 */\neval(location.hash);'],
  ['a password of a demonstration', 'a.ts', 'const DEMO_PASSWORD = "Meadow2031";'],
  ['a redirect that was checked', 'A.cs', 'public class R : Controller { public IActionResult Go(string to) { if (Url.IsLocalUrl(to)) { return Redirect(to); } return Ok(); } }'],
  ['a template that escapes', 'a.ts', "import { html } from 'hono/html';\napp.get('/', (c) => c.html(html`<p>${c.req.query('n')}</p>`));"],
  ['YAML that is read as plain data', 'A.java', '@RestController class Y { @PostMapping("/y") Object y(@RequestBody String body) { return new Yaml(new SafeConstructor(new LoaderOptions())).load(body); } }'],
  ['what a call of another host is given', 'a.php', '<?php\n$client->get($base, ["q" => $request->input("q")]);\n'],
  ['an address that begins as a constant says', 'a.js', 'const baseUrl = "https://api.example/v1/";\napp.get("/", async (req, res) => { const r = await fetch(`${baseUrl}search/${req.query.q}`); res.json(await r.json()) })'],
  ['a user and an image as it comes', 'a.yaml', 'kind: Secret\nstringData:\n  mqtt-username: "backend_service7"\n  POSTGRES_PASSWORD: "postgres"\n'],
  ['a URL with names in it', 'a.sh', 'migrate -database mysql://MYSQL_USER:MYSQL_PASSWORD@tcp/db\n'],
  ['an ending, and a file of its own', 'a.py', '@app.post("/")\nasync def up(file: UploadFile):\n    ending = Path(file.filename).suffix\n    with tempfile.NamedTemporaryFile(suffix=ending) as tmp:\n        os.unlink(tmp.name)\n'],
  ['what a service makes of it', 'a.ts', 'app.post("/", async (request, reply) => { const post = await postService.createPost(request.body); reply.status(201).send(post) })'],
  ['who was found by a name', 'a.py', 'def login(request):\n    user = Account.objects.filter(name=request.POST["name"]).first()\n    request.session["user_id"] = user.id\n'],
  ['a place in a vault, and a class', 'a.yaml', 'inject-secret-email-password: "secret/email"\npassword: "Illuminate\\\\Support\\\\Password"\n'],
  ['a password that says that it is one', 'a.ts', 'const o = { password: "securepassword123" };\nconst u = "postgres://app_user:app_password@db/app";'],
  ['an example of an environment', '.env.example', 'API_KEY=k7Vq2zXw9KpL4tRs8Yb\nGOOGLE_KEY=google-private-key-in-base64\n'],
];

/** What looks alike, and is dangerous. */
const dangerous: readonly (readonly [rule: string, file: string, code: string, line: number])[] = [
  ['open-redirect', 'a.js', 'app.get("/", (req, res) => { res.redirect("/" + req.query.y) })', 1],
  ['open-redirect', 'a.py', 'from django.shortcuts import redirect\ndef f(request):\n    next_url = request.GET.get("next", "/")\n    return redirect(next_url)\n', 4],
  ['ssrf', 'a.js', 'app.get("/", async (req, res) => { await fetch(`https://${req.query.host}/x`); res.json({}) })', 1],
  ['xss', 'A.java', '@RestController class A {\n@GetMapping("/a")\nString a(@RequestParam String q) { return "<p>" + q; } }', 3],
  ['xss', 'A.java', '@Controller class A {\n@GetMapping("/a") @ResponseBody\nString a(@PathVariable String q) {\nStringBuilder b = new StringBuilder();\nb.append(q);\nreturn b.toString(); } }', 6],
  ['xss', 'a.py', 'from fastapi.responses import HTMLResponse\n@app.get("/", response_class=HTMLResponse)\ndef f(name: str):\n    return f"<p>{name}"\n', 4],
  ['xss', 'a.rb', 'require "sinatra"\nget "/" do\n  "<p>#{params[:a]}</p>"\nend\n', 3],
  ['xss', 'A.cs', 'app.MapGet("/", (string name) => Results.Content($"<p>{name}", "text/html"));', 1],
  ['xss', 'a.ts', 'const q = this.route.snapshot.queryParams["q"];\nthis.html = sanitizer.bypassSecurityTrustHtml(q);', 2],
  ['unsafe-deserialisation', 'A.cs', 'class A { object B(string s) { return JsonConvert.DeserializeObject(s, new JsonSerializerSettings { TypeNameHandling = TypeNameHandling.All }); } }', 1],
  ['path-traversal', 'a.py', 'from pathlib import Path\n@app.get("/")\ndef f(name: str):\n    return {"a": Path("/d/" + name).read_text()}\n', 4],
  ['hard-coded-secret', 'settings.py', "SECRET_KEY = 'k3j^x9w@q!7b2v$z8m1n4p6r0t5y_h-u&c=e(s)agdlf'\n", 1],
  ['hard-coded-secret', 'a.js', "const jwt = require('jsonwebtoken');\njwt.sign({ id }, 'n7Vq2zXw9KpL4tRs');", 2],
  ['open-redirect', 'a.php', '<?php\nclass R { public function r(\\Illuminate\\Http\\Request $request): \\Foo\\Bar { return redirect($request->input("next")); } }', 2],
  ['ssrf', 'a.php', '<?php\nuse Illuminate\\Support\\Facades\\Http;\nHttp::get($request->input("url"));', 3],
  ['weak-randomness', 'a.rb', "def reset_token\n  (0...20).map { ('a'..'z').to_a[rand(26)] }.join\nend\n", 2],
  ['tls-unverified', 'A.java', 'class T { void t(HttpsURLConnection c) { c.setHostnameVerifier((h, s) -> true); } }', 1],
  ['insecure-cookie', 'a.php', "<?php\nsession_set_cookie_params(['secure' => false]);", 2],
  ['insecure-cookie', 'a.py', 'app.config.update(SESSION_COOKIE_SECURE=False)\n', 1],
  ['debug-server', 'a.py', 'import environ\nenv = environ.Env(DEBUG=(bool, True))\n', 2],
  ['debug-server', 'config/environments/production.rb', 'Rails.application.configure do\n  config.consider_all_requests_local = true\nend\n', 2],
];

describe('an ordinary app', () => {
  it.each(harmless)('is not warned of %s (%s)', async (_, file, code) => {
    expect(await findingsIn({ [file]: code })).toEqual([]);
  });

  it.each(dangerous)('is warned of %s in %s: %s', async (rule, file, code, line) => {
    expect(await findingsIn({ [file]: code })).toEqual([`${rule} ${file}:${line}`]);
  });

  it('is warned lightly of tokens that a text shows', async () => {
    const token = `eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.${'eyJpc1N1YnNjcmliZXIiOmZhbHNlLCJpYXQiOjE2NTQzMDA1ODd9'}.FeOzxBet7HJ3ry34my5cDjMnTY2zoRVjPlWAyiAHLS0`;
    const severities = await withFiles({ 'post.md': `Cookie: token=${token}`, 'a.conf': `Cookie: token=${token}` }, (directory) => securityFindings(openTree(directory)).map(({ file, severity }) => [file, severity]));
    expect(severities).toEqual([['a.conf', 'high'], ['post.md', 'low']]);
  });

  it('is warned of what is wrong by itself where it stands, and not where it is called from', async () => {
    const files = { 'a.js': 'import { makeToken } from "./b.js";\napp.get("/", (req, res) => { res.json(makeToken(req.query.a)) })', 'b.js': 'export function makeToken() { return Math.random().toString(36) }' };
    expect(await findingsIn(files)).toEqual(['weak-randomness b.js:1']);
  });
});
