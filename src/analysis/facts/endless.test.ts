import { describe, expect, it } from 'vitest';
import { languageOf } from '../syntax/languages.ts';
import { tokenize } from '../syntax/lexer.ts';
import { goesOn } from './endless.ts';

const goes = (file: string, text: string) => {
  const { language, lexis } = languageOf(file)!;
  return goesOn(language, tokenize(text, lexis), text);
};

describe('code that goes on until it is stopped', () => {
  it.each([
    ['a loop that nothing leaves', 'a.py', 'while True:\n    work()\n    time.sleep(60)\nprint("never")'],
    ['a loop that is left when somebody stops it', 'a.py', 'while True:\n    try:\n        work()\n        time.sleep(60)\n    except KeyboardInterrupt:\n        break'],
    ['a loop that takes messages', 'a.py', 'while True:\n    message = consumer.poll(1.0)\n    if message is None:\n        break'],
    ['a loop whose functions return', 'a.js', 'while (true) { await all.map((one) => { return one; }); }'],
    ['a loop with another that is left', 'a.rs', 'fn main() { loop { for x in all { if x { break; } } } }'],
    ['a channel that tells of the end', 'a.go', 'func main() { for { select { case <-done: return; case job := <-jobs: work(job) } } }'],
    ['signals that are waited for', 'a.go', 'func main() { consumer.Start(); signal.Notify(stop, os.Interrupt); <-stop }'],
    ['nothing else to do', 'a.go', 'func main() { go serve(); select {} }'],
    ['a ticker', 'a.go', 'func run() { ticker := time.NewTicker(time.Hour); for range ticker.C { renew() } }'],
    ['an event loop', 'a.php', '<?php\nAmp\\Loop::repeat(1000, $check);'],
    ['an event that is set at the end', 'a.py', 'async def run():\n    stop = asyncio.Event()\n    start()\n    await stop.wait()'],
    ['a loop until such an event', 'a.py', 'while not self.shutdown_event.is_set():\n    work()'],
    ['a timer', 'a.ts', 'setInterval(check, 1000)'],
  ])('is told by %s', (_, file, text) => {
    expect(goes(file, text)).toBe(true);
  });

  it.each([
    ['pages that are asked for until there is none', 'a.py', 'while True:\n    page = get(number)\n    if not page:\n        break\n    time.sleep(1)\nprint("done")'],
    ['what is tried again until it succeeds', 'a.py', 'def fetch():\n    while True:\n        try:\n            return get()\n        except Failed:\n            time.sleep(5)\n'],
    ['questions until the answer will do', 'a.py', 'while True:\n    answer = input("y/n? ")\n    if answer in ("y", "n"):\n        return answer'],
    ['a result that is asked for after a while, again and again', 'a.py', 'while True:\n    if get_status() == "done":\n        break\n    time.sleep(poll_interval)'],
    ['a parser', 'a.rs', 'fn parse() { loop { match next() { None => return out, Some(c) => out.push(c) } } }'],
    ['a file that is read to its end', 'a.go', 'func read() { for { line, err := r.ReadString(10); if err != nil { break }; use(line) } }'],
    ['workers beside a program that ends', 'a.go', 'package main\nfunc main() {\n\tfor i := 0; i < 9; i++ {\n\t\tgo upload(files)\n\t}\n\tprint(<-done)\n}\nfunc upload(files chan string) {\n\tfor {\n\t\tsend(<-files)\n\t}\n}'],
    ['what is drawn from several in turn', 'A.scala', 'object A extends App { (for { a <- one; b <- two(a) } yield b).run() }'],
    ['signals that only interrupt the work', 'a.go', 'func main() { signal.Notify(stop, os.Interrupt); work() }'],
  ])('is not %s', (_, file, text) => {
    expect(goes(file, text)).toBe(false);
  });
});
