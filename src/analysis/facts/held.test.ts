import { describe, expect, it } from 'vitest';
import { tokensOf } from '../fixture.ts';
import { languagesByExtension } from '../syntax/languages.ts';
import { heldIn } from './held.ts';

const held = (extension: string, text: string) => heldIn(languagesByExtension[extension]!.language, tokensOf(extension, text), text).map(({ name, line }) => `${name}:${line}`);

describe('what code keeps in memory', () => {
  it.each<[string, string, string[]]>([
    ['js', "const users = []\napp.post('/users', (req, res) => { users.push(req.body) })", ['users:1']],
    ['js', "let todos = [{ id: 1 }];\napp.delete('/:id', (req, res) => { todos = todos.filter((one) => one.id !== req.params.id) })", ['todos:1']],
    ['ts', 'const games: Map<string, Game> = new Map()\nexport function join(id: string) { games.set(id, new Game()) }', ['games:1']],
    ['ts', 'class Carts {\n  private carts: Cart[] = [];\n  add(cart: Cart) { this.carts.push(cart) }\n}', ['carts:2']],
    ['py', "tasks = {}\n@app.post('/tasks')\ndef add():\n    tasks[request.json['id']] = request.json\n", ['tasks:1']],
    ['py', 'books: list[Book] = []\n\ndef add(book):\n    books.append(book)\n', ['books:1']],
    ['go', 'package main\nvar albums = []album{{ID: "1"}}\nfunc post(c *gin.Context) { albums = append(albums, one) }', ['albums:2']],
    ['go', 'package main\ntype store struct {\n  mu sync.Mutex\n  items map[string]Item\n}\nfunc (s *store) put(i Item) { s.items[i.ID] = i }', ['items:4']],
    ['go', 'package main\nvar (\n  games = map[string]*Game{}\n)\nfunc join(id string) { delete(games, id) }', ['games:3']],
    ['java', 'class UserController {\n  private final Map<Long, User> users = new ConcurrentHashMap<>();\n  void add(User user) { users.put(user.id(), user); }\n}', ['users:2']],
    ['kt', 'private val notes = mutableListOf<Note>()\nfun add(note: Note) { notes.add(note) }', ['notes:1']],
    ['cs', 'class Store {\n  static readonly ConcurrentDictionary<int, Item> items = new();\n  static List<Item> list = new List<Item>();\n  void Add(Item i) { list.Add(i); }\n}', ['list:3']],
    ['rs', 'struct AppState {\n  todos: Mutex<Vec<Todo>>,\n}', ['Mutex<Vec>:2']],
    ['rb', "$todos = []\npost '/todos' do\n  $todos << params\nend", ['$todos:1']],
  ])('%s: %j', (extension, text, expected) => {
    expect(held(extension, text)).toEqual(expected);
  });

  it.each<[string, string, string]>([
    ['what nothing changes', 'js', "const colours = ['red']\napp.get('/', (req, res) => res.json(colours))"],
    ['what only the start of a program fills', 'js', 'const users = []\nusers.push(1)'],
    ['a cache', 'py', 'cache = {}\ndef get(id):\n    cache[id] = load(id)\n'],
    ['a variable of a function', 'js', 'function list() { const rows = []; each((row) => rows.push(row)); return rows }'],
    ['a variable of a function', 'py', 'def rows():\n    found = []\n    found.append(1)\n    return found\n'],
    ['a variable of a function', 'go', 'package main\nfunc count() { seen := map[string]int{}; seen["a"] = 1 }'],
    ['a variable of a function', 'go', 'package main\nfunc list() []string {\n  var names []string\n  for _, one := range all { names = append(names, one) }\n  return names\n}'],
    ['what is compared and not changed', 'js', "const users = []\nfunction has(i) { return users[i] == 1 || users[i] === 2 }"],
    ['a language whose requests share nothing', 'php', '<?php $users = []; function add($u) { $users[] = $u; }'],
  ])('is not %s: %s', (_, extension, text) => {
    expect(held(extension, text)).toEqual([]);
  });

  it('is told of no text twice, however long', () => {
    const text = `const users = []\n${'function f(u) { users.push(u) }\n'.repeat(2000)}`;
    expect(held('js', text)).toEqual(['users:1']);
  });
});
