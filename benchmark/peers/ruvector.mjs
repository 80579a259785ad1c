// What the original's own builds take, called as their README shows: node ruvector.mjs FOLDER VECTORS QUERIES DIMENSION
//
// Searches VECTORS of FOLDER/vectors.bin for the three nearest of each of the QUERIES of FOLDER/queries.bin (32-bit floats,
// little endian), and lets its FastGRNN decide. Prints a line of JSON for each kind: name, the median of its calls in
// microseconds, and for a search what it found.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import tinyDancer from '@ruvector/tiny-dancer';
import router from '@ruvector/router';

const [folder, ...figures] = process.argv.slice(2);
const [vectorCount, queryCount, dimension] = figures.map(Number);
const BEST = 3;
const CANDIDATES = 20;
const INPUTS = 5; // what its own feature engineering gives for a candidate

const read = (file, count) => {
  const bytes = readFileSync(join(folder, file));
  return Array.from({ length: count }, (_, i) => new Float32Array(
    bytes.buffer.slice(bytes.byteOffset + 4 * dimension * i, bytes.byteOffset + 4 * dimension * (i + 1))));
};
const vectors = read('vectors.bin', vectorCount);
const queries = read('queries.bin', queryCount);
const micros = (began) => Number(process.hrtime.bigint() - began) / 1e3;
const median = (numbers) => numbers.toSorted((a, b) => a - b)[numbers.length >> 1];
const report = (result) => process.stdout.write(JSON.stringify(result) + '\n');

const database = new router.VectorDb({
  dimensions: dimension, distanceMetric: router.DistanceMetric.Cosine, storagePath: join(folder, 'vectors.db'),
});
let began = process.hrtime.bigint();
vectors.forEach((vector, i) => database.insert(String(i), vector));
const built = micros(began);
const taken = [];
const found = queries.map((query) => {
  const before = process.hrtime.bigint();
  const results = database.search(query, BEST);
  taken.push(micros(before));
  return results.map((result) => Number(result.id));
});
report({ name: 'ruvector_router_search', micros: median(taken), built, found });

const rows = Array.from({ length: 200 }, (_, i) => ({
  embedding: Array.from(vectors[i % vectors.length].slice(0, INPUTS)),
  scores: { cheap: i % 2 ? 0.9 : 0.4, dear: 0.9 },
}));
const modelPath = join(folder, 'model.safetensors');
await tinyDancer.trainRouter(rows, { cheap: 1, dear: 15 }, { outputPath: modelPath, inputDim: INPUTS, epochs: 2 });
const decider = new tinyDancer.Router({ modelPath });
const candidates = vectors.slice(0, CANDIDATES).map((embedding, i) => ({ id: 'agent-' + i, embedding, successRate: 0.9 }));
const decisions = [];
for (let i = 0; i < 20 * queryCount && decisions.length < 2_000; i++) {
  const before = process.hrtime.bigint();
  await decider.route({ queryEmbedding: queries[i % queryCount], candidates });
  decisions.push(micros(before));
}
report({ name: 'ruvector_tiny_dancer_route', micros: median(decisions) });
process.exit(0);
