// What Node loads for these takes longer than most apps take to start. See hold.cjs.
import 'node:http';
import 'node:crypto';
