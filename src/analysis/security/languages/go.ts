import type { LanguageRules } from '../taint/rules.ts';
import { names } from '../taint/rules.ts';

/** net/http, Gin, Echo, Fiber, Chi, database/sql, and the standard library. */
export const goRules: LanguageRules = {
  inputWords: /\b(?:r|req|request|c|ctx)\.(?:URL|Form\w*|Header|Body|PostForm\w*|Cookie\w*|Param\w*|Query\w*|Get\w*|Request|DefaultQuery|PathValue|Vars)\b|mux\.Vars|URLParam/,
  sourcePaths: /^(?:r|req|request)\.(?:URL|Form|PostForm|Header|Body|MultipartForm|Host|RequestURI)$|^(?:c|ctx)\.Request\.(?:URL|Header|Body|Form)$/,
  sourceCalls: [
    { names: names('FormValue PostFormValue Cookie Cookies PathValue FormFile Referer UserAgent'), on: /^(?:r|req|request|c|ctx|c\.Request)$/ },
    { names: names('Param Query DefaultQuery PostForm DefaultPostForm QueryParam FormValue Params GetHeader GetRawData Body BodyRaw QueryArray QueryMap FormParams Get QueryParams'), on: /^(?:c|ctx|context)$/ },
    { names: names('Vars URLParam'), on: /mux$|chi$/ },
  ],
  sinks: [
    { flow: 'sql-injection', names: names('Query QueryRow Exec Prepare Queryx QueryRowx MustExec NamedExec Raw Where Order Having Joins'), args: [0], on: /^(?!.*(?:URL|^r\b|^c$|^ctx$|url|exec$))/ },
    { flow: 'sql-injection', names: names('QueryContext QueryRowContext ExecContext PrepareContext Get Select'), args: [1], on: /db|DB|tx|Tx|conn|pool|store|stmt|s\.\w+/ },
    { flow: 'command-injection', names: names('Command CommandContext'), on: /exec$/ },
    { flow: 'path-traversal', names: names('Open OpenFile ReadFile WriteFile Create Remove RemoveAll Mkdir MkdirAll ReadDir Rename Stat'), args: [0], on: /^(?:os|io\.ioutil|ioutil)$/ },
    { flow: 'path-traversal', names: names('ServeFile File SendFile Attachment'), on: /http$|^c$|^ctx$/ },
    { flow: 'xss', names: names('Fprintf Fprint Fprintln WriteString'), on: /^(?:fmt|io)$/ },
    { flow: 'xss', names: names('Write WriteString'), on: /^(?:w|rw|writer|resp)$/ },
    { flow: 'xss', names: names('HTML JS URL HTMLAttr'), args: [0], on: /template$/ },
    { flow: 'ssrf', names: names('Get Post Head PostForm'), args: [0], on: /^(?:net\.http|http|client|httpClient|.*\.client)$/ },
    { flow: 'ssrf', names: names('NewRequest'), args: [1], on: /http$/ },
    { flow: 'ssrf', names: names('NewRequestWithContext'), args: [2], on: /http$/ },
    { flow: 'ssrf', names: names('Dial DialTimeout'), args: [1], on: /^net$/ },
    { flow: 'open-redirect', names: names('Redirect'), on: /http$|^c$|^ctx$/ },
    { flow: 'ldap-injection', names: names('NewSearchRequest'), on: /ldap/ },
    { flow: 'xpath-injection', names: names('Compile Find FindOne Query QueryAll MustCompile'), on: /xpath|xmlquery|htmlquery/ },
    { flow: 'unsafe-deserialisation', names: names('NewDecoder'), on: /gob$/ },
  ],
  encoders: [
    { names: names('HTMLEscapeString EscapeString QueryEscape JSEscapeString'), clears: ['xss'] },
    { names: names('Base'), on: /filepath|path/, clears: ['path-traversal'] },
    { names: names('JSON IndentedJSON Marshal Encode'), clears: ['xss'] },
  ],
  checks: [
    { plain: 'weak-hash', needs: /crypto\/(?:md5|sha1)"/, names: names('New Sum'), on: /crypto\.(?:md5|sha1)$/ },
    { plain: 'weak-cipher', needs: /crypto\/(?:des|rc4)"|\/blowfish"/, names: names('NewCipher NewTripleDESCipher'), on: /crypto\.(?:des|rc4)$|blowfish$/ },
    { plain: 'weak-randomness', needs: /"math\/rand(?:\/v2)?"/, names: names('Int Intn Int31 Int31n Int63 Int63n Float64 Read Perm Uint32 Uint64 IntN N Shuffle'), on: /^math\.rand(?:\.v2)?$/ },
    { plain: 'insecure-cookie', names: names('SetCookie'), on: /^(?:c|ctx)$/, arg: 5, matches: /^false$/ },
    { plain: 'insecure-cookie', names: ['new Cookie'], on: /http/, arg: 'Secure', matches: /^false$/ },
    { plain: 'tls-unverified', names: ['new Config'], on: /tls/, arg: 'InsecureSkipVerify', matches: /^true$/ },
    { plain: 'permissive-cors', names: ['new Config', 'new Options'], on: /cors/, arg: 'AllowAllOrigins', matches: /^true$/ },
    { plain: 'permissive-cors', names: names('Set Add Header'), needs: /(["'`])\*\1/, arg: 1, matches: /^\*$/, on: /Header\(\)$|^c$/ },
  ],
  results: {},
};
