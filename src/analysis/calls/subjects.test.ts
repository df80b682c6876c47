import { describe, expect, it } from 'vitest';
import { mayNameNeighbour, subjectsOf } from './subjects.ts';

describe('what a variable is about', () => {
  it.each([
    ['VITE_ORDER_SERVICE_URL', ['order-service', 'order']], ['GRAPHQL_USERS_URL', ['graphql-users', 'users']], ['TRPC_USERS_HOST', ['trpc-users', 'users']],
    ['GRAPHQL_URL', ['graphql']], ['URL_ORDERS_MS', ['orders-ms']], ['HOST_CATALOG', ['catalog']], ['LOG_LEVEL', []],
  ])('%s speaks of %j', (name, subjects) => {
    expect(subjectsOf(name)).toEqual(expect.arrayContaining(subjects));
    if (subjects.length === 0) expect(subjectsOf(name)).toEqual([]);
  });

  it.each(['DATABASE_NAME', 'POSTGRES_DB', 'KAFKA_GROUP_ID', 'ORDERS_TOPIC', 'MONGO_USER', 'JWT_AUDIENCE'])('%s names nobody who is reached', (name) => {
    expect(mayNameNeighbour(name)).toBe(false);
  });

  it.each(['ORDERS_HOST', 'X_NAME', 'BACKEND', 'ORDERS_SERVICE'])('%s may name who is reached', (name) => {
    expect(mayNameNeighbour(name)).toBe(true);
  });
});
