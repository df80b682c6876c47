import { describe, expect, it } from 'vitest';
import { withFiles } from '../../fixture.ts';
import { openTree } from '../../tree/tree.ts';
import { securityFindings } from '../findings.ts';

/** Written in two parts, so that this file is not taken for one that starts processes. */
const processes = ['child', 'process'].join('_');
const js = (c: string) => `app.get("/", async (req, res) => { ${c} })`;
const py = (c: string) => `from flask import request, session, redirect, make_response\nimport os, subprocess, requests, ldap, yaml, pickle\n@app.route("/")\ndef f():\n${c.split('\n').map((l) => '    ' + l).join('\n')}\n`;
const go = (c: string, i = '') => `package main\nimport (\n"net/http"\n"os"\n"os/exec"\n"fmt"\n"html/template"\n${i})\nfunc h(w http.ResponseWriter, r *http.Request) {\n${c}\n}\n`;
const php = (c: string) => `<?php\n${c}\n`;
const rb = (c: string) => `class A < ApplicationController\n  def show\n    ${c}\n  end\nend\n`;
const cs = (c: string) => `public class A : Controller { public IActionResult Get([FromQuery] string name) { ${c} return Ok(); } }`;

/** What is dangerous, and what does the same and is not. */
const pairs: readonly (readonly [rule: string, file: string, dangerous: string, safe: string])[] = [
  // rule, file, vulnerable, safe
  ['sql-injection', 'a.js', js('await pool.query(`SELECT * FROM t WHERE a=${req.params.id}`);'), js('await pool.query("SELECT * FROM t WHERE a=$1", [req.params.id]);')],
  ['sql-injection', 'a.js', js('const id = req.body.id; await sequelize.query("SELECT " + id);'), js('const id = parseInt(req.body.id, 10); await sequelize.query("SELECT " + id);')],
  ['sql-injection', 'a.js', js('knex.raw("select * from t order by " + req.query.sort);'), js('const ok = ["a", "b"]; const s = ok.includes(req.query.sort) ? req.query.sort : "a"; knex.raw("select * from t order by x", []);')],
  ['sql-injection', 'a.ts', js('const { a } = req.query; await prisma.$queryRawUnsafe(`SELECT ${a}`);'), js('const { a } = req.query; await prisma.$queryRaw`SELECT ${a}`;')],
  ['command-injection', 'a.js', `const cp = require("${processes}");` + js('cp.exec("ls " + req.query.d);'), `const cp = require("${processes}");` + js('cp.exec("ls");')],
  ['command-injection', 'a.js', `const { spawn } = require("${processes}");` + js('spawn("sh", ["-c", req.body.c]);'), `const { spawn } = require("${processes}");` + js('spawn("ls", ["-l"]);')],
  ['path-traversal', 'a.js', 'const fs = require("fs"); const path = require("path");' + js('fs.createReadStream(path.join(__dirname, req.query.f)).pipe(res);'), 'const fs = require("fs"); const path = require("path");' + js('fs.createReadStream(path.join(__dirname, path.basename(req.query.f))).pipe(res);')],
  ['path-traversal', 'a.js', js('res.sendFile("/data/" + req.params.name);'), js('res.sendFile(req.params.name, { root: "/data" });')],
  ['xss', 'a.js', js('res.send(`<b>${req.query.n}</b>`);'), js('res.send(`<b>${escapeHtml(req.query.n)}</b>`);')],
  ['xss', 'a.js', 'document.getElementById("a").innerHTML = location.hash;', 'document.getElementById("a").textContent = location.hash;'],
  ['xss', 'a.js', js('res.write("<p>" + req.query.a); res.end();'), js('res.json({ a: req.query.a });')],
  ['xss', 'a.jsx', 'export default function P() { const q = new URLSearchParams(location.search).get("q"); return <div dangerouslySetInnerHTML={{ __html: q }} />; }', 'export default function P() { const q = new URLSearchParams(location.search).get("q"); return <div>{q}</div>; }'],
  ['ssrf', 'a.js', 'const axios = require("axios");' + js('await axios.get(req.query.u);'), 'const axios = require("axios");' + js('await axios.get("https://a.example/x");')],
  ['code-injection', 'a.js', 'const vm = require("vm");' + js('vm.runInNewContext(req.body.code);'), 'const vm = require("vm");' + js('vm.runInNewContext("1");')],
  ['open-redirect', 'a.js', js('res.redirect(301, req.query.to);'), js('res.redirect("/home");')],
  ['ldap-injection', 'a.js', 'const client = ldap.createClient({});' + js('client.search("o=x", { filter: `(uid=${req.query.u})` }, cb);'), 'const client = ldap.createClient({});' + js('client.search("o=x", { filter: "(uid=x)" }, cb);')],
  ['xpath-injection', 'a.js', 'const xpath = require("xpath");' + js('xpath.select("//u[n=\'" + req.query.n + "\']", doc);'), 'const xpath = require("xpath");' + js('xpath.select("//u", doc);')],
  ['unsafe-deserialisation', 'a.js', 'const s = require("node-serialize");' + js('s.unserialize(req.cookies.p);'), 'const s = require("node-serialize");' + js('JSON.parse(req.cookies.p);')],
  ['trust-boundary', 'a.js', js('req.session.role = req.body.role;'), js('req.session.role = "user";')],
  ['weak-cipher', 'a.js', 'require("crypto").createCipheriv("des-ede3-cbc", k, i)', 'require("crypto").createCipheriv("aes-256-gcm", k, i)'],
  ['weak-hash', 'a.js', 'const crypto = require("crypto"); crypto.createHash("sha1").update(p)', 'const crypto = require("crypto"); crypto.createHash("sha256").update(p)'],
  ['weak-randomness', 'a.js', 'const token = Math.random().toString(36)', 'const token = crypto.randomBytes(9)'],
  ['insecure-cookie', 'a.js', 'app.use(session({ secret: s, cookie: { secure: false } }))', 'app.use(session({ secret: s, cookie: { secure: true } }))'],
  ['permissive-cors', 'a.js', js('res.setHeader("Access-Control-Allow-Origin", "*");'), js('res.setHeader("Access-Control-Allow-Origin", "https://a.example");')],
  ['tls-unverified', 'a.js', 'process.env.NODE_TLS_REJECT_UNAUTHORIZED = "0"', 'process.env.X = "0"'],
  ['sql-injection', 'a.py', py('cur.execute("SELECT * FROM t WHERE a = \'" + request.args["a"] + "\'")'), py('cur.execute("SELECT * FROM t WHERE a = %s", (request.args["a"],))')],
  ['sql-injection', 'a.py', py('q = "SELECT {}".format(request.form.get("a"))\ndb.session.execute(q)'), py('q = "SELECT :a"\ndb.session.execute(text(q), {"a": request.form.get("a")})')],
  ['sql-injection', 'a.py', 'def view(request):\n    return User.objects.raw("SELECT * FROM u WHERE n = \'%s\'" % request.GET["n"])\n', 'def view(request):\n    return User.objects.raw("SELECT * FROM u WHERE n = %s", [request.GET["n"]])\n'],
  ['command-injection', 'a.py', py('os.system("ping " + request.args.get("h"))'), py('subprocess.run(["ping", "-c1", "fixed"])')],
  ['command-injection', 'a.py', py('subprocess.Popen(f"ls {request.args[\'d\']}", shell=True)'), py('subprocess.Popen("ls " + shlex.quote(request.args["d"]), shell=True)')],
  ['path-traversal', 'a.py', py('return send_file(os.path.join("/d", request.args["f"]))'), py('return send_file(os.path.join("/d", secure_filename(request.args["f"])))')],
  ['xss', 'a.py', py('return make_response("<b>" + request.args["n"])'), py('return make_response("<b>" + escape(request.args["n"]))')],
  ['xss', 'a.py', py('return "<h1>" + request.args.get("n") + "</h1>"'), py('return render_template("a.html", n=request.args.get("n"))')],
  ['xss', 'a.py', 'from django.http import HttpResponse\ndef v(request):\n    return HttpResponse("<b>" + request.GET["a"])\n', 'from django.http import JsonResponse\ndef v(request):\n    return JsonResponse({"a": request.GET["a"]})\n'],
  ['code-injection', 'a.py', py('return render_template_string("Hi " + request.args["n"])'), py('return render_template_string("Hi {{ n }}", n=request.args["n"])')],
  ['ssrf', 'a.py', py('return requests.post(request.json["u"]).text'), py('return requests.get("https://a.example/").text')],
  ['open-redirect', 'a.py', py('return redirect(request.args["next"])'), py('return redirect("/")')],
  ['ldap-injection', 'a.py', py('conn.search_s("dc=x", 2, "(uid=%s)" % request.args["u"])'), py('conn.search_s("dc=x", 2, "(uid=%s)" % ldap.filter.escape_filter_chars(request.args["u"]))')],
  ['xpath-injection', 'a.py', py('tree.xpath("//u[@n=\'" + request.args["n"] + "\']")'), py('tree.xpath("//u[@n=$n]", n=request.args["n"])')],
  ['unsafe-deserialisation', 'a.py', py('return yaml.load(request.data, Loader=yaml.Loader)'), py('return yaml.safe_load(request.data)')],
  ['trust-boundary', 'a.py', py('session["role"] = request.form["role"]'), py('session["role"] = "user"')],
  ['weak-cipher', 'a.py', 'from Crypto.Cipher import DES\nc = DES.new(k, DES.MODE_ECB)\n', 'from Crypto.Cipher import AES\nc = AES.new(k, AES.MODE_GCM)\n'],
  ['weak-cipher', 'a.py', 'from Crypto.Cipher import AES\nc = AES.new(k, AES.MODE_ECB)\n', 'from Crypto.Cipher import AES\nc = AES.new(k, AES.MODE_EAX)\n'],
  ['insecure-cookie', 'a.py', py('r = make_response("x")\nr.set_cookie("a", "b", secure=False)\nreturn r'), py('r = make_response("x")\nr.set_cookie("a", "b", secure=True)\nreturn r')],
  ['tls-unverified', 'a.py', 'import requests\nrequests.get("https://a.example", verify=False)\n', 'import requests\nrequests.get("https://a.example", verify=True)\n'],
  ['permissive-cors', 'a.py', 'from flask_cors import CORS\nCORS(app, origins="*")\n', 'from flask_cors import CORS\nCORS(app, origins="https://a.example")\n'],
  ['permissive-cors', 'a.py', 'app.add_middleware(CORSMiddleware, allow_origins=["*"])\n', 'app.add_middleware(CORSMiddleware, allow_origins=["https://a.example"])\n'],
  ['sql-injection', 'a.go', go('q := "SELECT * FROM t WHERE n = \'" + r.FormValue("n") + "\'"\ndb.Exec(q)'), go('db.Exec("SELECT * FROM t WHERE n = ?", r.FormValue("n"))')],
  ['command-injection', 'a.go', go('exec.Command("bash", "-c", r.URL.Query().Get("c")).Run()'), go('exec.Command("ls").Run()')],
  ['path-traversal', 'a.go', go('http.ServeFile(w, r, "/d/"+r.URL.Query().Get("f"))'), go('http.ServeFile(w, r, "/d/"+filepath.Base(r.URL.Query().Get("f")))', '"path/filepath"\n')],
  ['xss', 'a.go', go('w.Write([]byte("<b>" + r.FormValue("n")))'), go('w.Write([]byte("<b>" + template.HTMLEscapeString(r.FormValue("n"))))')],
  ['xss', 'a.go', go('t := template.HTML(r.FormValue("n"))\n_ = t'), go('tmpl.Execute(w, r.FormValue("n"))')],
  ['ssrf', 'a.go', go('http.Get(r.FormValue("u"))'), go('http.Get("https://a.example")')],
  ['open-redirect', 'a.go', go('http.Redirect(w, r, r.FormValue("u"), 302)'), go('http.Redirect(w, r, "/", 302)')],
  ['weak-hash', 'a.go', 'package main\nimport "crypto/sha1"\nfunc f(b []byte) { _ = sha1.Sum(b) }\n', 'package main\nimport "crypto/sha256"\nfunc f(b []byte) { _ = sha256.Sum256(b) }\n'],
  ['weak-cipher', 'a.go', 'package main\nimport "crypto/des"\nfunc f(b []byte) { c, _ := des.NewCipher(b); _ = c }\n', 'package main\nimport "crypto/aes"\nfunc f(b []byte) { c, _ := aes.NewCipher(b); _ = c }\n'],
  ['weak-randomness', 'a.go', 'package main\nimport "math/rand"\nfunc token() int { return rand.Intn(9) }\n', 'package main\nimport "crypto/rand"\nfunc f(b []byte) { rand.Read(b) }\n'],
  ['insecure-cookie', 'a.go', go('http.SetCookie(w, &http.Cookie{Name: "a", Secure: false})'), go('http.SetCookie(w, &http.Cookie{Name: "a", Secure: true})')],
  ['sql-injection', 'a.php', php('$pdo->query("SELECT * FROM t WHERE a = " . $_GET["a"]);'), php('$s = $pdo->prepare("SELECT ?"); $s->execute([$_GET["a"]]);')],
  ['sql-injection', 'a.php', php('DB::select("select * from t where a = $_POST[a]");'), php('DB::select("select * from t where a = ?", [$_POST["a"]]);')],
  ['command-injection', 'a.php', php('$h = $_GET["h"]; echo shell_exec("ping $h");'), php('$h = escapeshellarg($_GET["h"]); $o = shell_exec("ping $h");')],
  ['path-traversal', 'a.php', php('readfile("/d/" . $_GET["f"]);'), php('readfile("/d/" . basename($_GET["f"]));')],
  ['code-injection', 'a.php', php('include $_GET["page"] . ".php";'), php('$ok = ["a", "b"]; $p = $_GET["page"]; if (in_array($p, $ok)) include $p . ".php";')],
  ['xss', 'a.php', php('echo "Hello " . $_GET["n"];'), php('echo "Hello " . htmlspecialchars($_GET["n"]);')],
  ['open-redirect', 'a.php', php('header("Location: " . $_GET["u"]);'), php('header("Location: /home");')],
  ['ssrf', 'a.php', php('$c = curl_init($_GET["u"]); curl_exec($c);'), php('$c = curl_init("https://a.example"); curl_exec($c);')],
  ['ldap-injection', 'a.php', php('ldap_search($c, "dc=x", "(uid=" . $_GET["u"] . ")");'), php('ldap_search($c, "dc=x", "(uid=" . ldap_escape($_GET["u"], "", LDAP_ESCAPE_FILTER) . ")");')],
  ['xpath-injection', 'a.php', php('$xpath = new DOMXPath($d); $xpath->query("//u[n=\'" . $_GET["n"] . "\']");'), php('$xpath = new DOMXPath($d); $xpath->query("//u");')],
  ['weak-cipher', 'a.php', php('openssl_encrypt($d, "des-ede3-cbc", $k);'), php('openssl_encrypt($d, "aes-256-gcm", $k);')],
  ['weak-randomness', 'a.php', php('$token = mt_rand();'), php('$t = random_bytes(9);')],
  ['insecure-cookie', 'a.php', php('setcookie("a", "b", 0, "/", "", false);'), php('setcookie("a", "b", 0, "/", "", true, true);')],
  ['insecure-cookie', 'a.php', php('setcookie("a", "b");'), php('setcookie("a", "b", ["secure" => true]);')],
  ['tls-unverified', 'a.php', php('curl_setopt($c, CURLOPT_SSL_VERIFYPEER, false);'), php('curl_setopt($c, CURLOPT_SSL_VERIFYPEER, true);')],
  ['trust-boundary', 'a.php', php('$_SESSION["role"] = $_POST["role"];'), php('$_SESSION["role"] = "user";')],
  ['sql-injection', 'a.rb', rb('User.find_by_sql("SELECT * FROM u WHERE n = \'#{params[:n]}\'")'), rb('User.find_by_sql(["SELECT * FROM u WHERE n = ?", params[:n]])')],
  ['sql-injection', 'a.rb', rb('User.order("#{params[:s]} desc")'), rb('User.order(name: :desc)')],
  ['command-injection', 'a.rb', rb('out = `ls #{params[:d]}`'), rb('out = `ls`')],
  ['command-injection', 'a.rb', rb('Open3.capture2("ls #{params[:d]}")'), rb('Open3.capture2("ls")')],
  ['code-injection', 'a.rb', rb('eval(params[:c])'), rb('JSON.parse(params[:c])')],
  ['code-injection', 'a.rb', rb('params[:k].constantize.new'), rb('User.new')],
  ['path-traversal', 'a.rb', rb('send_file "/d/#{params[:f]}"'), rb('send_file "/d/#{File.basename(params[:f])}"')],
  ['xss', 'a.rb', rb('render html: "<b>#{params[:n]}</b>".html_safe'), rb('render plain: params[:n]')],
  ['ssrf', 'a.rb', rb('Net::HTTP.get(URI(params[:u]))'), rb('Net::HTTP.get(URI("https://a.example"))')],
  ['open-redirect', 'a.rb', rb('redirect_to(params[:u], allow_other_host: true)'), rb('redirect_to root_path')],
  ['unsafe-deserialisation', 'a.rb', rb('YAML.load(params[:y])'), rb('YAML.safe_load(params[:y])')],
  ['weak-cipher', 'a.rb', 'c = OpenSSL::Cipher.new("des-ede3-cbc")\n', 'c = OpenSSL::Cipher.new("aes-256-gcm")\n'],
  ['weak-randomness', 'a.rb', 'token = rand(99999)\n', 't = SecureRandom.hex\n'],
  ['tls-unverified', 'a.rb', 'http.verify_mode = OpenSSL::SSL::VERIFY_NONE\n', 'http.verify_mode = OpenSSL::SSL::VERIFY_PEER\n'],
  ['sql-injection', 'A.cs', cs('db.Users.FromSqlRaw($"SELECT * FROM u WHERE n = \'{name}\'");'), cs('db.Users.FromSqlInterpolated($"SELECT * FROM u WHERE n = {name}");')],
  ['sql-injection', 'A.cs', cs('cmd.CommandText = "SELECT " + name; cmd.ExecuteReader();'), cs('cmd.CommandText = "SELECT @n"; cmd.Parameters.AddWithValue("@n", name);')],
  ['command-injection', 'A.cs', cs('Process.Start("sh", "-c " + name);'), cs('Process.Start("ls");')],
  ['path-traversal', 'A.cs', cs('var t = File.ReadAllText(Path.Combine("/d", name));'), cs('var t = File.ReadAllText(Path.Combine("/d", Path.GetFileName(name)));')],
  ['xss', 'A.cs', cs('Response.WriteAsync("<b>" + name);'), cs('Response.WriteAsync("<b>" + HtmlEncoder.Default.Encode(name));')],
  ['xss', 'A.cs', cs('return Content("<b>" + name, "text/html");'), cs('return Json(name);')],
  ['ssrf', 'A.cs', cs('var r = await httpClient.GetAsync(name);'), cs('var r = await httpClient.GetAsync("https://a.example");')],
  ['open-redirect', 'A.cs', cs('return Redirect(name);'), cs('return LocalRedirect(name);')],
  ['ldap-injection', 'A.cs', cs('var s = new DirectorySearcher("(uid=" + name + ")");'), cs('var s = new DirectorySearcher("(uid=x)");')],
  ['xpath-injection', 'A.cs', cs('var n = xmlDoc.SelectSingleNode("//u[n=\'" + name + "\']");'), cs('var n = xmlDoc.SelectSingleNode("//u");')],
  ['unsafe-deserialisation', 'A.cs', cs('var f = new BinaryFormatter(); var o = f.Deserialize(Request.Body);'), cs('var o = JsonSerializer.Deserialize<User>(name);')],
  ['weak-hash', 'A.cs', cs('var h = MD5.Create();'), cs('var h = SHA256.Create();')],
  ['weak-cipher', 'A.cs', cs('var c = new DESCryptoServiceProvider();'), cs('var c = Aes.Create();')],
  ['weak-randomness', 'A.cs', cs('var token = new Random().Next();'), cs('var t = RandomNumberGenerator.GetInt32(9);')],
  ['insecure-cookie', 'A.cs', cs('Response.Cookies.Append("a", "b", new CookieOptions { Secure = false });'), cs('Response.Cookies.Append("a", "b", new CookieOptions { Secure = true });')],
  ['tls-unverified', 'A.cs', cs('handler.ServerCertificateCustomValidationCallback = (m, c, ch, e) => true;'), cs('handler.CheckCertificateRevocationList = true;')],
  ['trust-boundary', 'A.cs', cs('HttpContext.Session.SetString("role", name);'), cs('HttpContext.Session.SetString("role", "user");')],
  ['ssrf', 'a.js', 'const axios = require("axios");' + js('const u = "http://" + req.query.host; await axios.get(u);'), 'const axios = require("axios");' + js('const u = `https://a.example/${req.query.id}`; await axios.get(u);')],
  ['ssrf', 'a.py', py('url = request.args["u"]\nif not url:\n    abort(400)\nreturn requests.get(url).text'), py('url = request.args["u"]\nif url not in ("https://a.example/", "https://b.example/"):\n    abort(400)\nreturn requests.get(url).text')],
  ['command-injection', 'a.py', py('subprocess.run(["sh", "-c", request.args["h"]])'), py('subprocess.run(["ping", "-c1", request.args["h"]])')],
  ['command-injection', 'A.java', 'class A { @GetMapping("/") void f(@RequestParam String h) { new ProcessBuilder("bash", "-c", h).start(); } }', 'class A { @GetMapping("/") void f(@RequestParam String h) { new ProcessBuilder("ping", h).start(); } }'],
  ['path-traversal', 'a.js', js('const p = "/data/" + req.query.f; if (!p.startsWith("/data/")) return; fs.readFile(p, (e, d) => res.json(d));'), js('const p = path.resolve("/data", req.query.f); if (!p.startsWith("/data/")) return; fs.readFile(p, (e, d) => res.json(d));')],
  ['xss', 'a.js', js('res.send("<b>" + req.body.a);'), js('res.send({ a: req.body.a });')],
  ['insecure-cookie', 'a.js', js('res.cookie("session", s, { httpOnly: false });'), js('res.cookie("XSRF-TOKEN", s, { httpOnly: false });')],
  ['insecure-cookie', 'a.py', 'SESSION_COOKIE_SECURE = False\n', 'SESSION_COOKIE_SECURE = not DEBUG\n'],
  ['insecure-cookie', 'a.go', go('http.SetCookie(w, &http.Cookie{Name: "token", Value: t})'), go('http.SetCookie(w, &http.Cookie{Name: "token", Value: "", MaxAge: -1})')],
  ['insecure-cookie', 'a.php', php('ini_set("session.cookie_secure", "0");'), php('ini_set("session.cookie_secure", "1");')],
  ['insecure-cookie', 'a.rb', 'use Rack::Session::Cookie, secret: s, secure: false\n', 'use Rack::Session::Cookie, secret: s, secure: true\n'],
  ['insecure-cookie', 'A.cs', cs('Response.Cookies.Append("token", t);'), cs('Response.Cookies.Append("theme", t);')],
  ['debug-server', 'a.js', 'const errorhandler = require("errorhandler");\napp.use(errorhandler());', 'const errorhandler = require("errorhandler");\nif (process.env.NODE_ENV === "development") app.use(errorhandler());'],
  ['debug-server', 'settings.py', 'DEBUG = True\nINSTALLED_APPS = []\n', 'DEBUG = os.environ.get("DEBUG") == "1"\nINSTALLED_APPS = []\n'],
  ['debug-server', 'a.go', 'package main\nimport (\n"net/http"\n_ "net/http/pprof"\n)\nfunc main() { http.ListenAndServe(":80", nil) }\n', 'package main\nimport (\n"net/http"\n_ "net/http/pprof"\n)\nfunc main() { http.ListenAndServe("localhost:6060", nil) }\n'],
  ['debug-server', 'a.php', php('phpinfo();'), php('if (getenv("APP_ENV") === "dev") { phpinfo(); }')],
  ['debug-server', 'a.rb', 'set :show_exceptions, true\n', 'configure :development do\n  set :show_exceptions, true\nend\n'],
  ['debug-server', 'A.cs', cs('app.UseDeveloperExceptionPage();'), cs('if (env.IsDevelopment()) { app.UseDeveloperExceptionPage(); }')],
  ['permissive-cors', 'a.js', js('res.setHeader("Access-Control-Allow-Origin", req.headers.origin);'), js('if (isKnown(req.headers.origin)) res.setHeader("Access-Control-Allow-Origin", req.headers.origin);')],
  ['permissive-cors', 'a.py', 'CORS_ALLOW_ALL_ORIGINS = True\n', 'CORS_ALLOWED_ORIGINS = ["https://a.example"]\n'],
  ['permissive-cors', 'a.go', go('w.Header().Set("Access-Control-Allow-Origin", r.Header.Get("Origin"))'), go('o := r.Header.Get("Origin")\nif known[o] { w.Header().Set("Access-Control-Allow-Origin", o) }')],
  ['permissive-cors', 'a.php', php('header("Access-Control-Allow-Origin: " . $_SERVER["HTTP_ORIGIN"]);'), php('header("Access-Control-Allow-Origin: https://a.example");')],
  ['permissive-cors', 'a.rb', rb('response.headers["Access-Control-Allow-Origin"] = "*"'), rb('response.headers["Access-Control-Allow-Headers"] = "*"')],
  ['permissive-cors', 'A.cs', cs('app.UseCors(p => p.SetIsOriginAllowed(_ => true));'), cs('app.UseCors(p => p.SetIsOriginAllowed(o => known.Contains(o)));')],
  ['permissive-cors', 'A.java', '@CrossOrigin(origins = "*") class A { @GetMapping("/") int f() { return 1; } }', '@CrossOrigin(origins = "https://a.example") class A { @GetMapping("/") int f() { return 1; } }'],
];

describe('what looks alike', () => {
  it('is told apart by what is dangerous in it, rule by rule and language by language', async () => {
    const files = Object.fromEntries(pairs.flatMap(([, file, dangerous, safe], i) => [[`b${i}/${file}`, dangerous], [`g${i}/${file}`, safe]]));
    const found = await withFiles(files, (directory) => securityFindings(openTree(directory), Infinity));
    const has = (path: string, rule: string) => found.some((one) => one.file === path && one.rule === rule);
    const wrong = pairs.flatMap(([rule, file, dangerous, safe], i) => [...(has(`b${i}/${file}`, rule) ? [] : [`${rule} is missed: ${dangerous}`]), ...(has(`g${i}/${file}`, rule) ? [`${rule} is none: ${safe}`] : [])]);
    expect(wrong).toEqual([]);
  });
});

describe('settings for those who develop', () => {
  it('may show what is inside, those of all may not', async () => {
    const found = await withFiles({ 'settings/dev.py': 'INSTALLED_APPS = []\nDEBUG = True\n', 'settings/base.py': 'INSTALLED_APPS = []\nDEBUG = True\n' }, (directory) => securityFindings(openTree(directory)));
    expect(found.map(({ rule, file }) => [rule, file])).toEqual([['debug-server', 'settings/base.py']]);
  });
});

describe('helpers of other files', () => {
  it.each<[string, Record<string, string>]>([
    ['Go, in the same package', { 'a.go': 'package main\nfunc h(w http.ResponseWriter, r *http.Request) { run(r.FormValue("c")) }\n', 'b.go': 'package main\nimport "os/exec"\nfunc run(c string) { exec.Command("sh", "-c", c).Run() }\n' }],
    ['PHP, beside it', { 'a.php': '<?php\nrequire "b.php";\nrun($_GET["c"]);\n', 'b.php': '<?php\nfunction run($c) { system("ls $c"); }\n' }],
    ['Ruby, beside it', { 'a.rb': 'require_relative "b"\nget "/" do\n  run(params[:c])\nend\n', 'b.rb': 'def run(c)\n  system("ls #{c}")\nend\n' }],
    ['Ruby, by an object', { 'a.rb': 'class AController\n  def go\n    Runner.new.run(params[:c])\n  end\nend\n', 'runner.rb': 'class Runner\n  def run(c)\n    system("ls #{c}")\n  end\nend\n' }],
    ['JavaScript, with the extension of a module', { 'a.js': `import { run } from './b.js';\napp.get("/", (req, res) => { run(req.query.c); });\n`, 'b.js': `import { exec } from '${processes}';\nexport function run(c) { exec("ls " + c); }\n` }],
    ['C#, called by what answers requests', { 'Program.cs': 'app.MapGet("/", (string c) => Runner.Run(c));\n', 'Runner.cs': 'class Runner { public static void Run(string c) { Process.Start("sh", "-c " + c); } }\n' }],
  ])('are followed: %s', async (_, files) => {
    expect((await withFiles(files, (directory) => securityFindings(openTree(directory)))).map(({ rule }) => rule)).toContain('command-injection');
  });
});
