import { describe, expect, it } from 'vitest';
import { openTree } from '../../tree/tree.ts';
import { withFiles } from '../../fixture.ts';
import { securityFindings } from '../findings.ts';

/** How input comes in: statements that leave it in `param`. */
const sources: readonly string[] = [
  'String param = request.getParameter("q");',
  'String param = ""; if (request.getHeader("X-Q") != null) param = request.getHeader("X-Q"); param = java.net.URLDecoder.decode(param, "UTF-8");',
  'String param = ""; java.util.Enumeration<String> headers = request.getHeaders("X-Q"); if (headers != null && headers.hasMoreElements()) { param = headers.nextElement(); }',
  'String[] values = request.getParameterValues("q"); String param; if (values != null && values.length > 0) param = values[0]; else param = "";',
  'java.util.Map<String, String[]> map = request.getParameterMap(); String param = ""; if (!map.isEmpty()) { String[] values = map.get("q"); if (values != null) param = values[0]; }',
  'Cookie[] cookies = request.getCookies(); String param = "none"; if (cookies != null) { for (Cookie cookie : cookies) { if (cookie.getName().equals("q")) { param = cookie.getValue(); break; } } }',
  'String query = request.getQueryString(); int at = query.indexOf("q="); String param = query.substring(at + 2); int amp = param.indexOf("&"); if (amp != -1) { param = param.substring(0, amp); }',
  'String param = ""; java.util.Enumeration<String> all = request.getParameterNames(); while (all.hasMoreElements()) { String name = (String) all.nextElement(); param = name; }',
  'Reader reader = new Reader(request); String param = reader.value("q");',
];

/** What happens to `param` on its way to `bar`; true where it arrives. */
const ways: readonly (readonly [arrives: boolean, code: string])[] = [
  [true, 'String bar = param;'],
  [true, 'String bar = param.trim() + "_x";'],
  [true, 'StringBuilder b = new StringBuilder(param); String bar = b.append("_x").toString();'],
  [true, 'StringBuffer b = new StringBuffer("x"); b.append("y").append(param); String bar = b.toString();'],
  [true, 'String bar = String.format("%s-%s", "a", param);'],
  [true, 'int n = 106; String bar = (7 * 42) - n > 200 ? "fixed" : param;'],
  [false, 'int n = 106; String bar = (7 * 18) + n > 200 ? "fixed" : param;'],
  [false, 'String bar; int n = 86; if ((7 * 42) - n > 200) bar = "fixed"; else bar = param;'],
  [true, 'String bar; int n = 196; if ((500 / 42) + n > 200) bar = param; else bar = "fixed";'],
  [true, 'String bar; String guess = "ABC"; char c = guess.charAt(2); switch (c) { case \'A\': bar = "a"; break; case \'C\': case \'D\': bar = param; break; default: bar = "d"; }'],
  [false, 'String bar; String guess = "ABC"; char c = guess.charAt(1); switch (c) { case \'A\': bar = param; break; case \'B\': bar = "b"; break; case \'C\': case \'D\': bar = param; break; default: bar = "d"; break; }'],
  [true, 'java.util.List<String> l = new java.util.ArrayList<String>(); l.add("safe"); l.add(param); l.add("more"); l.remove(0); String bar = l.get(0);'],
  [false, 'java.util.List<String> l = new java.util.ArrayList<String>(); l.add("safe"); l.add(param); l.add("more"); l.remove(0); String bar = l.get(1);'],
  [true, 'java.util.HashMap<String, Object> m = new java.util.HashMap<String, Object>(); m.put("a", "x"); m.put("b", param); m.put("c", "y"); String bar = (String) m.get("b");'],
  [false, 'java.util.HashMap<String, Object> m = new java.util.HashMap<String, Object>(); m.put("a", "x"); m.put("b", param); String bar = (String) m.get("b"); bar = (String) m.get("a");'],
  [true, 'String bar = new String(java.util.Base64.getDecoder().decode(java.util.Base64.getEncoder().encode(param.getBytes())));'],
  [false, 'String bar = "constant"; if (param != null && param.length() > 1) { bar = "other"; }'],
  [true, 'String bar = new Helper().pass(param);'],
  [false, 'String bar = new Helper().drop(param);'],
  [true, 'String bar = staticPass(request, param);'],
  [false, 'String bar = staticDrop(request, param);'],
  [true, 'String a = param; StringBuilder b = new StringBuilder(a); b.append(" x"); b.replace(b.length() - 1, b.length(), "y"); java.util.HashMap<String, Object> m = new java.util.HashMap<String, Object>(); m.put("k", b.toString()); String c = (String) m.get("k"); String d = c.substring(0, c.length() - 1); String bar = d.split(" ")[0];'],
  [false, 'int number = Integer.parseInt(param); String bar = "n" + number;'],
  [true, 'String bar = ""; for (int i = 0; i < 3; i++) { bar += param; }'],
  [false, 'String bar = param; bar = "fixed";'],
  [true, 'String bar = ""; try { bar = param; } catch (Exception e) { bar = "failed"; } finally { System.out.println("x"); }'],
  [true, 'String[] all = { "a", param, "c" }; String bar = all[1];'],
  [false, 'String[] all = { "a", param, "c" }; String bar = all[2];'],
  [true, 'Other other = Factory.make(); String bar = other.through(param);'],
  [false, 'Reader r = new Reader(request); String bar = r.fixed("q");'],
];

/** Where `bar` ends, with what makes it dangerous and what only looks as if. */
const sinks: readonly (readonly [rule: string, dangerous: string, safe: string])[] = [
  ['sql-injection', 'java.sql.Statement s = connection.createStatement(); s.executeQuery("SELECT * FROM t WHERE a=\'" + bar + "\'");', 'java.sql.PreparedStatement s = connection.prepareStatement("SELECT * FROM t WHERE a=?"); s.setString(1, bar); s.executeQuery();'],
  ['sql-injection', 'String sql = "{call " + bar + "}"; java.sql.CallableStatement c = connection.prepareCall(sql); c.executeQuery();', 'jdbcTemplate.queryForObject("SELECT a FROM t WHERE b=?", String.class, bar);'],
  ['command-injection', 'String[] args = { "sh", "-c", "echo " + bar }; Runtime r = Runtime.getRuntime(); r.exec(args);', 'Runtime r = Runtime.getRuntime(); r.exec(new String[] { "ls" }); System.out.println(bar);'],
  ['command-injection', 'java.util.List<String> args = new java.util.ArrayList<String>(); args.add("sh"); args.add("-c"); args.add("echo " + bar); ProcessBuilder pb = new ProcessBuilder(args); pb.start();', 'ProcessBuilder pb = new ProcessBuilder("ls"); pb.start(); log(bar);'],
  ['path-traversal', 'java.io.FileInputStream in = new java.io.FileInputStream(new java.io.File("/data/" + bar));', 'java.io.FileInputStream in = new java.io.FileInputStream("/data/fixed"); log(bar);'],
  ['path-traversal', 'java.nio.file.Path p = java.nio.file.Paths.get("/data/" + bar); java.nio.file.Files.newInputStream(p);', 'java.nio.file.Path p = java.nio.file.Paths.get("/data"); log(bar);'],
  ['xss', 'response.setContentType("text/html"); response.getWriter().print("<p>" + bar);', 'response.getWriter().print("<p>" + org.owasp.esapi.ESAPI.encoder().encodeForHTML(bar));'],
  ['xss', 'java.io.PrintWriter out = response.getWriter(); Object[] o = { "a", bar }; out.format(java.util.Locale.US, "%1$s %2$s", o);', 'java.io.PrintWriter out = response.getWriter(); out.println(org.springframework.web.util.HtmlUtils.htmlEscape(bar));'],
  ['ldap-injection', 'javax.naming.directory.InitialDirContext idc = new javax.naming.directory.InitialDirContext(env); idc.search("ou=u", "(&(uid=" + bar + "))", new Object[] { "a" }, sc);', 'javax.naming.directory.InitialDirContext idc = new javax.naming.directory.InitialDirContext(env); idc.search("ou=u", "(&(uid={0}))", new Object[] { "fixed" }, sc); log(bar);'],
  ['xpath-injection', 'javax.xml.xpath.XPath xp = javax.xml.xpath.XPathFactory.newInstance().newXPath(); String e = "/u[@id=\'" + bar + "\']"; xp.evaluate(e, doc);', 'javax.xml.xpath.XPath xp = javax.xml.xpath.XPathFactory.newInstance().newXPath(); xp.evaluate("/u", doc); log(bar);'],
  ['trust-boundary', 'request.getSession().setAttribute("user", bar);', 'request.setAttribute("user", bar);'],
  ['trust-boundary', 'javax.servlet.http.HttpSession session = request.getSession(true); session.putValue(bar, "10340");', 'javax.servlet.http.HttpSession session = request.getSession(true); session.putValue("user", "10340"); log(bar);'],
  ['open-redirect', 'response.sendRedirect(bar);', 'response.sendRedirect("/home"); log(bar);'],
  ['unsafe-deserialisation', 'java.io.ObjectInputStream in = new java.io.ObjectInputStream(new java.io.ByteArrayInputStream(bar.getBytes())); in.readObject();', 'java.io.ObjectInputStream in = new java.io.ObjectInputStream(new java.io.FileInputStream("fixed")); in.readObject(); log(bar);'],
  ['ssrf', 'new java.net.URL("http://" + bar).openConnection();', 'new java.net.URL("http://internal/").openConnection(); log(bar);'],
];

function servlet(name: string, body: string): string {
  return `package app;
import javax.servlet.http.*;
@WebServlet(value = "/${name}")
public class ${name} extends HttpServlet {
  private static final long serialVersionUID = 1L;
  @Override
  public void doPost(HttpServletRequest request, HttpServletResponse response) throws ServletException, IOException {
    try {
      ${body}
    } catch (Exception e) { throw new ServletException(e); }
  }
  private static String staticPass(HttpServletRequest request, String param) { String own = param; return own; }
  private static String staticDrop(HttpServletRequest request, String param) { return "fixed"; }
  private class Helper {
    public String pass(String in) { String out = in; if (in != null) { out = in + "!"; } return out; }
    public String drop(String in) { String out = "safe"; java.util.Map<String, String> m = new java.util.HashMap<>(); m.put("a", in); m.put("b", out); return m.get("b"); }
  }
}
`;
}

const beside = {
  'src/app/Reader.java': 'package app; public class Reader { private HttpServletRequest request; public Reader(HttpServletRequest request) { this.request = request; } public String value(String p) { return request.getParameter(p); } public String fixed(String p) { return "bar"; } }',
  'src/app/Factory.java': 'package app; public class Factory { public static Other make() { return new First(); } }',
  'src/app/Other.java': 'package app; public interface Other { String through(String in); }',
  'src/app/First.java': 'package app; public class First implements Other { @Override public String through(String in) { String r = in; return r; } }',
  'src/main/resources/app.properties': 'hash=MD5\ncipher=AES/GCM/NoPadding\n',
};

interface Labelled { name: string; rule: string; real: boolean; code: string }

/** Every way with a source and a sink of its own, and the safe forms of the sinks. */
function suite(): Labelled[] {
  const all: Labelled[] = [];
  sinks.forEach(([rule, dangerous, safe], s) => {
    ways.forEach(([arrives, way], w) => all.push({ name: `Flow${s}x${w}`, rule, real: arrives, code: `${sources[(s + w) % sources.length]!}\n${way}\n${dangerous}` }));
    sources.forEach((source, i) => all.push({ name: `Safe${s}x${i}`, rule, real: false, code: `${source}\n${ways[i % 6]![1]}\n${safe}` }));
  });
  const plain: [string, boolean, string][] = [
    ['weak-hash', true, 'java.security.MessageDigest.getInstance("MD5");'], ['weak-hash', false, 'java.security.MessageDigest.getInstance("SHA-512");'],
    ['weak-hash', true, 'java.util.Properties p = new java.util.Properties(); p.load(this.getClass().getClassLoader().getResourceAsStream("app.properties")); String a = p.getProperty("hash", "SHA-256"); java.security.MessageDigest.getInstance(a);'],
    ['weak-hash', false, 'java.util.Properties p = new java.util.Properties(); p.load(this.getClass().getClassLoader().getResourceAsStream("app.properties")); String a = p.getProperty("other", "SHA-256"); java.security.MessageDigest.getInstance(a);'],
    ['weak-cipher', true, 'javax.crypto.Cipher c = javax.crypto.Cipher.getInstance("DES/CBC/PKCS5Padding");'], ['weak-cipher', false, 'javax.crypto.Cipher c = javax.crypto.Cipher.getInstance("AES/GCM/NoPadding", "SunJCE");'],
    ['weak-cipher', false, 'java.util.Properties p = new java.util.Properties(); p.load(getClass().getClassLoader().getResourceAsStream("app.properties")); javax.crypto.Cipher.getInstance(p.getProperty("cipher", "DESede/ECB/PKCS5Padding"));'],
    ['weak-randomness', true, 'float f = new java.util.Random().nextFloat();'], ['weak-randomness', false, 'float f = java.security.SecureRandom.getInstance("SHA1PRNG").nextFloat();'], ['weak-randomness', true, 'double d = java.lang.Math.random();'],
    ['insecure-cookie', true, 'Cookie c = new Cookie("a", "b"); c.setSecure(false); response.addCookie(c);'], ['insecure-cookie', false, 'Cookie c = new Cookie("a", "b"); c.setSecure(true); response.addCookie(c);'],
  ];
  plain.forEach(([rule, real, code], i) => all.push({ name: `Plain${i}`, rule, real, code }));
  return all;
}

describe('a labelled suite of servlets', () => {
  it('is told apart, category by category', async () => {
    const cases = suite();
    const files: Record<string, string> = { ...beside };
    for (const { name, code } of cases) files[`src/app/${name}.java`] = servlet(name, code);
    const found = await withFiles(files, (directory) => securityFindings(openTree(directory), Infinity));
    const wrong = cases.filter(({ name, rule, real }) => found.some((one) => one.file === `src/app/${name}.java` && one.rule === rule) !== real);
    expect(wrong.map(({ name, rule, real, code }) => `${name} ${rule} is ${real ? 'missed' : 'none'}: ${code}`)).toEqual([]);
    expect(cases.length).toBeGreaterThan(500);
  });

  it('is found where it happens, with its source', async () => {
    const code = servlet('One', `${sources[0]!}\n      ${ways[1]![1]}\n      ${sinks[0]![1]}`);
    const found = await withFiles({ 'One.java': code }, (directory) => securityFindings(openTree(directory)));
    expect(found).toMatchObject([{ rule: 'sql-injection', severity: 'critical', file: 'One.java', line: 11, message: expect.stringContaining('getParameter (line 9)') }]);
  });
});
