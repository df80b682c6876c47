import { describe, expect, it } from 'vitest';
import { withFiles } from '../../fixture.ts';
import { openTree } from '../../tree/tree.ts';
import { securityFindings } from '../findings.ts';

const rulesIn = async (file: string, code: string) => withFiles({ [file]: code }, (directory) => [...new Set(securityFindings(openTree(directory)).map(({ rule }) => rule))].toSorted());

/** Written in two parts, so that this file is not taken for one that starts processes. */
const processes = ['child', 'process'].join('_');

/** The rule that must be found, one case a line; what is safe and looks alike must find nothing. */
const dangerous: readonly (readonly [rule: string, file: string, code: string])[] = [
  ['sql-injection', 'a.js', 'app.get("/", async (req, res) => { const rows = await db.query("SELECT * FROM t WHERE a = " + req.query.a); res.json(rows) })'],
  ['sql-injection', 'a.ts', 'router.post("/", async (req: Request, res: Response): Promise<void> => { const { name } = req.body; const sql = `SELECT * FROM t WHERE n = \'${name}\'`; await pool.query(sql); })'],
  ['command-injection', 'a.js', `const { exec } = require("${processes}")\napp.post("/", (req, res) => { exec(\`ping \${req.body.host}\`, (e, out) => res.json(out)) })`],
  ['command-injection', 'a.mjs', `import { execSync as run } from "node:${processes}"\nfunction go(host) { return run("ping " + host) }\napp.get("/", (req, res) => { res.json(go(req.params.h)) })`],
  ['path-traversal', 'a.js', 'const fs = require("fs")\napp.get("/", (req, res) => { const p = path.join(dir, req.params.file); fs.readFile(p, (e, d) => res.json(d)) })'],
  ['xss', 'a.js', 'app.get("/", (req, res) => res.send("<h1>" + req.query.name + "</h1>"))'],
  ['code-injection', 'a.js', 'app.get("/", (req, res) => { const r = eval(req.query.code); res.json(r) })'],
  ['ssrf', 'a.js', 'app.get("/", async (req, res) => { const r = await fetch(req.query.url); res.json(await r.json()) })'],
  ['open-redirect', 'a.js', 'app.get("/", (req, res) => { res.redirect(req.query.to) })'],
  ['weak-hash', 'a.js', 'const h = require("crypto").createHash("md5")'],
  ['permissive-cors', 'a.js', 'app.use(cors({ origin: "*" }))'],
  ['tls-unverified', 'a.js', 'const a = new https.Agent({ rejectUnauthorized: false })'],
  ['insecure-cookie', 'a.js', 'res.cookie("a", "b", { secure: false })'],
  ['sql-injection', 'a.py', '@app.route("/")\ndef f():\n    name = request.args.get("name")\n    cur = db.cursor()\n    cur.execute("SELECT * FROM t WHERE n = \'%s\'" % name)\n'],
  ['sql-injection', 'a.py', '@app.get("/x")\nasync def f(name: str):\n    q = f"SELECT * FROM t WHERE n = {name}"\n    return await db.execute(q)\n'],
  ['command-injection', 'a.py', 'import subprocess\n@app.route("/")\ndef f():\n    return subprocess.check_output("ls " + request.form["d"], shell=True)\n'],
  ['path-traversal', 'a.py', 'from flask import request\ndef f():\n    with open("/data/" + request.args["f"]) as h:\n        return h.read()\n'],
  ['unsafe-deserialisation', 'a.py', 'import pickle\ndef f():\n    return pickle.loads(request.data)\n'],
  ['code-injection', 'a.py', 'def f():\n    if request.method == "POST":\n        return str(eval(request.form["e"]))\n'],
  ['ssrf', 'a.py', 'import requests\ndef view(request):\n    return requests.get(request.GET["url"]).text\n'],
  ['xss', 'a.py', 'from django.utils.safestring import mark_safe\ndef view(request):\n    return mark_safe(request.GET.get("x"))\n'],
  ['debug-server', 'a.py', 'app = Flask(__name__)\nif __name__ == "__main__":\n    app.run(debug=True)\n'],
  ['weak-hash', 'a.py', 'import hashlib\nh = hashlib.md5(b"x").hexdigest()\n'],
  ['weak-randomness', 'a.py', 'import random\ndef token():\n    return random.randint(0, 10)\n'],
  ['sql-injection', 'a.go', 'package main\nfunc h(w http.ResponseWriter, r *http.Request) {\n\tid := r.URL.Query().Get("id")\n\trows, err := db.Query(fmt.Sprintf("SELECT * FROM t WHERE id = %s", id))\n\t_ = rows\n}\n'],
  ['command-injection', 'a.go', 'package main\nimport "os/exec"\nfunc h(w http.ResponseWriter, r *http.Request) {\n\tcmd := exec.Command("sh", "-c", r.FormValue("c"))\n\tcmd.Run()\n}\n'],
  ['path-traversal', 'a.go', 'package main\nfunc h(w http.ResponseWriter, r *http.Request) {\n\tdata, _ := os.ReadFile("/data/" + r.URL.Path)\n\t_ = data\n}\n'],
  ['xss', 'a.go', 'package main\nimport "fmt"\nfunc h(w http.ResponseWriter, r *http.Request) {\n\tfmt.Fprintf(w, "<p>%s", r.FormValue("n"))\n}\n'],
  ['ssrf', 'a.go', 'package main\nimport "net/http"\nfunc h(w http.ResponseWriter, r *http.Request) {\n\tresp, err := http.Get(r.FormValue("u"))\n\t_ = resp\n}\n'],
  ['weak-hash', 'a.go', 'package main\nimport "crypto/md5"\nfunc f() { h := md5.New(); _ = h }\n'],
  ['tls-unverified', 'a.go', 'package main\nimport "crypto/tls"\nfunc f() { c := &tls.Config{InsecureSkipVerify: true}; _ = c }\n'],
  ['sql-injection', 'a.php', '<?php\n$id = $_GET["id"];\n$r = mysqli_query($c, "SELECT * FROM t WHERE id = $id");\n'],
  ['command-injection', 'a.php', '<?php\nsystem("ping " . $_POST["host"]);\n'],
  ['xss', 'a.php', '<html><?php $n = $_GET["n"]; ?><p><?= $n ?></p>'],
  ['path-traversal', 'a.php', '<?php\nfunction show($f) { return file_get_contents("/data/" . $f); }\necho htmlspecialchars(show($_GET["f"]));\n'],
  ['unsafe-deserialisation', 'a.php', '<?php\n$o = unserialize($_COOKIE["o"]);\n'],
  ['code-injection', 'a.php', '<?php\neval($_REQUEST["c"]);\n'],
  ['weak-hash', 'a.php', '<?php\n$h = md5($password);\n'],
  ['sql-injection', 'a.rb', 'class A < ApplicationController\n  def show\n    @u = User.where("name = \'#{params[:name]}\'")\n  end\nend\n'],
  ['command-injection', 'a.rb', 'get "/" do\n  system("ping #{params[:host]}")\nend\n'],
  ['command-injection', 'a.rb', 'def [](key)\n  $~ && key\nend\ndef []=(key, value)\n  @h = value\nend\ndef self.<<(x)\n  x\nend\ndef go\n  system("ping #{params[:host]}")\nend\n'],
  ['path-traversal', 'a.rb', 'def show\n  path = File.join("/data", params[:f])\n  File.read(path)\nend\n'],
  ['open-redirect', 'a.rb', 'def go\n  redirect_to params[:url]\nend\n'],
  ['unsafe-deserialisation', 'a.rb', 'def go\n  Marshal.load(params[:data])\nend\n'],
  ['weak-hash', 'a.rb', 'h = Digest::MD5.hexdigest("x")\n'],
  ['sql-injection', 'A.cs', 'public class A : Controller { public IActionResult Get(string name) { var cmd = new SqlCommand("SELECT * FROM t WHERE n = \'" + name + "\'", conn); return Ok(cmd.ExecuteReader()); } }'],
  ['command-injection', 'A.cs', 'public class A : Controller { public IActionResult Run() { string c = Request.Query["c"]; Process.Start("cmd.exe", "/c " + c); return Ok(); } }'],
  ['path-traversal', 'A.cs', 'public class A : ControllerBase { [HttpGet] public string Get([FromQuery] string file) { return System.IO.File.ReadAllText($"/data/{file}"); } }'],
  ['open-redirect', 'A.cs', 'public class A : Controller { public IActionResult Go() { var to = Request.Query["to"]; return Redirect(to); } }'],
  ['weak-hash', 'A.cs', 'class A { byte[] F(byte[] x) { using var h = MD5.Create(); return h.ComputeHash(x); } }'],
  ['weak-cipher', 'A.cs', 'class A { void F() { var d = new DESCryptoServiceProvider(); } }'],
];

const safe: readonly (readonly [file: string, code: string])[] = [
  ['a.js', 'app.get("/", async (req, res) => { const rows = await db.query("SELECT * FROM t WHERE a = $1", [req.query.a]); res.json(rows) })'],
  ['a.js', `const { execFile } = require("${processes}")\napp.post("/", (req, res) => { execFile("ping", ["-c", "1", "fixed"]); res.json({ host: req.body.host }) })`],
  ['a.js', 'app.get("/", (req, res) => { const id = Number(req.query.id); res.send("<p>" + id + "</p>") })'],
  ['a.js', 'app.get("/", (req, res) => { const allowed = ["a", "b"]; const to = req.query.to; if (!allowed.includes(to)) return res.status(400).end(); res.redirect(to) })'],
  ['a.js', 'const h = require("crypto").createHash("sha256")'],
  ['a.py', 'def f():\n    name = request.args.get("name")\n    cur.execute("SELECT * FROM t WHERE n = %s", (name,))\n'],
  ['a.py', 'import subprocess\ndef f():\n    n = int(request.args["n"])\n    subprocess.run("seq " + str(n), shell=True)\n'],
  ['a.py', 'def f():\n    name = request.args["n"]\n    name = "fixed"\n    return open("/data/" + name).read()\n'],
  ['a.py', 'import yaml\ndef f():\n    return yaml.safe_load(request.data)\n'],
  ['a.py', 'import secrets\napp.run(debug=False)\nt = secrets.token_hex()\n'],
  ['a.go', 'package main\nfunc h(w http.ResponseWriter, r *http.Request) {\n\tid := r.URL.Query().Get("id")\n\trows, err := db.Query("SELECT * FROM t WHERE id = $1", id)\n\t_ = rows\n}\n'],
  ['a.go', 'package main\nfunc h(w http.ResponseWriter, r *http.Request) {\n\tn, err := strconv.Atoi(r.FormValue("n"))\n\tfmt.Fprintf(w, "%d", n)\n}\n'],
  ['a.php', '<?php\n$id = (int) $_GET["id"];\n$r = mysqli_query($c, "SELECT * FROM t WHERE id = $id");\n'],
  ['a.php', '<?php\n$s = $pdo->prepare("SELECT * FROM t WHERE id = ?"); $s->execute([$_GET["id"]]);\necho htmlspecialchars($_GET["n"]);\n'],
  ['a.rb', 'def show\n  @u = User.where(name: params[:name])\n  @v = User.where("name = ?", params[:name])\nend\n'],
  ['a.rb', 'def show\n  system("ping", "-c", "1", "fixed")\n  render json: { host: params[:host] }\nend\n'],
  ['A.cs', 'public class A : Controller { public IActionResult Get(string name) { var cmd = new SqlCommand("SELECT * FROM t WHERE n = @n", conn); cmd.Parameters.AddWithValue("@n", name); return Ok(cmd.ExecuteReader()); } }'],
  ['A.cs', 'public class A : Controller { public IActionResult Get(int id) { var cmd = new SqlCommand("SELECT * FROM t WHERE n = " + id, conn); return Ok(); } }'],
];

describe('weaknesses', () => {
  it.each(dangerous)('%s in %s: %s', async (rule, file, code) => {
    expect(await rulesIn(file, code)).toContain(rule);
  });

  it.each(safe)('are not seen in %s: %s', async (file, code) => {
    expect(await rulesIn(file, code)).toEqual([]);
  });
});
